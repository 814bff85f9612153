//! Competence (thẩm quyền) by place: which agency decides a matter of a place on a day (docs/rules/competence.md).

use jiff::civil::Date;

use crate::procedure::Tier;

/// A tree of places is never deeper; more is a mistake of the data, and must not hang the program.
const DEPTH_MAX: usize = 8;

/// An administrative unit in the tree of units. A code is only unique together with its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    pub code: String,
    pub kind: Tier,
    pub name: String,
    /// Code of the unit above.
    pub parent: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// An agency that decides, and the place it is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committee {
    pub agency: String,
    pub tier: Tier,
    pub place: String,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// What a row of the table of competence is about, the most specific first. [CMP-01]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Key of a procedure.
    Procedure(String),
    /// Name of a field.
    Field(String),
    /// Everything.
    Any,
}

impl Subject {
    /// Reads `2.000913`, `field:Đất đai` or `*`; `None` for nothing.
    pub fn parse(text: &str) -> Option<Self> {
        match (text.trim(), text.trim().strip_prefix("field:").map(str::trim)) {
            ("", _) | (_, Some("")) => None,
            ("*", _) => Some(Self::Any),
            (_, Some(field)) => Some(Self::Field(field.to_owned())),
            (key, None) => Some(Self::Procedure(key.to_owned())),
        }
    }

    /// As it is written in the table.
    pub fn print(&self) -> String {
        match self {
            Self::Procedure(key) => key.clone(),
            Self::Field(field) => format!("field:{field}"),
            Self::Any => "*".to_owned(),
        }
    }
}

/// A row: from one day to another this agency decides such matters of a place and of everything under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub subject: Subject,
    pub place: String,
    pub agency: String,
    /// Tier of the agency: a row counts only for procedures that are decided at that tier. [CMP-02]
    pub tier: Tier,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

/// What is to be decided.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    pub procedure: &'a str,
    pub field: &'a str,
    /// The tier that decides it.
    pub tier: Tier,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no place {place} on that day [CMP-05]")]
    UnknownPlace { place: String },
    #[error("nobody is competent for {place} [CMP-05]")]
    Nobody { place: String },
    #[error("both {first} and {second} are competent for {place} [CMP-05]")]
    Two { place: String, first: String, second: String },
}

impl Refusal {
    /// Key of the sentence in the locale files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::UnknownPlace { .. } => "competence.unknown_place",
            Self::Nobody { .. } => "competence.nobody",
            Self::Two { .. } => "competence.two",
        }
    }

    /// What the sentence names: codes and ids as they are stored, places by name where they have one.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::UnknownPlace { place } | Self::Nobody { place } => vec![("place", place.clone())],
            Self::Two { place, first, second } => {
                vec![("place", place.clone()), ("first", first.clone()), ("second", second.clone())]
            }
        }
    }
}

fn holds(from: Date, to: Option<Date>, day: Date) -> bool {
    from <= day && to.is_none_or(|to| day <= to)
}

/// The place itself and everything above it as the tree stands on a day, nearest first; empty for an unknown place. [CMP-03]
pub fn way_up<'a>(areas: &'a [Area], code: &str, day: Date) -> Vec<&'a Area> {
    let find = |code: &str| areas.iter().find(|area| area.code == code && holds(area.valid_from, area.valid_to, day));
    let mut way: Vec<&Area> = Vec::new();
    let mut next = find(code);
    while let Some(area) = next.filter(|_| way.len() < DEPTH_MAX) {
        way.push(area);
        next = area.parent.as_deref().and_then(find);
    }
    way
}

