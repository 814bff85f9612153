//! A procedure (thủ tục hành chính): what people must bring, what it costs, how long it takes and who works on it.
//!
//! A [`Version`] is what was in force from one day on; a dossier stays on the version it was received under (law.md §0).

use serde::{Deserialize, Serialize};

use crate::exam::Example;

/// The unit a limit is counted in, docs/rules/deadline.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    WorkingDays,
    CalendarDays,
    Months,
    WorkingHours,
}

/// A time limit as data: `3 working days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    pub kind: LimitKind,
    pub count: u32,
}

impl Limit {
    /// Whether it leaves no time at all: only 0 working days means something, the same day. [CLK-24]
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self.count == 0 && self.kind != LimitKind::WorkingDays
    }
}

/// One limit of a procedure; procedures differ by case or channel ("2 ngày làm việc / 7 ngày làm việc").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitCase {
    /// What the limit is for; empty where the source does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    pub limit: Limit,
}

/// What one case costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fee {
    /// The source says so in words ("Miễn phí", "Không"); a bare 0 is not enough.
    Free,
    /// `amount` in đồng, `per` as printed ("trang", "trường hợp"), may be empty.
    Amount {
        amount: i64,
        per: String,
        /// Where it is counted by the page of what is certified.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by_page: Option<ByPage>,
    },
    /// Set by the provincial People's Council; the officer enters the amount from its resolution.
    SetByProvince,
}

/// A fee that is counted by the page: so many pages of each copy at the full amount, the others at less, and no more than so much
/// for a copy. TT 226/2016/TT-BTC. [CAT-20]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByPage {
    /// Pages of each copy at the full amount.
    pub full: u32,
    /// Each page after them, in đồng.
    pub further: i64,
    /// Most for one copy, in đồng.
    pub most: i64,
}

impl Fee {
    /// A plain amount.
    #[must_use]
    pub fn amount(amount: i64, per: &str) -> Self {
        Self::Amount { amount, per: per.to_owned(), by_page: None }
    }

    /// What so many copies of so many pages cost; `None` for a fee that is not counted by the page. [CAT-20]
    #[must_use]
    pub fn of_pages(&self, pages: u32, copies: u32) -> Option<i64> {
        let Self::Amount { amount, by_page: Some(by_page), .. } = self else { return None };
        let full = pages.min(by_page.full);
        let one = i64::from(full) * amount + i64::from(pages - full) * by_page.further;
        Some(one.min(by_page.most) * i64::from(copies))
    }
}

/// One fee of a procedure and the case it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeCase {
    /// What the fee is for; empty where it holds for every case that has none of its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    #[serde(flatten)]
    pub fee: Fee,
}

impl From<Fee> for FeeCase {
    fn from(fee: Fee) -> Self {
        Self { label: String::new(), fee }
    }
}

/// A paper (giấy tờ) that the applicant hands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub name: String,
    /// Number of originals (bản chính) asked for.
    pub originals: u32,
    /// Number of copies (bản sao) asked for.
    pub copies: u32,
    /// The case the paper belongs to ("Trường hợp đề nghị cấp lại …"); empty for every case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case: String,
}

/// How a dossier comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Direct,
    Online,
    Post,
}

/// The tier a procedure is decided at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    Province,
    District,
    Commune,
}

impl Tier {
    /// As in addresses and columns.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::District => "district",
            Self::Commune => "commune",
        }
    }
}

/// What a step of a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Reception at the one-stop: always the first step.
    Intake,
    /// Examination by a specialist, who proposes an outcome.
    Work,
    /// Decision by an office head or a leader: approves or returns.
    Sign,
    /// An agency outside answers, without an account: by link, on paper, or with a key. [RTE-08]
    Outside,
    /// Several legs at the same time; the dossier goes on when all have answered. [RTE-03]
    Parallel,
    /// Hand-over of the result at the one-stop: always the last step.
    Return,
}

/// One step of a route (bước của quy trình nội bộ, TT 01/2018 Art. 8): every step names office, role and hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub kind: StepKind,
    /// Key of an office within the receiving agency ("one-stop", "justice"), or of an office of another agency as "agency/office".
    pub office: String,
    /// Role that acts at this step: `one_stop_officer`, `specialist`, `office_head`, `leader`.
    pub role: String,
    /// Allotted working hours.
    pub hours: u32,
    /// Name of the step as shown and printed.
    pub title: String,
    /// Whoever signs must be somebody else than who proposed. [RTE-11]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub four_eyes: bool,
    /// Of a parallel step only: what is done at the same time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legs: Vec<Leg>,
}

/// One of several chains of steps that are walked at the same time (nhánh liên thông). [RTE-03]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Unique within its step.
    pub key: String,
    /// What the leg is about, as shown and printed.
    pub title: String,
    /// The lead (cơ quan chủ trì): its answer is what the dossier goes on with. Exactly one of the legs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lead: bool,
    /// `work`, `sign` and `outside` only.
    pub steps: Vec<Step>,
}

/// Why a version may not be published yet: the part that is missing or was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// Column or part: `time_limit`, `fee`, `components`, `name`, `route`…
    pub part: String,
    /// Key of the sentence in the locale files, e.g. `catalogue.limit_missing`.
    pub reason: String,
}

