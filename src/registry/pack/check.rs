//! What must fit together in a pack: references, validities, the calendar, the law. Procedures and routes: [`super::reach`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use motcua_domain::calendar::{Calendar, DayKind};
use motcua_domain::code::Pattern;
use motcua_domain::procedure::Tier;

use super::draft::{Draft, DraftSite, Lined, at, overlap};
use super::fault::{Fault, Faults};
use super::model::{AgencyKind, OfficeKind, ROLES};

type Validity = (Date, Option<Date>);

pub(super) fn check(draft: &Draft, faults: &Faults) {
    if let Some(site) = &draft.site {
        check_site(draft, site, faults);
        check_law(site, faults);
    }
    check_places(draft, faults);
    check_agencies(draft, faults);
    check_offices(draft, faults);
    check_calendar(draft, faults);
    check_people(draft, faults);
}

fn check_site(draft: &Draft, found: &DraftSite, faults: &Faults) {
    let site = &found.site;
    let fault = |line, key, value: &str| at(faults, "site.toml", line, key, [("value", value)]);
    let line_of = |key: &str| found.lines.get(key).copied().unwrap_or(1);
    if jiff::tz::TimeZone::get(&site.timezone).is_err() {
        fault(line_of("timezone"), "pack.unknown_timezone", &site.timezone);
    }
    if !["vi", "en"].contains(&site.default_locale.as_str()) {
        fault(line_of("default_locale"), "pack.unknown_locale", &site.default_locale);
    }
    if site.demo_password.is_some() && !site.demonstration {
        fault(line_of("demo_password"), "pack.demo_password_in_earnest", &site.id);
    }
    match draft.agencies.iter().find(|agency| agency.row.id == site.main_agency) {
        None => fault(line_of("main_agency"), "pack.unknown_agency", &site.main_agency),
        Some(agency) if agency.row.place != site.main_place => {
            fault(line_of("main_place"), "pack.main_place_differs", &site.main_place)
        }
        Some(_) => {}
    }
    for (line, code) in found.code_lines.iter().zip(&site.code) {
        if let Err(error) = Pattern::parse(&code.pattern) {
            let params = [("value", code.pattern.as_str()), ("reason", &error.to_string())];
            at(faults, "site.toml", *line, "pack.code_pattern", params);
        }
    }
    if site.code.is_empty() {
        fault(1, "pack.no_code_pattern", &site.id);
    }
    let starts = found.code_lines.iter().zip(&site.code).map(|(line, code)| (*line, code.valid_from.to_string()));
    report_twice("site.toml", starts, faults);
    for (agency, line) in &found.share_lines {
        if !draft.agencies.iter().any(|known| known.row.id == *agency) {
            fault(*line, "pack.unknown_agency", agency);
        }
    }
    for (key, line) in &found.procedure_lines {
        if !draft.scope.iter().any(|known| known.row.key == *key) {
            fault(*line, "pack.not_in_scope", key);
        }
    }
    if let Some(simulation) = site.simulation.as_ref().filter(|simulation| simulation.to < simulation.from) {
        fault(line_of("simulation"), "pack.ends_before_it_begins", &simulation.to.to_string());
    }
}

/// Every day from the first law on has one law and one set of forms.
fn check_law(found: &DraftSite, faults: &Faults) {
    let mut laws: Vec<_> = found.law_lines.iter().zip(&found.site.law).collect();
    laws.sort_by_key(|(_, law)| law.from);
    let fault = |line, key, value: &str| at(faults, "site.toml", line, key, [("value", value)]);
    if laws.is_empty() {
        fault(1, "pack.no_law", &found.site.id);
    }
    for (line, law) in &laws {
        if !["restart", "pause"].contains(&law.supplement.as_str()) {
            fault(**line, "pack.unknown_supplement_rule", &law.supplement);
        }
        if law.to.is_some_and(|to| to < law.from) {
            fault(**line, "pack.ends_before_it_begins", &law.id);
        }
    }
    report_twice("site.toml", laws.iter().map(|(line, law)| (**line, law.id.clone())), faults);
    for pair in laws.windows(2) {
        let [(_, before), (line, after)] = pair else { continue };
        if overlap((before.from, before.to), (after.from, after.to)) {
            fault(**line, "pack.law_overlaps", &after.id);
        } else if before.to.and_then(|to| to.tomorrow().ok()) != Some(after.from) {
            fault(**line, "pack.law_gap", &after.id);
        }
    }
}

