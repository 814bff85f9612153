//! The late lists: settled late, and running late with who has it. Without the names of applicants. [REP-13]

use motcua_domain::figures::{Fact, Period, View, Which};

use super::Frame;
use super::sheet::{Cell, Column, Row, Sheet};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::record::dossier::list::{self, Line};
use crate::record::figures::list::{Ask, Behind, behind};

/// Most dossiers in a list; the figures above it tell of all of them.
const MOST: usize = 5_000;

pub(super) fn sheets(frame: &Frame, tx: &mut Tx, period: Period) -> Result<Vec<Sheet>, Failure> {
    let view = View { period, now: frame.now };
    Ok(vec![one(frame, tx, view, Which::Late)?, one(frame, tx, view, Which::OpenLate)?])
}

fn one(frame: &Frame, tx: &mut Tx, view: View, which: Which) -> Result<Sheet, Failure> {
    let ask = Ask {
        which,
        view,
        agency: frame.agency.as_deref(),
        tier: "",
        field: "",
        office: "",
        channel: "",
        officer: None,
    };
    let (found, more) = behind(tx, &ask, None, MOST)?;
    let running = which == Which::OpenLate;
    let mut rows = Vec::new();
    for Behind { dossier, fact, .. } in &found {
        let Some(entry) = list::by_id(tx, dossier)? else { continue };
        let number = i64::try_from(rows.len() + 1).unwrap_or(0);
        rows.push(row(frame, number, &entry.id, &entry.line, fact, running));
    }
    let say = |key: &str| frame.say(&format!("official.late.{key}"));
    let mut columns = vec![
        Column::new("", frame.say("official.number"), 12),
        Column::new("", say("code"), 55),
        Column::new("", say("procedure"), 0),
        Column::new("", say("received"), 24),
        Column::new("", say("due"), 24),
        Column::new("", say("unit"), 48),
        Column::new("", say(if running { "officer" } else { "result" }), if running { 40 } else { 24 }),
    ];
    if !running {
        columns.swap(5, 6);
    }
    let mut notes = Vec::new();
    if found.is_empty() {
        notes.push(say("none"));
    }
    if more.is_some() {
        notes.push(frame.say_with("official.late.more", &[("most", frame.locale.number(MOST as i64))]));
    }
    notes.extend(frame.as_of.clone());
    let key = if running { "running" } else { "settled" };
    Ok(Sheet {
        tab: say(&format!("tab_{key}")),
        form: String::new(),
        title: say(&format!("title_{key}")),
        agency: frame.agency_name(),
        period: frame.period_words(),
        columns,
        rows,
        notes,
    })
}

fn row(frame: &Frame, number: i64, id: &str, line: &Line, fact: &Fact, running: bool) -> Row {
    let registry = frame.registry;
    let code = match frame.opens {
        true => Cell::Link(line.code.clone(), format!("/desk/dossiers/{id}")),
        false => Cell::text(&line.code),
    };
    let task = line.tasks.first().filter(|_| running);
    let office = task.map_or(fact.unit.office.as_str(), |task| task.office.as_str());
    let office = registry.office_name(office);
    let unit = match frame.agency {
        Some(_) => Cell::text(office),
        // Ten communes have an office of that name.
        None => Cell::text(format!("{office}, {}", registry.agency_name(&fact.unit.agency))),
    };
    let mut cells = vec![
        Cell::count(number),
        code,
        Cell::text(&line.title),
        Cell::Date(fact.received_on),
        fact.appointed.map_or(Cell::Empty, |due| Cell::Date(due.on)),
    ];
    match running {
        true => {
            let holder = task.and_then(|task| task.holder.as_deref());
            cells.extend([unit, holder.map_or(Cell::Empty, |login| Cell::text(registry.account_name(login)))]);
        }
        false => cells.extend([fact.settled.map_or(Cell::Empty, |settled| Cell::Date(settled.on)), unit]),
    }
    Row::plain(cells)
}