/// What was in force from a day on. Text of the source that was not understood stays beside the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// National code `1.001193`; `None` where the source has none (no code is ever invented).
    pub code: Option<String>,
    /// The code as the source wrote it, where a provincial suffix was stripped (`1.000948.H38`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_original: Option<String>,
    pub name: String,
    pub field: String,
    /// Deciding agency in the source's words.
    pub agency_text: String,
    pub limits: Vec<LimitCase>,
    pub limit_text: String,
    /// Time of day after which a dossier counts as received on the next working day ("nhận sau 15 giờ").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<jiff::civil::Time>,
    pub fees: Vec<FeeCase>,
    pub fee_text: String,
    /// Sets of papers to hand in (số bộ); `None`: not in the source.
    pub sets: Option<u32>,
    pub channels: Vec<Channel>,
    /// Online level as the source words it ("toàn trình", "một phần"), empty if unknown.
    pub online_text: String,
    pub interconnected: String,
    pub papers: Vec<Paper>,
    /// Lines among the papers that are notes or headings, not papers.
    pub paper_notes: Vec<String>,
    pub papers_text: String,
    pub result: String,
    /// Publishing decisions and other legal basis found in the source.
    pub legal_basis: Vec<String>,
    /// Code that replaced this one, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    pub withdrawn: bool,
    pub source: String,
    pub note: String,
    /// Parts that came in marked "unverified" by the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<String>,
    pub blockers: Vec<Blocker>,
    /// The route of this version itself, with offices relative to the receiving agency; `None`: the route the site's scope names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Vec<Step>>,
    /// The worked examples that must come true before it is published. [EXM-01]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
}

impl Version {
    /// Whether nothing stands in the way of publication. [CAT-03]
    #[must_use]
    pub fn is_publishable(&self) -> bool {
        self.blockers.is_empty()
    }

    /// Somebody has compared or entered these columns by hand: nothing of theirs stands in the way any more. [EXM-11]
    pub fn vouch(&mut self, columns: &[&str]) {
        self.blockers.retain(|blocker| !columns.contains(&blocker.part.as_str()));
        self.unverified.retain(|part| !columns.contains(&part.as_str()));
    }

    /// Blocks what is missing, and only what is missing still: a part that was filled in blocks no longer for that. [CAT-03]
    pub fn block_what_is_missing(&mut self) {
        const MISSING: [&str; 5] = [
            "catalogue.name_missing",
            "catalogue.field_missing",
            "catalogue.limit_missing",
            "catalogue.fee_missing",
            "catalogue.papers_missing",
        ];
        let named = self.name.chars().any(char::is_alphanumeric);
        let there =
            [named, !self.field.is_empty(), !self.limits.is_empty(), !self.fees.is_empty(), !self.papers.is_empty()];
        let parts = ["name", "field", "time_limit", "fee", "components"];
        self.blockers.retain(|blocker| !MISSING.contains(&blocker.reason.as_str()));
        for ((reason, part), there) in MISSING.into_iter().zip(parts).zip(there) {
            if !there && self.blockers.iter().all(|blocker| blocker.part != part) {
                self.blockers.push(Blocker { part: part.to_owned(), reason: reason.to_owned() });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(version: &Version) -> Vec<&str> {
        version.blockers.iter().map(|blocker| blocker.reason.as_str()).collect()
    }

    #[test]
    fn a_fee_by_the_page_is_less_from_a_page_on_and_has_a_top_for_each_copy() {
        // [CAT-20]
        let by_page = Some(ByPage { full: 2, further: 1_000, most: 200_000 });
        let fee = Fee::Amount { amount: 2_000, per: "trang".into(), by_page };
        let of = |pages, copies| fee.of_pages(pages, copies);
        assert_eq!((of(1, 3), of(2, 2), of(6, 4), of(0, 5)), (Some(6_000), Some(8_000), Some(32_000), Some(0)));
        assert_eq!((of(198, 1), of(199, 1), of(999, 2)), (Some(200_000), Some(200_000), Some(400_000)));
        assert_eq!(Fee::amount(2_000, "trang").of_pages(3, 1), None, "nothing is guessed");
    }

    #[test]
    fn what_is_entered_by_hand_blocks_no_longer_and_what_is_missing_still_does() {
        // [EXM-11] [CAT-03]
        let header = crate::catalogue::Header::parse(&["code", "name", "field", "source"]).ok();
        let row = header.map(|header| crate::catalogue::read_row(2, &header, &["", "Cấp bản sao", "", "memory"]));
        let Some(crate::catalogue::RowOutcome::Row { mut version, .. }) = row else { return assert!(row.is_none()) };
        let all = ["field_missing", "limit_missing", "fee_missing", "papers_missing", "source_unverified"];
        assert_eq!(blocked(&version), all.map(|reason| format!("catalogue.{reason}")));
        version.fees = vec![Fee::Free.into()];
        version.vouch(&["fee", "time_limit", "source"]);
        version.block_what_is_missing();
        assert_eq!(
            blocked(&version),
            ["field_missing", "limit_missing", "papers_missing"].map(|r| format!("catalogue.{r}"))
        );
        assert_eq!(version.unverified, Vec::<String>::new());
    }
}