fn check_places(draft: &Draft, faults: &Faults) {
    let rows = &draft.places;
    report_overlaps("places.csv", rows, |place| (place.code.clone(), (place.valid_from, place.valid_to)), faults);
    for Lined { line, row } in rows {
        match &row.parent {
            Some(parent) if !known_on(draft, parent, row.valid_from) => {
                at(faults, "places.csv", *line, "pack.unknown_place", [("value", parent)]);
            }
            None if row.kind != Tier::Province => {
                at(faults, "places.csv", *line, "pack.no_parent", [("value", &row.name)])
            }
            _ => {}
        }
    }
}

fn known_on(draft: &Draft, code: &str, day: Date) -> bool {
    draft.places.iter().any(|Lined { row, .. }| row.code == code && holds(row.valid_from, row.valid_to, day))
}

fn holds(from: Date, to: Option<Date>, day: Date) -> bool {
    from <= day && to.is_none_or(|to| day <= to)
}

fn check_agencies(draft: &Draft, faults: &Faults) {
    let rows = &draft.agencies;
    report_twice("agencies.csv", rows.iter().map(|agency| (agency.line, agency.row.id.clone())), faults);
    let numbered = rows.iter().filter_map(|agency| Some((agency.line, agency.row.identifier.clone()?)));
    report_twice("agencies.csv", numbered, faults);
    for Lined { line, row } in rows {
        let fault = |key, value: &str| at(faults, "agencies.csv", *line, key, [("value", value)]);
        let place = draft.places.iter().find(|place| place.row.code == row.place);
        if !known_on(draft, &row.place, row.valid_from) {
            fault("pack.unknown_place", &row.place);
        } else if place.is_some_and(|place| place.row.kind != row.tier) {
            fault("pack.tier_differs", &row.place);
        }
        if row.kind == AgencyKind::Committee && row.identifier.is_none() {
            fault("pack.no_identifier", &row.id);
        }
        let has_one_stop =
            |office: &Lined<super::Office>| office.row.agency == row.id && office.row.kind == OfficeKind::OneStop;
        if row.kind == AgencyKind::Committee && !draft.offices.iter().any(has_one_stop) {
            fault("pack.no_one_stop", &row.id);
        }
    }
}

fn check_offices(draft: &Draft, faults: &Faults) {
    let key =
        |office: &super::Office| (format!("{}/{}", office.agency, office.key), (office.valid_from, office.valid_to));
    report_overlaps("offices.csv", &draft.offices, key, faults);
    for Lined { line, row } in &draft.offices {
        report_unknown_agency(draft, "offices.csv", *line, &row.agency, faults);
    }
}

fn check_calendar(draft: &Draft, faults: &Faults) {
    for Lined { line, row: (agency, hours) } in &draft.hours {
        if agency != "*" {
            report_unknown_agency(draft, "hours.csv", *line, agency, faults);
        }
        let clash =
            draft.hours.iter().take_while(|other| other.line < *line).any(|Lined { row: (of, other), .. }| {
                let same_day = of == agency && other.weekday == hours.weekday;
                let same_time = other.period.from < hours.period.to && hours.period.from < other.period.to;
                same_day && same_time && overlap((other.valid_from, other.valid_to), (hours.valid_from, hours.valid_to))
            });
        if clash {
            let from = hours.period.from.strftime("%H:%M").to_string();
            at(faults, "hours.csv", *line, "pack.hours_overlap", [("value", &from)]);
        }
    }
    let dated = draft.days.iter().map(|day| (day.line, format!("{} {}", day.row.row.date, day.row.agency)));
    report_twice("days.csv", dated, faults);
    for Lined { line, row } in &draft.days {
        if row.agency != "*" {
            report_unknown_agency(draft, "days.csv", *line, &row.agency, faults);
        }
        let weekday = row.row.date.weekday().to_monday_one_offset();
        let worked = draft.hours.iter().any(|hours| hours.row.1.weekday == weekday);
        if row.row.kind == DayKind::MakeUp && worked {
            at(faults, "days.csv", *line, "pack.make_up_on_a_working_day", [("value", &row.row.date.to_string())]);
        }
    }
    for Lined { row: agency, .. } in draft.agencies.iter().filter(|agency| agency.row.kind == AgencyKind::Committee) {
        check_calendar_of(draft, &agency.id, faults);
    }
}

