//! Reading the files of a pack into rows that still know their line, before anything is compared with anything.

use std::collections::BTreeMap;

use jiff::civil::Date;
use motcua_domain::calendar::{DayKind, DayRow, HoursRow, Period};
use motcua_domain::deadline::PromiseTime;
use motcua_domain::identity::Role;
use motcua_domain::monitor::Limits;
use motcua_domain::procedure::Tier;

use super::examples::{self, DraftExample};
use super::fault::{Fault, Faults};
use super::model::{
    Agency, AgencyKind, ClockPolicy, CodePattern, Day, Law, Office, OfficeKind, Open, Override, Place, Posting,
    Readings, Scope, SignIn, Simulation, Site, Staff, Thresholds, Tracking,
};
use super::routes::{self, DraftRoute};
use super::section::{File, Section};
use super::source::Source;
use super::table::{Row, Table};

/// A row and the line it stands on.
pub(super) struct Lined<T> {
    pub line: u64,
    pub row: T,
}

/// `site.toml` with the lines that checks point at.
pub(super) struct DraftSite {
    pub site: Site,
    /// Top-level key → line.
    pub lines: BTreeMap<&'static str, u64>,
    pub law_lines: Vec<u64>,
    pub code_lines: Vec<u64>,
    pub share_lines: BTreeMap<String, u64>,
    pub procedure_lines: BTreeMap<String, u64>,
}

/// A pack that was read, not yet checked.
pub(super) struct Draft {
    pub site: Option<DraftSite>,
    pub places: Vec<Lined<Place>>,
    pub agencies: Vec<Lined<Agency>>,
    pub offices: Vec<Lined<Office>>,
    pub hours: Vec<Lined<(String, HoursRow)>>,
    pub days: Vec<Lined<Day>>,
    pub staff: Vec<Lined<Staff>>,
    pub postings: Vec<Lined<Posting>>,
    pub routes: Vec<DraftRoute>,
    pub scope: Vec<Lined<Scope>>,
    pub overrides: Vec<Lined<Override>>,
    pub examples: Vec<DraftExample>,
    pub procedures_csv: String,
}

impl Draft {
    pub fn read(source: &Source, faults: &Faults) -> Draft {
        let files = Files { source, faults };
        Draft {
            site: files.toml("site.toml", site),
            places: files.csv("places.csv", &PLACES, place),
            agencies: files.csv("agencies.csv", &AGENCIES, agency),
            offices: files.csv("offices.csv", &OFFICES, office),
            hours: files.csv("hours.csv", &HOURS, hours),
            days: files.csv("days.csv", &DAYS, day),
            staff: files.csv("staff.csv", &STAFF, staff),
            postings: files.csv("postings.csv", &POSTINGS, posting),
            routes: files.toml("routes.toml", routes::read).unwrap_or_default(),
            scope: files.csv("scope.csv", &SCOPE, scope),
            overrides: files.csv("overrides.csv", &OVERRIDES, override_row),
            examples: files.examples(),
            procedures_csv: files.text("procedures.csv").unwrap_or_default(),
        }
    }
}

struct Files<'a> {
    source: &'a Source,
    faults: &'a Faults,
}

impl Files<'_> {
    fn text(&self, file: &str) -> Option<String> {
        self.source.text(file).map_err(|fault| self.faults.add(fault)).ok()
    }

    fn csv<T>(&self, file: &str, columns: &[&'static str], read: fn(&Row<'_>) -> T) -> Vec<Lined<T>> {
        let Some(text) = self.text(file) else { return Vec::new() };
        let table = Table::read(file, &text, columns, self.faults);
        table.rows().map(|row| Lined { line: row.line(), row: read(&row) }).collect()
    }

    fn toml<T>(&self, name: &str, read: fn(&Section<'_>) -> T) -> Option<T> {
        let text = self.text(name)?;
        Some(File { name, text: &text, faults: self.faults }.with(|section| read(&section)))
    }

    fn examples(&self) -> Vec<DraftExample> {
        let names = self.source.examples().map_err(|fault| self.faults.add(fault)).unwrap_or_default();
        names.iter().flat_map(|name| self.toml(name, examples::read).unwrap_or_default()).collect()
    }
}

