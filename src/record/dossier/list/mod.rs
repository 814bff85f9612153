//! Lists of dossiers, by keyset: page 1,000 costs what page 1 costs.

mod line;
mod store;

use jiff::Timestamp;
use motcua_domain::identity::{Officer, Role};

use super::{Found, NEVER};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
pub use line::{Line, LineTask};

/// Rows on a page of a list.
pub const PAGE: usize = 50;

/// Counts stop here: an officer learns nothing from "12,345" that "1,000+" does not say.
pub const COUNT_MAX: i64 = 1_000;

/// One page, and where the next begins.
pub struct Page<T = Entry> {
    pub rows: Vec<T>,
    pub next: Option<Cursor>,
}

/// A dossier as lists show it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: String,
    pub line: Line,
}

/// A task in a list.
pub struct Listed {
    pub entry: Entry,
    /// Number of the task.
    pub task: u32,
    /// What the list is ordered by.
    at: Timestamp,
    key: String,
}

/// A task that waits, with the whole of its dossier.
pub struct Waiting {
    pub found: Found,
    /// Number of the task.
    pub task: u32,
    /// What the list is ordered by.
    at: Timestamp,
    key: String,
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

impl Filter {
    /// The whole list, for which no moment matters.
    pub const WHOLE: Self = Self {
        only: Only::All,
        now: Timestamp::UNIX_EPOCH,
        soon: Timestamp::UNIX_EPOCH,
        step_soon: Timestamp::UNIX_EPOCH,
    };

    /// Between which moments a task must become late: before now, or from now until neither is soon.
    fn lateness(&self) -> (Timestamp, Timestamp) {
        match self.only {
            Only::Soon => (self.now, self.soon.max(self.step_soon)),
            _ => (Timestamp::UNIX_EPOCH, self.now),
        }
    }
}

/// Open tasks in order of the dossier's due time; those whose clock stands come last.
pub fn work(tx: &mut Tx, of: Work, after: Option<&Cursor>, size: usize) -> Result<Page<Listed>, Failure> {
    work_only(tx, of, &Filter::WHOLE, after, size)
}

/// The first open tasks of an office with the whole of their dossiers, for acts on many at once.
pub fn whole(tx: &mut Tx, office: &str, size: usize) -> Result<Vec<Waiting>, Failure> {
    store::whole_of_office(tx, office, size as i64)
}

/// Those open tasks of a list that a filter lets through. What is late, or soon will be, comes in order of the moment at which
/// it becomes late; everything else as in [`work`].
pub fn work_only(
    tx: &mut Tx,
    of: Work,
    only: &Filter,
    after: Option<&Cursor>,
    size: usize,
) -> Result<Page<Listed>, Failure> {
    let start = first(after.map_or((Timestamp::MIN, ""), |cursor| (cursor.at, cursor.id.as_str())));
    let limit = size as i64 + 1;
    let rows = match (of, only.only) {
        (Work::Office(office), Only::All) => store::of_office(tx, office, start, limit)?,
        (Work::Office(office), Only::Confirm) => store::of_office_to_confirm(tx, office, start, limit)?,
        (Work::Office(office), Only::Waiting) => store::of_office_waiting(tx, office, start, limit)?,
        (Work::Office(office), Only::Late | Only::Soon) => store::of_office_late(tx, office, start, only, limit)?,
        (Work::Person(login), Only::Late | Only::Soon) => store::of_holder_late(tx, login, start, only, limit)?,
        (Work::Person(login), _) => store::of_holder(tx, login, start, only, limit)?,
    };
    Ok(page(rows, size, |listed| Cursor { at: listed.at, id: listed.key.clone() }))
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
            all.sort_by_cached_key(place);
            return Ok(all);
        }
    }
}

/// What came to an agency by post after a place in the order of receipt.
pub fn by_post(tx: &mut Tx, agency: &str, after: (Timestamp, &str), limit: i64) -> Result<Vec<Found>, Failure> {
    store::by_post(tx, agency, after, limit)
}

/// Dossiers an officer may read in order of receipt, newest first: an auditor's are all, a leader's those of the agency, anybody
/// else's those that their offices work on. [DOS-09]
pub fn received(tx: &mut Tx, officer: &Officer, before: Option<&Cursor>, size: usize) -> Result<Page, Failure> {
    let start = before.map_or((NEVER, ""), |cursor| (cursor.at, cursor.id.as_str()));
    let limit = size as i64 + 1;
    let mut rows = if officer.has(Role::Auditor) { store::of_site(tx, start, limit)? } else { Vec::new() };
    if !officer.has(Role::Auditor) {
        if officer.has(Role::Leader) {
            rows = store::of_agency(tx, &officer.agency, start, limit)?;
        }
        for post in &officer.posts {
            rows.extend(store::seen_by(tx, &post.office, start, limit)?);
        }
        rows.sort_unstable_by(|a, b| (b.line.received_at, &b.id).cmp(&(a.line.received_at, &a.id)));
        rows.dedup_by(|a, b| a.id == b.id);
    }
    let mut page = page(rows, size, |entry| Cursor { at: entry.line.received_at, id: entry.id.clone() });
    // Who stands in for one procedure sees no other of that office. [SUB-02]
    page.rows.retain(|entry| entry.line.can_be_read(officer));
    Ok(page)
}

/// The newest dossiers of an agency.
pub fn newest(tx: &mut Tx, agency: &str, size: usize) -> Result<Vec<Entry>, Failure> {
    store::of_agency(tx, agency, (NEVER, ""), size as i64)
}

/// The dossier of a code.
pub fn by_code(tx: &mut Tx, code: &str) -> Result<Option<Entry>, Failure> {
    store::by_code(tx, code)
}

pub fn by_id(tx: &mut Tx, id: &str) -> Result<Option<Entry>, Failure> {
    store::by_id(tx, id)
}

/// Whether anything was received from one moment to another, that one not included.
pub fn any_received(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<bool, Failure> {
    store::any_received(tx, from, to)
}

/// Dossiers of an agency whose applicant's name begins so; the name is folded already.
pub fn by_name(tx: &mut Tx, agency: &str, folded: &str, limit: usize) -> Result<Vec<Entry>, Failure> {
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
) -> Result<(Vec<Entry>, Option<NamePlace>), Failure> {
    // Folded text is plain ASCII or above; this is the last character of Unicode's first plane that can follow.
    let end = format!("{folded}\u{ffff}");
    let start = after.map_or((folded, ""), |place| (place.name.as_str(), place.id.as_str()));
    let mut rows = store::by_name(tx, agency, start, &end, size as i64 + 1)?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|last| NamePlace { name: motcua_domain::text::fold(&last.line.applicant), id: last.id.clone() });
    Ok((rows, next))
}

/// How many tasks an office has open, and how many of them are of late dossiers; both at most [`COUNT_MAX`].
pub fn count(tx: &mut Tx, office: &str, now: Timestamp) -> Result<(i64, i64), Failure> {
    store::count_of_office(tx, office, now, COUNT_MAX)
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
