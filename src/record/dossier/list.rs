//! Lists of dossiers, by keyset: page 1,000 costs what page 1 costs.

use jiff::Timestamp;
use motcua_domain::dossier::Status;

use super::{Found, NEVER, store};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// Rows on a page of a list.
pub const PAGE: usize = 50;

/// Counts stop here: an officer learns nothing from "12,345" that "1,000+" does not say.
pub const COUNT_MAX: i64 = 1_000;

/// One page, and where the next begins.
pub struct Page<T = Found> {
    pub rows: Vec<T>,
    pub next: Option<Cursor>,
}

/// A task that waits, with its dossier.
pub struct Waiting {
    pub found: Found,
    /// Number of the task.
    pub task: u32,
    /// What the list is ordered by.
    pub(super) at: Timestamp,
    pub(super) key: String,
}

/// The place after a row: the moment the list is ordered by and the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: String,
}

impl Cursor {
    /// As in a link: `1525420800000000.01CBX…`.
    pub fn print(&self) -> String {
        format!("{}.{}", self.at.as_microsecond(), self.id)
    }

    /// A link somebody broke leads to the first page.
    pub fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self { at: Timestamp::from_microsecond(at.parse().ok()?).ok()?, id: id.to_owned() })
    }
}

/// Which open dossiers.
#[derive(Debug, Clone, Copy)]
pub enum Work<'a> {
    Office(&'a str),
    Person(&'a str),
}

/// Which tasks of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    All,
    /// Came with a slip that nobody has confirmed. [RTE-07]
    Confirm,
    /// The dossier or the step is late.
    Late,
    /// Not late yet, and little time left.
    Soon,
    /// The applicant is waited for. [DOS-14] [DOS-16]
    Waiting,
}

impl Only {
    pub const ALL: [Self; 5] = [Self::All, Self::Confirm, Self::Late, Self::Soon, Self::Waiting];

    /// As in addresses and in the statements.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Confirm => "confirm",
            Self::Late => "late",
            Self::Soon => "soon",
            Self::Waiting => "waiting",
        }
    }

    /// What a link says; anything else is the whole list.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|only| only.as_str() == text).unwrap_or(Self::All)
    }
}

/// Which tasks, with the moments that part late from soon from in time.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    pub only: Only,
    pub now: Timestamp,
    /// A dossier due before this is soon late.
    pub soon: Timestamp,
    /// A step due before this is soon late.
    pub step_soon: Timestamp,
}

/// The whole list, for which no moment matters.
const WHOLE: Filter = Filter {
    only: Only::All,
    now: Timestamp::UNIX_EPOCH,
    soon: Timestamp::UNIX_EPOCH,
    step_soon: Timestamp::UNIX_EPOCH,
};

/// Open tasks in order of the dossier's due time; those whose clock stands come last.
pub fn work(tx: &mut Tx, of: Work, after: Option<&Cursor>, size: usize) -> Result<Page<Waiting>, Failure> {
    work_only(tx, of, &WHOLE, after, size)
}

/// Those open tasks of a list that a filter lets through, in the same order.
pub fn work_only(
    tx: &mut Tx,
    of: Work,
    only: &Filter,
    after: Option<&Cursor>,
    size: usize,
) -> Result<Page<Waiting>, Failure> {
    let start = first(after.map_or((Timestamp::MIN, ""), |cursor| (cursor.at, cursor.id.as_str())));
    let limit = size as i64 + 1;
    let rows = match of {
        Work::Office(office) => store::of_office(tx, office, start, only, limit)?,
        Work::Person(login) => store::of_holder(tx, login, start, only, limit)?,
    };
    Ok(page(rows, size, |waiting| Cursor { at: waiting.at, id: waiting.key.clone() }))
}

/// By which of its times a task is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The time the office has.
    Step,
    /// The date of the dossier.
    Dossier,
}

/// Open tasks whose time is over before a moment, the soonest first.
pub fn due_before(
    tx: &mut Tx,
    order: Order,
    until: Timestamp,
    after: Option<&Cursor>,
    size: usize,
) -> Result<Page<Waiting>, Failure> {
    let start = first(after.map_or((Timestamp::MIN, ""), |cursor| (cursor.at, cursor.id.as_str())));
    let limit = size as i64 + 1;
    let rows = match order {
        Order::Step => store::by_step_due(tx, until, start, limit)?,
        Order::Dossier => store::by_due(tx, until, start, limit)?,
    };
    Ok(page(rows, size, |waiting| Cursor { at: waiting.at, id: waiting.key.clone() }))
}

/// Ids of dossiers of an agency that are not closed, in order, after one of them.
pub fn open(tx: &mut Tx, agency: &str, after: &str, size: usize) -> Result<Vec<String>, Failure> {
    store::open(tx, agency, after, size as i64)
}