fn site(top: &Section<'_>) -> DraftSite {
    let laws = top.sections("law");
    let codes = top.sections("code");
    let (simulation, share_lines, procedure_lines) = simulation(top);
    let site = Site {
        id: top.required("id"),
        name: top.both_languages("name"),
        timezone: top.required("timezone"),
        default_locale: top.required("default_locale"),
        main_agency: top.required("main_agency"),
        main_place: top.required("main_place"),
        banner: top.both_languages("banner"),
        demonstration: top.flag("demonstration"),
        demo_password: top.optional_text("demo_password"),
        law: laws.iter().map(law).collect(),
        code: codes.iter().map(code).collect(),
        tracking: tracking(top),
        thresholds: thresholds(top),
        clock: clock(top),
        sign_in: sign_in(top),
        monitor: monitor(top),
        map: map(top),
        readings: readings(top),
        open: open(top),
        simulation,
    };
    let keys = ["timezone", "default_locale", "main_agency", "main_place", "demo_password", "simulation"];
    let lines = keys.into_iter().map(|key| (key, top.line_of(key))).collect();
    let law_lines = laws.iter().map(Section::line).collect();
    let code_lines = codes.iter().map(Section::line).collect();
    DraftSite { site, lines, law_lines, code_lines, share_lines, procedure_lines }
}

fn law(section: &Section<'_>) -> Law {
    Law {
        id: section.required("id"),
        from: section.date("from"),
        to: section.optional_date("to"),
        one_stop_decree: section.required("one_stop_decree"),
        form_set: section.required("form_set"),
        supplement: section.required("supplement"),
        transfer_cutoff: section.time("transfer_cutoff"),
        supplement_within_days: section.optional_number("supplement_within_days").unwrap_or_else(Law::within_days),
        extensions_max: section.optional_number("extensions_max").unwrap_or_else(Law::extensions),
        extension_days_before: section.optional_number("extension_days_before").unwrap_or_else(Law::days_before),
        verified: section.flag("verified"),
        source: section.required("source"),
        note: section.optional_text("note").unwrap_or_default(),
    }
}

fn code(section: &Section<'_>) -> CodePattern {
    CodePattern {
        pattern: section.required("pattern"),
        valid_from: section.date("valid_from"),
        verified: section.flag("verified"),
        source: section.required("source"),
    }
}

fn tracking(top: &Section<'_>) -> Tracking {
    let section = top.section("tracking");
    let text = |key| section.as_ref().map(|section| section.text(key)).unwrap_or_default();
    Tracking { url: text("url"), hotline: text("hotline") }
}

fn thresholds(top: &Section<'_>) -> Thresholds {
    let section = top.section("thresholds");
    let number = |key| section.as_ref().map(|section| section.number(key)).unwrap_or_default();
    let optional = |key| section.as_ref().and_then(|section| section.optional_number(key));
    Thresholds {
        due_soon_hours: number("due_soon_hours"),
        duplicate_days: number("duplicate_days"),
        step_soon_hours: optional("step_soon_hours").unwrap_or_else(Thresholds::step_soon),
        head_after_hours: optional("head_after_hours").unwrap_or_else(Thresholds::head_after),
        leader_after_hours: optional("leader_after_hours").unwrap_or_else(Thresholds::leader_after),
        link_days: optional("link_days").unwrap_or_else(Thresholds::link),
    }
}

/// [MON-09]
fn monitor(top: &Section<'_>) -> Limits {
    let usual = Limits::default();
    let section = if top.has("monitor") { top.section("monitor") } else { None };
    let Some(section) = section else { return usual };
    let number = |key, usual| section.optional_number(key).unwrap_or(usual);
    Limits {
        last_days: number("last_days", usual.last_days),
        refiled_days: number("refiled_days", usual.refiled_days),
        just_in_time_days: number("just_in_time_days", usual.just_in_time_days),
        series: number("series", usual.series),
        burst_days: number("burst_days", usual.burst_days),
        burst_percent: number("burst_percent", usual.burst_percent),
        unusual_percent: number("unusual_percent", usual.unusual_percent),
        unusual_cases: number("unusual_cases", usual.unusual_cases),
    }
}

/// [OVW-13]
fn map(top: &Section<'_>) -> Vec<String> {
    let section = if top.has("map") { top.section("map") } else { None };
    section.map(|section| section.texts("rows")).unwrap_or_default()
}

fn clock(top: &Section<'_>) -> ClockPolicy {
    let section = if top.has("clock") { top.section("clock") } else { None };
    let Some(section) = section else { return ClockPolicy::default() };
    let promises = [("closing", PromiseTime::Closing), ("hour_of_receipt", PromiseTime::HourOfReceipt)];
    ClockPolicy { promise: section.word("promise", PromiseTime::Closing, promises) }
}

