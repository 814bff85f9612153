//! The time limit cell (thời hạn giải quyết): several limits, remarks, a cut-off, a missing unit.

use jiff::civil::Time;

use super::{Finding, block, seems_cut, warn};
use crate::procedure::{Limit, LimitCase, LimitKind};
use crate::text::{clean, fold};

/// No limit in the law is longer than this, in any unit; a larger number is a year or a slip.
const MAX_COUNT: u32 = 1_000;

/// Words before the number that say "at most", not which case is meant.
const LEAD_WORDS: [&str; 13] = [
    "khong qua",
    "toi da la",
    "toi da",
    "trong thoi han",
    "trong vong",
    "thoi han giai quyet",
    "thoi gian giai quyet",
    "thoi han",
    "co the keo dai",
    "keo dai",
    "thi",
    "la",
    "tu",
];

#[derive(Debug, Default)]
pub(super) struct Limits {
    pub cases: Vec<LimitCase>,
    pub cutoff: Option<Time>,
    pub findings: Vec<Finding>,
}

/// Reads the cell. What is not understood stays in the version's text. [CAT-10] [CAT-11] [CAT-12]
pub(super) fn read(cell: &str) -> Limits {
    let text = clean(&cell.replace(['\n', '\r'], " • "));
    let mut limits = Limits::default();
    if text.is_empty() {
        limits.findings.push(block("catalogue.limit_missing"));
        return limits;
    }
    for segment in text.replace(" o ", " • ").replace(" / ", " • ").split('•').map(str::trim).filter(|s| !s.is_empty())
    {
        limits.read_segment(segment);
    }
    limits.look_back(&text);
    limits
}

impl Limits {
    fn read_segment(&mut self, segment: &str) {
        let words: Vec<&str> = segment.split_whitespace().collect();
        let cutoff = cutoff_in(&words);
        self.cutoff = self.cutoff.or(cutoff);
        if let Some(place) = same_day(&words) {
            let limit = Limit { kind: LimitKind::WorkingDays, count: 0 };
            self.cases.push(LimitCase { label: label_before(words.get(..place).unwrap_or_default()), limit });
            return;
        }
        match first_limit(&words) {
            Ok(Some(found)) => self.take(&words, &found),
            Ok(None) if cutoff.is_some() => {}
            Ok(None) => self.findings.push(block("catalogue.limit_unclear")),
            Err(reason) => self.findings.push(block(reason)),
        }
    }

    fn take(&mut self, words: &[&str], found: &Found) {
        let mut label = label_before(words.get(..found.from).unwrap_or_default());
        let rest = words.get(found.to..).unwrap_or_default();
        let remark = fold(&rest.join(" "));
        if label.is_empty() && remark.starts_with("doi voi ") {
            label = clean(rest.join(" ").trim_end_matches(['.', ';', ',']));
        } else if !remark.is_empty() && !is_usual_remark(&remark) {
            self.findings.push(warn("catalogue.limit_note"));
        }
        if found.is_range {
            self.findings.push(warn("catalogue.limit_range"));
        }
        // "3 ngày; 5 ngày nếu phải xác minh" or "Nhóm A 35 ngày, nhóm B 25 ngày": more cases than were read.
        let more = matches!(first_limit(rest), Ok(Some(_)));
        let goes_on = rest.first().is_some_and(|word| *word == "hoặc" || *word == "và") || found.ends_with_semicolon;
        if more && (!label.is_empty() || goes_on) {
            self.findings.push(block("catalogue.limit_more_cases"));
        }
        self.cases.push(LimitCase { label, limit: found.limit });
    }