/// Every dossier an agency received in a period, in order of receipt; the first moment in and the last out.
pub fn of_period(tx: &mut Tx, agency: &str, from: Timestamp, to: Timestamp) -> Result<Vec<Found>, Failure> {
    const TOGETHER: usize = 1_000;
    let place = |found: &Found| (found.dossier.received_at, found.dossier.code.clone());
    let (mut all, mut after) = (Vec::new(), (from, String::new()));
    loop {
        let rows = store::received_between(tx, agency, (after.0, &after.1), to, TOGETHER as i64)?;
        let whole = rows.len() == TOGETHER;
        if let Some(last) = rows.last() {
            after = (last.dossier.received_at, last.id.clone());
        }
        all.extend(rows);
        if !whole {
            // The database breaks ties by id, which means nothing to people; they count by code.
            all.sort_by(|a, b| place(a).cmp(&place(b)));
            return Ok(all);
        }
    }
}

/// Dossiers in order of receipt, newest first; of one agency or of all.
pub fn received(tx: &mut Tx, agency: Option<&str>, before: Option<&Cursor>, size: usize) -> Result<Page, Failure> {
    let start = before.map_or((NEVER, ""), |cursor| (cursor.at, cursor.id.as_str()));
    let limit = size as i64 + 1;
    let rows = match agency {
        Some(agency) => store::of_agency(tx, agency, start, limit)?,
        None => store::of_site(tx, start, limit)?,
    };
    Ok(page(rows, size, |found| Cursor { at: found.dossier.received_at, id: found.id.clone() }))
}

/// Dossiers of an agency whose applicant's name begins so; the name is folded already.
pub fn by_name(tx: &mut Tx, agency: &str, folded: &str, limit: usize) -> Result<Vec<Found>, Failure> {
    Ok(named(tx, agency, folded, None, limit)?.0)
}

/// The place after a row of a list by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePlace {
    pub name: String,
    pub id: String,
}

impl NamePlace {
    pub fn print(&self) -> String {
        format!("{}.{}", self.id, self.name)
    }

    pub fn read(text: &str) -> Option<Self> {
        let (id, name) = text.split_once('.')?;
        Some(Self { name: name.to_owned(), id: id.to_owned() })
    }
}

/// One page of [`by_name`], and where the next begins.
pub fn named(
    tx: &mut Tx,
    agency: &str,
    folded: &str,
    after: Option<&NamePlace>,
    size: usize,
) -> Result<(Vec<Found>, Option<NamePlace>), Failure> {
    // Folded text is plain ASCII or above; this is the last character of Unicode's first plane that can follow.
    let end = format!("{folded}\u{ffff}");
    let start = after.map_or((folded, ""), |place| (place.name.as_str(), place.id.as_str()));
    let mut rows = store::by_name(tx, agency, start, &end, size as i64 + 1)?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| NamePlace { name: motcua_domain::text::fold(&last.dossier.applicant().name), id: last.id.clone() });
    Ok((rows, next))
}

/// How many tasks an office has open, and how many of them are of late dossiers; both at most [`COUNT_MAX`].
pub fn count(tx: &mut Tx, office: &str, now: Timestamp) -> Result<(i64, i64), Failure> {
    store::count_of_office(tx, office, now, COUNT_MAX)
}

/// One dossier as the summary counts it.
pub struct Figures {
    pub tier: String,
    pub field: String,
    pub online: bool,
    pub online_level: Option<i64>,
    pub agency: String,
    pub due_at: Timestamp,
    pub settled_at: Option<Timestamp>,
    /// Withdrawn or stopped: it ended without an answer.
    pub broken_off: bool,
}

/// Every dossier received in a period, the first moment in and the last out.
pub fn figures(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<Vec<Figures>, Failure> {
    let rows = store::figures(tx, from, to)?;
    Ok(rows
        .into_iter()
        .map(|row| Figures {
            online: row.channel == "online",
            broken_off: [Status::Withdrawn, Status::Stopped].iter().any(|ended| ended.as_str() == row.status),
            tier: row.tier,
            field: row.field,
            online_level: row.online_level,
            agency: row.agency,
            due_at: row.due_at,
            settled_at: row.settled_at,
        })
        .collect())
}

/// The earliest moment both engines can hold.
fn first((at, id): (Timestamp, &str)) -> (Timestamp, &str) {
    (at.max(Timestamp::UNIX_EPOCH), id)
}

pub(super) fn page<T>(mut rows: Vec<T>, size: usize, place: impl Fn(&T) -> Cursor) -> Page<T> {
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(place);
    Page { rows, next }
}
