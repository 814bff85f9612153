//! The folder `examples`: worked examples of procedures, and whether what they name is there. Whether they come out as
//! they say is asked when a version is published, not here: a pack must load before anything can be reckoned.

use std::collections::BTreeMap;

use motcua_domain::exam::{ActKind, Example, ExampleAct, Expected, LETTERS};
use motcua_domain::procedure::{Channel, Version};

use super::draft::{Draft, TIERS, at};
use super::fault::Faults;
use super::model::{ProcedureExample, Scope};
use super::routes::{has_office, place, receivers};
use super::section::Section;

/// An example, the file and the lines that checks point at.
pub(super) struct DraftExample {
    pub file: String,
    pub line: u64,
    pub row: ProcedureExample,
    /// Key → line, of those keys that are checked; of the section where a key is missing.
    lines: BTreeMap<&'static str, u64>,
    acts: Vec<u64>,
}

pub(super) fn read(top: &Section<'_>) -> Vec<DraftExample> {
    top.sections("example").iter().map(example).collect()
}

fn example(section: &Section<'_>) -> DraftExample {
    let channels = [("direct", Channel::Direct), ("online", Channel::Online), ("post", Channel::Post)];
    let acts = section.optional_sections("act");
    let expect = section.section("expect");
    let example = Example {
        title: section.required("title"),
        agency: section.required("agency"),
        who: section.required("who"),
        case: section.optional_text("case").unwrap_or_default(),
        channel: section.word("channel", Channel::Direct, channels),
        papers: section.texts("papers"),
        received: section.moment("received"),
        acts: acts.iter().map(act).collect(),
        expect: expect.as_ref().map_or(NOTHING, expectation),
    };
    let row = ProcedureExample {
        procedure: section.required("procedure"),
        tier: section.word("tier", motcua_domain::procedure::Tier::Commune, TIERS),
        example,
    };
    let keys = ["procedure", "agency", "case", "papers", "received"];
    let mut lines: BTreeMap<&'static str, u64> = keys.into_iter().map(|key| (key, section.line_of(key))).collect();
    if let Some(expect) = &expect {
        lines.extend(["due", "route", "letters"].map(|key| (key, expect.line_of(key))));
    }
    DraftExample {
        file: section.file().to_owned(),
        line: section.line(),
        row,
        lines,
        acts: acts.iter().map(Section::line).collect(),
    }
}

/// Stands in where the section is missing; that is a fault, so it is never seen.
const NOTHING: Expected =
    Expected { fee: None, due: jiff::civil::DateTime::MIN, route: Vec::new(), letters: Vec::new() };

fn act(section: &Section<'_>) -> ExampleAct {
    let kinds = [
        ("supplement", ActKind::Supplement),
        ("payment", ActKind::Payment),
        ("outage", ActKind::Outage),
        ("extension", ActKind::Extension),
        ("refusal", ActKind::Refusal),
        ("stop", ActKind::Stop),
    ];
    let kind = section.word("kind", ActKind::Supplement, kinds);
    // Everything that began here ends too; what ends the dossier is over at once.
    let ends = !matches!(kind, ActKind::Refusal | ActKind::Stop);
    let to = if ends || section.has("to") { Some(section.moment("to")) } else { None };
    ExampleAct { kind, from: section.moment("from"), to }
}

fn expectation(section: &Section<'_>) -> Expected {
    Expected {
        fee: section.optional_number("fee").map(i64::from),
        due: section.moment("due"),
        route: section.texts("route"),
        letters: section.texts("letters"),
    }
}

/// `versions` is the catalogue with the overrides of the pack, by key.
pub(super) fn check(draft: &Draft, versions: &BTreeMap<String, Version>, faults: &Faults) {
    let mut titles = BTreeMap::new();
    for example in &draft.examples {
        let (row, worked) = (&example.row, &example.row.example);
        if let Some(first) = titles.insert((&row.procedure, &worked.title), example.line) {
            let params = [("value", worked.title.as_str()), ("first", &first.to_string())];
            at(faults, &example.file, example.line, "pack.key_twice", params);
        }
        let fault = |key: &str, name, value: &str| example.fault(faults, key, name, value);
        let scopes: Vec<&Scope> =
            draft.scope.iter().map(|scope| &scope.row).filter(|scope| scope.key == row.procedure).collect();
        let Some(scope) = scopes.iter().find(|scope| scope.tier == row.tier) else {
            fault("procedure", "pack.not_in_scope", &row.procedure);
            continue;
        };
        if !draft.agencies.iter().any(|agency| agency.row.id == worked.agency) {
            fault("agency", "pack.unknown_agency", &worked.agency);
            continue;
        }
        if !receivers(draft, scope.receiving).any(|agency| agency == worked.agency) {
            fault("agency", "pack.agency_does_not_receive", &worked.agency);
        }
        if let Some(version) = versions.get(&row.procedure) {
            check_version(example, version, faults);
        }
        check_course(example, faults);
        for office in &worked.expect.route {
            match place(draft, &worked.agency, office) {
                Some((of, key)) if !has_office(draft, of, key) => {
                    fault("route", "pack.unknown_office", &format!("{of}/{key}"));
                }
                Some(_) => {}
                None => {
                    let params = [("agency", worked.agency.as_str()), ("office", office.as_str())];
                    at(faults, &example.file, example.line_of("route"), "pack.no_agency_above", params);
                }
            }
        }
    }
}

fn check_version(example: &DraftExample, version: &Version, faults: &Faults) {
    let worked = &example.row.example;
    let limits = version.limits.iter().map(|limit| &limit.label);
    let mut cases = limits.chain(version.papers.iter().map(|paper| &paper.case));
    if !worked.case.is_empty() && !cases.any(|case| *case == worked.case) {
        example.fault(faults, "case", "pack.unknown_case", &worked.case);
    }
    for name in worked.papers.iter().filter(|name| !version.papers.iter().any(|paper| paper.name == **name)) {
        example.fault(faults, "papers", "pack.unknown_paper", name);
    }
}

/// Time goes forward, and every letter is one of those there are.
fn check_course(example: &DraftExample, faults: &Faults) {
    let row = &example.row.example;
    for (act, line) in row.acts.iter().zip(&example.acts) {
        let fault = |name, value: &str| at(faults, &example.file, *line, name, [("value", value)]);
        let moment = |at: jiff::civil::DateTime| at.strftime("%Y-%m-%dT%H:%M").to_string();
        if let Some(to) = act.to.filter(|to| *to < act.from) {
            fault("pack.ends_before_it_begins", &moment(to));
        }
        if act.from < row.received {
            fault("pack.before_receipt", &moment(act.from));
        }
    }
    if row.expect.due < row.received {
        example.fault(faults, "due", "pack.due_before_receipt", &row.title);
    }
    for letter in row.expect.letters.iter().filter(|letter| !LETTERS.contains(&letter.as_str())) {
        example.fault(faults, "letters", "pack.unknown_letter", letter);
    }
}

impl DraftExample {
    fn line_of(&self, key: &str) -> u64 {
        self.lines.get(key).copied().unwrap_or(self.line)
    }

    fn fault(&self, faults: &Faults, key: &str, name: &'static str, value: &str) {
        at(faults, &self.file, self.line_of(key), name, [("value", value)]);
    }
}