fn sign_in(top: &Section<'_>) -> SignIn {
    let usual = SignIn::default();
    let section = if top.has("sign_in") { top.section("sign_in") } else { None };
    let Some(section) = section else { return usual };
    let minutes = |key, usual: u32| section.optional_number(key).filter(|number| *number > 0).unwrap_or(usual);
    let named = if section.has("second_factor") { section.texts("second_factor") } else { Vec::new() };
    let roles: Vec<Option<Role>> = named.iter().map(|name| Role::parse(name)).collect();
    if roles.contains(&None) {
        section.report("second_factor", "pack.sign_in_role");
    }
    SignIn {
        idle_minutes: minutes("idle_minutes", usual.idle_minutes),
        hours: minutes("hours", usual.hours),
        second_factor: roles.into_iter().flatten().collect(),
    }
}

fn readings(top: &Section<'_>) -> Readings {
    let usual = Readings::default();
    let section = if top.has("readings") { top.section("readings") } else { None };
    let Some(section) = section else { return usual };
    let number = |key, usual: u32| section.optional_number(key).filter(|number| *number > 0).unwrap_or(usual);
    Readings {
        many: number("many", usual.many),
        many_times: number("many_times", usual.many_times),
        one_person: number("one_person", usual.one_person),
        one_person_days: number("one_person_days", usual.one_person_days),
        margin_minutes: section.optional_number("margin_minutes").unwrap_or(usual.margin_minutes),
    }
}

fn open(top: &Section<'_>) -> Open {
    let usual = Open::default();
    let section = if top.has("open") { top.section("open") } else { None };
    let Some(section) = section else { return usual };
    Open {
        licence: section.both_languages("licence"),
        licence_url: section.required("licence_url"),
        smallest: section.optional_number("smallest").filter(|number| *number > 0).unwrap_or(usual.smallest),
    }
}

type Lines = BTreeMap<String, u64>;

fn simulation(top: &Section<'_>) -> (Option<Simulation>, Lines, Lines) {
    if !top.has("simulation") {
        return (None, Lines::new(), Lines::new());
    }
    let Some(section) = top.section("simulation") else { return (None, Lines::new(), Lines::new()) };
    let (share, procedures) = (section.numbers("share"), section.numbers("procedures"));
    let weights = |from: &BTreeMap<String, (u32, u64)>| from.iter().map(|(k, (n, _))| (k.clone(), *n)).collect();
    let lines = |from: &BTreeMap<String, (u32, u64)>| from.iter().map(|(k, (_, line))| (k.clone(), *line)).collect();
    let simulation = Simulation {
        from: section.date("from"),
        to: section.date("to"),
        dossiers: section.number("dossiers"),
        online_district: section.number("online_district"),
        online_communes: section.number("online_communes"),
        share: weights(&share),
        procedures: weights(&procedures),
        verified: section.flag("verified"),
        source: section.required("source"),
    };
    (Some(simulation), lines(&share), lines(&procedures))
}

pub(super) const TIERS: [(&str, Tier); 3] =
    [("province", Tier::Province), ("district", Tier::District), ("commune", Tier::Commune)];

const PLACES: [&str; 7] = ["code", "kind", "name", "parent", "valid_from", "valid_to", "source"];

fn place(row: &Row<'_>) -> Place {
    let (valid_from, valid_to) = row.validity();
    Place {
        code: row.required("code"),
        kind: row.word("kind", Tier::Commune, TIERS),
        name: row.required("name"),
        parent: row.optional("parent"),
        valid_from,
        valid_to,
        source: row.required("source"),
    }
}

const AGENCIES: [&str; 15] = [
    "id",
    "name",
    "short_name",
    "kind",
    "tier",
    "place",
    "identifier",
    "identifier_status",
    "address",
    "phone",
    "website",
    "valid_from",
    "valid_to",
    "source",
    "symbol?",
];

fn agency(row: &Row<'_>) -> Agency {
    let (valid_from, valid_to) = row.validity();
    let identifier = row.optional("identifier");
    Agency {
        id: row.required("id"),
        name: row.required("name"),
        short_name: row.required("short_name"),
        kind: row.word(
            "kind",
            AgencyKind::Committee,
            [("committee", AgencyKind::Committee), ("outside", AgencyKind::Outside)],
        ),
        tier: row.word("tier", Tier::Commune, TIERS),
        place: row.required("place"),
        identifier_verified: identifier.is_some() && row.verified("identifier_status"),
        identifier,
        address: row.text("address"),
        phone: row.text("phone"),
        website: row.text("website"),
        symbol: row.text("symbol"),
        valid_from,
        valid_to,
        source: row.required("source"),
    }
}

const OFFICES: [&str; 10] =
    ["agency", "key", "name", "kind", "own_room", "location", "email", "valid_from", "valid_to", "source"];