    /// What only the whole cell shows.
    fn look_back(&mut self, text: &str) {
        let mut unique: Vec<LimitCase> = Vec::new();
        for case in self.cases.drain(..) {
            if !unique.contains(&case) {
                unique.push(case);
            }
        }
        self.cases = unique;
        if self.cases.iter().filter(|case| case.label.is_empty()).count() > 1 {
            self.findings.push(warn("catalogue.limit_cases_unnamed"));
        }
        if seems_cut(text) {
            // When every limit read belongs to a case, the general one was probably in the part that is gone.
            let all_named = self.cases.iter().all(|case| !case.label.is_empty());
            let finding = Finding { reason: "catalogue.limit_cut", blocks: all_named };
            self.findings.push(finding);
        }
        self.findings.sort_unstable();
        self.findings.dedup();
    }
}

/// A limit and the words it was read from.
struct Found {
    limit: Limit,
    from: usize,
    to: usize,
    is_range: bool,
    ends_with_semicolon: bool,
}

/// The first number with a unit. A number whose unit is missing, zero or broken is an error, not something to skip.
fn first_limit(words: &[&str]) -> Result<Option<Found>, &'static str> {
    for (at, word) in words.iter().enumerate() {
        let number = bare(word);
        if !number.starts_with(|c: char| c.is_ascii_digit()) || is_after(words, at) {
            continue;
        }
        let unit_at = skip_brackets(words, at + 1);
        let unit = unit_at_words(words.get(unit_at..).unwrap_or_default());
        let Some((kind, length)) = unit else {
            let says_no_unit = fold(&words.join(" ")).ends_with("don vi khong ghi");
            if at == 0 && number.parse::<u32>().is_ok() && (words.len() == 1 || says_no_unit) {
                return Err("catalogue.limit_unit_missing");
            }
            continue;
        };
        let (low, high) = match number.split_once(['-', '–']) {
            Some((low, high)) => (low, high),
            None => ("", number),
        };
        let Ok(count) = high.parse::<u32>() else {
            let is_fraction = number.contains(['.', ',']);
            return Err(if is_fraction { "catalogue.limit_fraction" } else { "catalogue.limit_unclear" });
        };
        if count == 0 || count > MAX_COUNT {
            return Err("catalogue.limit_implausible");
        }
        let from = range_start(words, at);
        let to = unit_at + length;
        return Ok(Some(Found {
            limit: Limit { kind, count },
            from: spelled_start(words, from, word),
            to,
            is_range: !low.is_empty() || from < at,
            ends_with_semicolon: words.get(to - 1).is_some_and(|last| last.ends_with(';')),
        }));
    }
    Ok(None)
}

/// "15 (mười lăm) ngày": the number in words again is passed over.
fn skip_brackets(words: &[&str], at: usize) -> usize {
    if !words.get(at).is_some_and(|word| word.starts_with('(')) {
        return at;
    }
    let length = words.get(at..).unwrap_or_default().iter().position(|word| word.ends_with(')'));
    length.map_or(at, |length| at + length + 1)
}

/// "Mười lăm (15) ngày": the words before a bracketed number are the same number, not a label.
fn spelled_start(words: &[&str], at: usize, number: &str) -> usize {
    const NUMBER_WORDS: [&str; 19] = [
        "một", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "mươi", "mốt",
        "linh", "lẻ", "trăm", "không",
    ];
    if !number.starts_with('(') {
        return at;
    }
    let spelled = words.get(..at).unwrap_or_default().iter().rev();
    at - spelled.take_while(|word| NUMBER_WORDS.contains(&word.to_lowercase().as_str())).count()
}

/// "từ 3 đến 5 ngày": where the range begins, or `at` when it is none.
fn range_start(words: &[&str], at: usize) -> usize {
    let is_to = |word: &&str| matches!(word.to_lowercase().as_str(), "đến" | "-" | "–" | "tới");
    let is_number = |word: &&str| bare(word).parse::<u32>().is_ok();
    match (at.checked_sub(1).and_then(|i| words.get(i)), at.checked_sub(2).and_then(|i| words.get(i))) {
        (Some(to), Some(low)) if is_to(to) && is_number(low) => at - 2,
        _ => at,
    }
}