/// The domain has the last word on whether hours and days make a calendar.
fn check_calendar_of(draft: &Draft, agency: &str, faults: &Faults) {
    let own = draft.hours.iter().any(|hours| hours.row.0 == agency);
    let of = if own { agency } else { "*" };
    let hours: Vec<_> = draft.hours.iter().filter(|hours| hours.row.0 == of).map(|hours| hours.row.1.clone()).collect();
    if hours.is_empty() {
        return at(faults, "hours.csv", 0, "pack.no_hours", [("value", agency)]);
    }
    let days: Vec<_> = draft.days.iter().filter(|day| day.row.agency == "*" || day.row.agency == agency).collect();
    // A date that could not be read has a stand-in; it was told already, with its line.
    if days.iter().any(|day| day.row.row.date == super::table::STAND_IN) {
        return;
    }
    if let Err(error) = Calendar::new(hours, days.iter().map(|day| day.row.row.clone()).collect()) {
        let mut fault = Fault::new("days.csv", 0, error.key(), []);
        fault.params = error.params();
        faults.add(fault);
    }
}

fn check_people(draft: &Draft, faults: &Faults) {
    report_twice("staff.csv", draft.staff.iter().map(|staff| (staff.line, staff.row.login.clone())), faults);
    let demonstration = draft.site.as_ref().is_none_or(|found| found.site.demonstration);
    for Lined { line, row } in &draft.staff {
        report_unknown_agency(draft, "staff.csv", *line, &row.agency, faults);
        if row.demo && !demonstration {
            at(faults, "staff.csv", *line, "pack.demo_sign_in_in_earnest", [("value", &row.login)]);
        }
        if !draft.postings.iter().any(|posting| posting.row.login == row.login) {
            at(faults, "staff.csv", *line, "pack.no_posting", [("value", &row.login)]);
        }
    }
    let key = |row: &super::Posting| {
        let key = format!("{} {}/{} {}", row.login, row.agency, row.office, row.role);
        (key, (row.valid_from, row.valid_to))
    };
    report_overlaps("postings.csv", &draft.postings, key, faults);
    for Lined { line, row } in &draft.postings {
        let fault = |key, value: &str| at(faults, "postings.csv", *line, key, [("value", value)]);
        if !draft.staff.iter().any(|staff| staff.row.login == row.login) {
            fault("pack.unknown_login", &row.login);
        }
        let is_office = |office: &super::Office| {
            let there = holds(office.valid_from, office.valid_to, row.valid_from);
            office.agency == row.agency && office.key == row.office && there
        };
        if !draft.offices.iter().any(|office| is_office(&office.row)) {
            fault("pack.unknown_office", &format!("{}/{}", row.agency, row.office));
        }
        if !ROLES.contains(&row.role.as_str()) {
            fault("pack.unknown_role", &row.role);
        }
    }
    if !draft.postings.is_empty() && !draft.postings.iter().any(|posting| posting.row.role == "administrator") {
        at(faults, "postings.csv", 0, "pack.no_administrator", []);
    }
}

fn report_unknown_agency(draft: &Draft, file: &str, line: u64, agency: &str, faults: &Faults) {
    if !draft.agencies.iter().any(|known| known.row.id == agency) {
        at(faults, file, line, "pack.unknown_agency", [("value", agency)]);
    }
}

/// A key that may stand only once stands there again; the message names the first line.
pub(super) fn report_twice(file: &str, keys: impl Iterator<Item = (u64, String)>, faults: &Faults) {
    let mut first = BTreeMap::new();
    for (line, key) in keys {
        match first.get(&key) {
            Some(before) => {
                let params = [("value", key.as_str()), ("first", &format!("{before}"))];
                at(faults, file, line, "pack.key_twice", params);
            }
            None => {
                first.insert(key, line);
            }
        }
    }
}

/// Rows of one key may follow one another, never be valid on the same day.
pub(super) fn report_overlaps<T>(
    file: &str,
    rows: &[Lined<T>],
    key: impl Fn(&T) -> (String, Validity),
    faults: &Faults,
) {
    let mut seen: BTreeMap<String, Vec<(u64, Validity)>> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for Lined { line, row } in rows {
        let (key, validity) = key(row);
        let before = seen.entry(key.clone()).or_default();
        if let Some((first, _)) = before.iter().find(|(_, other)| overlap(*other, validity))
            && told.insert(*line)
        {
            let params = [("value", key.as_str()), ("first", &first.to_string())];
            at(faults, file, *line, "pack.validity_overlaps", params);
        }
        before.push((*line, validity));
    }
}