fn office(row: &Row<'_>) -> Office {
    let (valid_from, valid_to) = row.validity();
    let kinds = [
        ("one_stop", OfficeKind::OneStop),
        ("work", OfficeKind::Work),
        ("leaders", OfficeKind::Leaders),
        ("outside", OfficeKind::Outside),
    ];
    Office {
        agency: row.required("agency"),
        key: row.required("key"),
        name: row.required("name"),
        kind: row.word("kind", OfficeKind::Work, kinds),
        own_room: row.yes_no("own_room"),
        location: row.text("location"),
        email: row.email("email"),
        valid_from,
        valid_to,
        source: row.required("source"),
    }
}

const HOURS: [&str; 7] = ["agency", "weekday", "from", "to", "valid_from", "valid_to", "source"];

fn hours(row: &Row<'_>) -> (String, HoursRow) {
    let (valid_from, valid_to) = row.validity();
    let weekdays = [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 5), ("6", 6), ("7", 7)];
    row.required("source");
    let period = Period { from: row.time("from"), to: row.time("to") };
    if period.to <= period.from {
        row.fault("pack.ends_before_it_begins", "to");
    }
    (row.required("agency"), HoursRow { weekday: row.word("weekday", 1, weekdays), period, valid_from, valid_to })
}

const DAYS: [&str; 8] = ["date", "kind", "from", "to", "agency", "name", "status", "source"];

fn day(row: &Row<'_>) -> Day {
    let kinds = [
        ("holiday", DayKind::Holiday),
        ("compensatory", DayKind::Compensatory),
        ("swapped-off", DayKind::SwappedOff),
        ("make-up", DayKind::MakeUp),
        ("closure", DayKind::Closure),
    ];
    let (from, to) = (row.optional_time("from"), row.optional_time("to"));
    match (from, to) {
        (Some(from), Some(to)) if to <= from => row.fault("pack.ends_before_it_begins", "to"),
        (Some(_), None) => row.fault("pack.cell_empty", "to"),
        (None, Some(_)) => row.fault("pack.cell_empty", "from"),
        _ => {}
    }
    let kind = row.word("kind", DayKind::Closure, kinds);
    Day {
        agency: row.required("agency"),
        row: DayRow { date: row.date("date"), kind, from, to, name: row.required("name") },
        verified: row.verified("status"),
        source: row.required("source"),
    }
}

const STAFF: [&str; 4] = ["login", "name", "agency", "demo"];

fn staff(row: &Row<'_>) -> Staff {
    let login = row.required("login");
    if !login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-') {
        row.fault("pack.login_characters", "login");
    }
    Staff { login, name: row.required("name"), agency: row.required("agency"), demo: row.yes_no("demo") }
}

const POSTINGS: [&str; 8] = ["login", "agency", "office", "role", "valid_from", "valid_to", "position?", "authority?"];

fn posting(row: &Row<'_>) -> Posting {
    let (valid_from, valid_to) = row.validity();
    Posting {
        login: row.required("login"),
        agency: row.required("agency"),
        office: row.required("office"),
        role: row.required("role"),
        valid_from,
        valid_to,
        position: row.text("position"),
        authority: row.text("authority"),
    }
}

const SCOPE: [&str; 12] = [
    "key",
    "name",
    "tier",
    "handled_by",
    "online_level_2018",
    "route",
    "receiving",
    "office",
    "status",
    "basis",
    "source",
    "life_event",
];

fn scope(row: &Row<'_>) -> Scope {
    Scope {
        key: row.text("key"),
        name: row.required("name"),
        tier: row.word("tier", Tier::Commune, TIERS),
        receiving: row.word("receiving", Tier::Commune, TIERS),
        handled_by: row.required("handled_by"),
        online_level: row.word("online_level_2018", None, [("", None), ("3", Some(3)), ("4", Some(4))]),
        route: row.optional("route"),
        office: row.optional("office"),
        verified: row.verified("status"),
        basis: row.required("basis"),
        source: row.required("source"),
        life_event: row.optional("life_event"),
    }
}

const OVERRIDES: [&str; 5] = ["key", "part", "value", "source", "status"];

fn override_row(row: &Row<'_>) -> Override {
    Override {
        key: row.required("key"),
        part: row.required("part"),
        value: row.required("value"),
        source: row.required("source"),
        verified: row.verified("status"),
    }
}

/// Whether two stretches of validity have a day in common.
pub(super) fn overlap(a: (Date, Option<Date>), b: (Date, Option<Date>)) -> bool {
    a.1.is_none_or(|end| b.0 <= end) && b.1.is_none_or(|end| a.0 <= end)
}

/// A fault at a line of a file, when the params are only known at run time.
pub(super) fn at<const N: usize>(
    faults: &Faults,
    file: &str,
    line: u64,
    key: &'static str,
    params: [(&'static str, &str); N],
) {
    faults.add(Fault::new(file, line, key, params));
}