/// The agency that decides a matter of a place on a day: the most specific subject wins, then the nearest place upwards;
/// without a row, the committee of the place at the tier that decides. [CMP-01] [CMP-03] [CMP-04]
///
/// # Errors
/// [`Refusal`] where there is no such place, nobody is competent or two are. [CMP-05]
pub fn competent<'a>(
    rows: &'a [Row],
    committees: &'a [Committee],
    areas: &[Area],
    matter: Matter<'_>,
    place: &str,
    day: Date,
) -> Result<&'a str, Refusal> {
    let way = way_up(areas, place, day);
    let name = way.first().map(|area| area.name.clone());
    let name = name.ok_or_else(|| Refusal::UnknownPlace { place: place.to_owned() })?;
    let mut fitting: Vec<(&Subject, usize, &str)> = rows
        .iter()
        .filter(|row| holds(row.valid_from, row.valid_to, day) && fits(row, matter))
        .filter_map(|row| {
            let steps = way.iter().position(|area| area.code == row.place)?;
            Some((&row.subject, steps, row.agency.as_str()))
        })
        .collect();
    fitting.sort();
    if let Some(first) = fitting.first() {
        let rivals = fitting.iter().filter(|row| (row.0, row.1) == (first.0, first.1)).map(|row| row.2);
        return single(rivals, &name);
    }
    let seat = way.iter().find(|area| area.kind == matter.tier);
    let sitting = committees.iter().filter(|committee| {
        committee.tier == matter.tier
            && seat.is_some_and(|area| area.code == committee.place)
            && holds(committee.valid_from, committee.valid_to, day)
    });
    single(sitting.map(|committee| committee.agency.as_str()), &name)
}

fn fits(row: &Row, matter: Matter<'_>) -> bool {
    let about = match &row.subject {
        Subject::Procedure(key) => key == matter.procedure,
        Subject::Field(field) => field == matter.field,
        Subject::Any => true,
    };
    about && row.tier == matter.tier
}

