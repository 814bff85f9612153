//! Form II.07b: procedures of each unit, how many are done by the one-stop, how many have an internal process. [REP-12]

use motcua_domain::procedure::Tier;

use super::Frame;
use super::offers::{Offer, offers};
use super::sheet::{Cell, Column, FIRST_ROW, Row, Sheet, letter};
use crate::registry::pack::AgencyKind;

const TIERS: [Tier; 3] = [Tier::Province, Tier::District, Tier::Commune];

type Fits = fn(&Offer) -> bool;

/// The groups of columns: all, those at the one-stop, those with an internal process.
const GROUPS: [(&str, Fits); 3] =
    [("competence", |_| true), ("one_stop", |offer| offer.taken_in), ("process", |offer| offer.has_route)];

/// A line for each unit; of a single one also the procedures behind its figures.
pub(super) fn sheets(frame: &Frame) -> Vec<Sheet> {
    let units: Vec<&str> = match &frame.agency {
        Some(agency) => vec![agency],
        None => {
            let committees = frame.registry.agencies.values().filter(|agency| agency.kind == AgencyKind::Committee);
            committees.map(|agency| agency.id.as_str()).collect()
        }
    };
    let rows = units.iter().enumerate().map(|(at, agency)| unit(frame, at, agency)).collect();
    let mut columns =
        vec![Column::new("", frame.say("official.number"), 10), Column::new("", frame.say("official.unit"), 0)];
    for (group, _) in GROUPS {
        for level in ["all", "province", "district", "commune"] {
            let label = match level {
                "all" => frame.say("official.column.total"),
                tier => frame.say(&format!("tier.{tier}")),
            };
            columns.push(Column::new(frame.say(&format!("official.form07.{group}")), label, 17));
        }
    }
    let sheet = Sheet {
        tab: "II.07b".to_owned(),
        form: frame.say_with("official.form", &[("form", "II.07b".to_owned())]),
        title: frame.say("official.form07.title"),
        agency: frame.agency_name(),
        period: frame.say_with("official.form07.as_of", &[("day", frame.locale.date(frame.registry.as_of))]),
        columns,
        rows,
        notes: vec![frame.say("official.form07.note")],
    };
    let list = frame.agency.as_deref().map(|agency| list(frame, &sheet, agency));
    std::iter::once(sheet).chain(list).collect()
}

fn unit(frame: &Frame, at: usize, agency: &str) -> Row {
    let (row, offers) = (FIRST_ROW + at, offers(frame.registry, Some(agency)));
    let href = frame.procedures_of(agency);
    let mut cells = vec![Cell::text((at + 1).to_string()), Cell::text(frame.registry.agency_name(agency))];
    for (group, (_, fits)) in GROUPS.into_iter().enumerate() {
        let first = 2 + group * 4;
        let counts = TIERS.map(|tier| count(&offers, |offer| offer.procedure.tier == tier && fits(offer)));
        let sum = (1..=3).map(|level| format!("{}{row}", letter(first + level))).collect::<Vec<_>>().join("+");
        let shown = |count: i64| Cell::Count(count, if count > 0 { href.clone() } else { String::new() });
        cells.push(Cell::Formula(sum, Box::new(shown(counts.iter().sum()))));
        cells.extend(counts.map(shown));
    }
    Row::plain(cells)
}

fn count(offers: &[Offer], fits: impl Fn(&Offer) -> bool) -> i64 {
    i64::try_from(offers.iter().filter(|offer| fits(offer)).count()).unwrap_or(i64::MAX)
}

/// The procedures behind the figures of one unit.
fn list(frame: &Frame, form: &Sheet, agency: &str) -> Sheet {
    let yes = |holds: bool| if holds { Cell::text("×") } else { Cell::Empty };
    let offers = offers(frame.registry, Some(agency));
    let rows = offers.iter().enumerate().map(|(at, offer)| {
        let procedure = offer.procedure;
        Row::plain(vec![
            Cell::count(i64::try_from(at + 1).unwrap_or(0)),
            Cell::text(procedure.record.code.clone().unwrap_or_default()),
            Cell::text(&procedure.record.name),
            Cell::text(&procedure.record.field),
            Cell::text(frame.say(&format!("tier.{}", procedure.tier.as_str()))),
            yes(offer.taken_in),
            yes(offer.has_route),
            yes(offer.online),
        ])
    });
    let say = |key: &str| frame.say(&format!("official.form07.{key}"));
    let column = |label: String, width| Column::new("", label, width);
    Sheet {
        tab: say("tab_list"),
        form: String::new(),
        title: say("list"),
        columns: vec![
            column(frame.say("official.number"), 12),
            column(say("code"), 26),
            column(say("name"), 0),
            column(say("field"), 45),
            column(say("tier"), 24),
            column(say("one_stop"), 22),
            column(say("process"), 22),
            column(say("online"), 22),
        ],
        rows: rows.collect(),
        notes: Vec::new(),
        ..form.clone()
    }
}