/// The unit and how many words it takes. "giờ" alone means working hours: offices count no others.
fn unit_at_words(words: &[&str]) -> Option<(LimitKind, usize)> {
    let word = |at: usize| words.get(at).map(|w| bare(w).to_lowercase()).unwrap_or_default();
    let of_work = word(1) == "làm" && word(2) == "việc" && !words.first()?.ends_with([',', ';', '.']);
    match (word(0).as_str(), of_work) {
        ("ngày", true) => Some((LimitKind::WorkingDays, 3)),
        ("ngày", false) => Some((LimitKind::CalendarDays, 1)),
        ("tháng", _) => Some((LimitKind::Months, 1)),
        ("giờ", true) => Some((LimitKind::WorkingHours, 3)),
        ("giờ", false) => Some((LimitKind::WorkingHours, 1)),
        _ => None,
    }
}

/// "trong ngày (làm việc)" is the limit of zero working days, unless a number comes first.
fn same_day(words: &[&str]) -> Option<usize> {
    let is = |at: usize, wanted: &str| words.get(at).is_some_and(|word| bare(word).to_lowercase() == wanted);
    let place = (0..words.len()).find(|&at| is(at, "trong") && is(at + 1, "ngày"))?;
    // "trong ngày làm việc thứ ba" is something else.
    let counted = is(place + 2, "thứ") || is(place + 4, "thứ");
    let numbered = first_limit(words).is_ok_and(|found| found.is_some_and(|found| found.from < place));
    (!counted && !numbered).then_some(place)
}

/// "sau 15 giờ", "sau 15h", "sau 15h30", "sau 15:30", "sau 15 giờ 30": received later counts as the next working day. [CAT-12]
fn cutoff_in(words: &[&str]) -> Option<Time> {
    (0..words.len()).filter(|&at| is_after(words, at)).find_map(|at| {
        let word = bare(words.get(at)?).to_lowercase();
        let next = words.get(at + 1).map(|w| bare(w).to_lowercase()).unwrap_or_default();
        let (hour, minute) = match word.split_once(['h', ':', 'g']) {
            Some((hour, minute)) => (hour.to_owned(), minute.to_owned()),
            None if next == "giờ" || next == "h" => {
                let minute = words.get(at + 2).map(|w| bare(w).to_owned());
                (word, minute.filter(|m| m.parse::<i8>().is_ok()).unwrap_or_default())
            }
            None => return None,
        };
        let minute = if minute.is_empty() { "0".to_owned() } else { minute };
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    })
}

fn is_after(words: &[&str], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| word.to_lowercase() == "sau")
}

/// What stands before the limit, without the words that only introduce it.
fn label_before(words: &[&str]) -> String {
    let mut words = words;
    'shorter: while !words.is_empty() {
        for lead in LEAD_WORDS {
            let length = lead.split(' ').count();
            let Some(start) = words.len().checked_sub(length) else { continue };
            if fold(&words.get(start..).unwrap_or_default().join(" ")) == lead {
                words = words.get(..start).unwrap_or_default();
                continue 'shorter;
            }
        }
        break;
    }
    let label = words.join(" ");
    let label = label.trim_end_matches([':', ',', ';', '-', '.', ' ']);
    // "Thực hiện ngay trong ngày" names no case.
    if ["thuc hien ngay", "giai quyet ngay", "ngay", "giai quyet", "thuc hien"].contains(&fold(label).as_str()) {
        return String::new();
    }
    label.to_owned()
}

/// "kể từ ngày nhận đủ hồ sơ hợp lệ" says nothing beyond the law.
fn is_usual_remark(folded: &str) -> bool {
    folded == "ke tu ngay nhan du ho so hop le"
        || folded == "ke tu ngay nhan du ho so"
        || folded == "ke tu ngay nhan ho so hop le"
        || folded == "ke tu ngay tiep nhan ho so"
        || folded == "ke tu ngay nhan ho so"
}

fn bare(word: &str) -> &str {
    word.trim_matches(['(', ')', ',', ';', '.', ':'])
}