fn single<'a>(agencies: impl Iterator<Item = &'a str>, place: &str) -> Result<&'a str, Refusal> {
    let mut agencies: Vec<&str> = agencies.collect();
    agencies.sort_unstable();
    agencies.dedup();
    match agencies.as_slice() {
        [only] => Ok(only),
        [] => Err(Refusal::Nobody { place: place.to_owned() }),
        [first, second, ..] => {
            Err(Refusal::Two { place: place.to_owned(), first: (*first).to_owned(), second: (*second).to_owned() })
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn area(code: &str, kind: Tier, parent: Option<&str>, from: Date, to: Option<Date>) -> Area {
        Area {
            code: code.into(),
            kind,
            name: format!("Xã {code}"),
            parent: parent.map(Into::into),
            valid_from: from,
            valid_to: to,
        }
    }

    const OLD: Date = date(2017, 11, 1);
    const LAST: Date = date(2025, 6, 30);
    const NEW: Date = date(2025, 7, 1);

    /// Two communes of a district; from 1/7/2025 the code of one is another commune directly under the province.
    fn areas() -> Vec<Area> {
        vec![
            area("06", Tier::Province, None, OLD, None),
            area("060", Tier::District, Some("06"), OLD, Some(LAST)),
            area("01858", Tier::Commune, Some("060"), OLD, Some(LAST)),
            area("01864", Tier::Commune, Some("060"), OLD, Some(LAST)),
            area("01864", Tier::Commune, Some("06"), NEW, None),
        ]
    }

    fn committees() -> Vec<Committee> {
        let committee = |agency: &str, tier, place: &str, valid_from, valid_to| Committee {
            agency: agency.into(),
            tier,
            place: place.into(),
            valid_from,
            valid_to,
        };
        vec![
            committee("district", Tier::District, "060", OLD, Some(LAST)),
            committee("east", Tier::Commune, "01858", OLD, Some(LAST)),
            committee("west", Tier::Commune, "01864", OLD, Some(LAST)),
            committee("new", Tier::Commune, "01864", NEW, None),
        ]
    }

    fn row(subject: &str, place: &str, agency: &str, tier: Tier) -> Row {
        Row {
            subject: Subject::parse(subject).unwrap(),
            place: place.into(),
            agency: agency.into(),
            tier,
            valid_from: OLD,
            valid_to: None,
        }
    }

    fn asked<'a>(
        rows: &'a [Row],
        seats: &'a [Committee],
        tier: Tier,
        place: &str,
        day: Date,
    ) -> Result<&'a str, Refusal> {
        let matter = Matter { procedure: "1.000001", field: "Đất đai", tier };
        competent(rows, seats, &areas(), matter, place, day)
    }

    const DAY: Date = date(2018, 5, 4);

    #[test]
    fn the_most_specific_subject_wins_and_then_the_nearest_place() {
        // [CMP-01] [CMP-03]
        let seats = committees();
        let mut rows =
            vec![row("*", "01858", "west", Tier::Commune), row("field:Đất đai", "060", "east", Tier::Commune)];
        assert_eq!(asked(&rows, &seats, Tier::Commune, "01858", DAY), Ok("east"));
        rows.push(row("1.000001", "06", "west", Tier::Commune));
        assert_eq!(asked(&rows, &seats, Tier::Commune, "01858", DAY), Ok("west"));
        rows.push(row("1.000001", "060", "east", Tier::Commune));
        assert_eq!(asked(&rows, &seats, Tier::Commune, "01858", DAY), Ok("east"));
        assert_eq!(Subject::parse(" field: Đất đai ").unwrap().print(), "field:Đất đai");
        assert!([" ", "field:", "field:  "].iter().all(|text| Subject::parse(text).is_none()));
    }

    #[test]
    fn a_row_counts_for_the_tier_of_its_agency() {
        // [CMP-02]
        let seats = committees();
        for subject in ["*", "field:Đất đai", "1.000001"] {
            let rows = [row(subject, "060", "west", Tier::Commune)];
            assert_eq!(asked(&rows, &seats, Tier::Commune, "01858", DAY), Ok("west"));
            assert_eq!(asked(&rows, &seats, Tier::District, "01858", DAY), Ok("district"));
        }
    }

    #[test]
    fn the_tree_of_places_is_that_of_the_day() {
        // [CMP-03]
        let seats = committees();
        let rows = [row("*", "060", "east", Tier::Commune)];
        assert_eq!(asked(&rows, &seats, Tier::Commune, "01864", LAST), Ok("east"));
        assert_eq!(asked(&rows, &seats, Tier::Commune, "01864", NEW), Ok("new"));
        let codes = |day| way_up(&areas(), "01864", day).iter().map(|area| area.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(LAST), ["01864", "060", "06"]);
        assert_eq!(codes(NEW), ["01864", "06"]);
    }

    #[test]
    fn without_a_row_the_committee_of_the_place_decides() {
        // [CMP-04]
        let seats = committees();
        assert_eq!(asked(&[], &seats, Tier::Commune, "01864", DAY), Ok("west"));
        assert_eq!(asked(&[], &seats, Tier::District, "01864", DAY), Ok("district"));
        assert_eq!(asked(&[], &seats, Tier::District, "060", DAY), Ok("district"));
        let elsewhere = [row("2.000002", "060", "east", Tier::Commune)];
        assert_eq!(asked(&elsewhere, &seats, Tier::Commune, "01864", DAY), Ok("west"));
    }

    #[test]
    fn nobody_and_two_are_said() {
        // [CMP-05]
        let seats = committees();
        let nobody = Err(Refusal::Nobody { place: "Xã 060".into() });
        assert_eq!(asked(&[], &seats, Tier::Commune, "060", DAY), nobody);
        assert_eq!(asked(&[], &seats, Tier::Province, "01864", DAY), Err(Refusal::Nobody { place: "Xã 01864".into() }));
        let unknown = Err(Refusal::UnknownPlace { place: "99999".into() });
        assert_eq!(asked(&[], &seats, Tier::Commune, "99999", DAY), unknown);
        let rows = [row("*", "060", "east", Tier::Commune), row("*", "060", "west", Tier::Commune)];
        let two = Refusal::Two { place: "Xã 01864".into(), first: "east".into(), second: "west".into() };
        assert_eq!(two.params().len(), 3);
        assert_eq!(asked(&rows, &seats, Tier::Commune, "01864", DAY), Err(two));
    }

    proptest! {
        #[test]
        fn a_tree_that_turns_back_ends(parents in proptest::collection::vec(0usize..5, 5), from in 0usize..5) {
            // [CMP-03]
            let areas: Vec<Area> = parents.iter().enumerate().map(|(at, parent)| {
                area(&at.to_string(), Tier::Commune, Some(&parent.to_string()), OLD, None)
            }).collect();
            prop_assert!(way_up(&areas, &from.to_string(), DAY).len() <= DEPTH_MAX);
        }
    }
}
