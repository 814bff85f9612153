//! Who opened a dossier, for the applicant: role and office, when, and through which screen. The page of tracking and the API tell
//! the same. [AUD-06]

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::identity::Role;
use serde::Serialize;

use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::i18n::Locale;
use crate::registry::Registry;
use crate::registry::audit::{self, Entry, Filter, Kind};

/// Rows of the audit that are looked at, the newest.
const ROWS: usize = 400;

/// Lines that are shown.
const LINES: usize = 60;

/// What somebody did on one day by one kind of screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub day: Date,
    pub login: String,
    pub office: String,
    /// Of the post held there that day; none where the registry knows none.
    pub role: Option<Role>,
    pub how: How,
    pub first: Timestamp,
    pub last: Timestamp,
    pub times: i64,
}

/// Through which kind of screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The page of the dossier.
    Page,
    /// A file of the dossier: the result.
    File,
    /// A letter of the office.
    Paper,
    /// A form by which something was done.
    Act,
    /// A program with a key.
    Program,
    /// A list with the applicant's name.
    List,
    /// The same, printed.
    Register,
}

impl How {
    /// From the route, as the audit keeps it.
    fn of(through: &str) -> Self {
        let (method, route) = through.split_once(' ').unwrap_or_default();
        if route.starts_with("/api/") {
            return Self::Program;
        }
        match route.split_once("/desk/dossiers/{id}").map(|(_, rest)| rest) {
            Some("") => Self::Page,
            Some(rest) if rest.ends_with(".pdf") || rest.starts_with("/letters") => Self::Paper,
            Some(_) if method == "POST" => Self::Act,
            Some(rest) if rest.starts_with("/results") => Self::File,
            Some(_) => Self::Page,
            None if route.ends_with(".pdf") => Self::Register,
            None => Self::List,
        }
    }

    pub fn key(self) -> &'static str {
        match self {
            Self::Page => "readers.how.page",
            Self::File => "readers.how.file",
            Self::Paper => "readers.how.paper",
            Self::Act => "readers.how.act",
            Self::Program => "readers.how.program",
            Self::List => "readers.how.list",
            Self::Register => "readers.how.register",
        }
    }
}

/// The newest readings of a dossier, those of one person by one kind of screen on one day together; and whether there are earlier
/// ones. [AUD-06]
pub fn of_dossier(tx: &mut Tx, registry: &Registry, dossier: &str) -> Result<(Vec<Reading>, bool), Failure> {
    let filter = Filter { dossier: dossier.to_owned(), kind: Some(Kind::Read), ..Filter::default() };
    let rows = audit::list(tx, &filter, "", ROWS + 1)?;
    let mut more = rows.len() > ROWS;
    let mut readings: Vec<Reading> = Vec::new();
    for row in rows.into_iter().take(ROWS) {
        let reading = reading(registry, row.entry);
        let same = |known: &&mut Reading| {
            (known.day, known.how, &known.login, &known.office)
                == (reading.day, reading.how, &reading.login, &reading.office)
        };
        match readings.iter_mut().rev().find(same) {
            // The newest come first.
            Some(known) => (known.first, known.times) = (known.first.min(reading.first), known.times + 1),
            None => readings.push(reading),
        }
    }
    more |= readings.len() > LINES;
    readings.truncate(LINES);
    Ok((readings, more))
}

fn reading(registry: &Registry, entry: Entry) -> Reading {
    let day = registry.local(entry.at).date();
    let officer = registry.officer(&entry.login, day);
    let posts = officer.iter().flat_map(|officer| &officer.posts);
    let role = posts.into_iter().find(|post| post.office == entry.office).map(|post| post.role);
    let how = How::of(&entry.through);
    Reading { day, login: entry.login, office: entry.office, role, how, first: entry.at, last: entry.at, times: 1 }
}

/// The readings of a day, as the page shows them.
#[derive(Serialize)]
pub struct DayShown {
    day: String,
    lines: Vec<LineShown>,
}

#[derive(Serialize)]
struct LineShown {
    role: Option<&'static str>,
    office: String,
    how: &'static str,
    first: String,
    last: String,
    times: i64,
}

/// Day by day, the newest first.
pub fn shown(registry: &Registry, locale: Locale, readings: &[Reading]) -> Vec<DayShown> {
    let clock = |at: Timestamp| registry.local(at).strftime("%H:%M").to_string();
    let mut days: Vec<DayShown> = Vec::new();
    for reading in readings {
        let day = locale.date(reading.day);
        if days.last().is_none_or(|last| last.day != day) {
            days.push(DayShown { day, lines: Vec::new() });
        }
        let line = LineShown {
            role: reading.role.map(Role::as_str),
            office: registry.office_name(&reading.office).to_owned(),
            how: reading.how.key(),
            first: clock(reading.first),
            last: clock(reading.last),
            times: reading.times,
        };
        if let Some(last) = days.last_mut() {
            last.lines.push(line);
        }
    }
    days
}
