//! Style as a test: what a reader may rely on anywhere in the sources.

use std::collections::{BTreeMap, BTreeSet};

use crate::golden::root;
use crate::sources::{literals, under, without_tests};

/// No file of Rust is longer; thousand-line files appear where one thing was never split.
const LINES_MAX: usize = 500;

const SOURCES: [&str; 5] = ["src", "domain/src", "print/src", "print/tests", "tests"];

#[test]
fn files_stay_short() {
    for source in under(&SOURCES, &["rs"]) {
        let lines = source.text.lines().count();
        assert!(lines <= LINES_MAX || KNOWN_LONG.contains(&source.path.as_str()), "{} has {lines} lines", source.path);
    }
}

/// May only shrink.
const KNOWN_LONG: [&str; 1] = ["domain/src/catalogue/tests.rs"];

#[test]
fn sql_stands_only_where_it_belongs() {
    // [SQL-01]
    for (file, sql) in crate::sql::statements() {
        let belongs = ["/store.rs", "/install.rs", "/migrate.rs"].iter().any(|end| file.ends_with(end));
        assert!(belongs, "SQL in {file}: {sql}");
    }
}

#[test]
fn no_note_to_do_something_stands_without_a_number() {
    let wanted = ["TO", "DO"].concat();
    for source in
        under(&["src", "domain/src", "print/src", "tests/it", "templates", "docs"], &["rs", "html", "md", "typ"])
    {
        for line in source.text.lines().filter(|line| line.contains(&wanted)) {
            assert!(line.contains(&format!("{wanted}(#")), "{}: {line}", source.path);
        }
    }
}

/// `[DOS-01]` in a text. Between quotes every second piece is outside, which does no harm. Rules are written `**DOS-01**` where they are laid down.
fn cited(text: &str, open: &str, close: &str) -> BTreeSet<String> {
    text.split(open)
        .skip(1)
        .map(|rest| rest.split(close).next().unwrap_or_default())
        // A rule may carry its title: `**CAT-01 Refused**`.
        .map(|rule| rule.split_whitespace().next().unwrap_or_default())
        .filter(|rule| is_rule(rule))
        .map(str::to_owned)
        .collect()
}

fn is_rule(text: &str) -> bool {
    let (letters, digits) = text.split_once('-').unwrap_or_default();
    letters.len() == 3
        && letters.bytes().all(|b| b.is_ascii_uppercase())
        && digits.len() == 2
        && digits.bytes().all(|b| b.is_ascii_digit())
}

#[test]
fn every_rule_that_is_cited_is_written_down_and_every_rule_is_tested() {
    let rules: BTreeMap<String, bool> = under(&["docs/rules"], &["md"])
        .iter()
        .flat_map(|file| {
            let waiting = |rule: &str| file.text.contains(&format!("**{rule}** *Not built yet"));
            cited(&file.text, "**", "**").into_iter().map(|rule| (rule.clone(), waiting(&rule))).collect::<Vec<_>>()
        })
        .collect();
    assert!(rules.len() > 40, "only {} rules were found", rules.len());
    let (mut tested, mut unknown) = (BTreeSet::new(), Vec::new());
    for source in under(&SOURCES, &["rs"]) {
        let all = cited(&source.text, "[", "]");
        unknown.extend(
            all.iter().filter(|rule| !rules.contains_key(*rule)).map(|rule| format!("{}: {rule}", source.path)),
        );
        let is_test = source.path.contains("tests") || source.path.ends_with("properties.rs");
        let tests = if is_test { "" } else { without_tests(&source.text) };
        let tests = &source.text[tests.len()..];
        // In brackets, or as a value that an answer is compared with.
        tested.extend(cited(tests, "[", "]").into_iter().chain(cited(tests, "\"", "\"")));
    }
    let untested: Vec<&String> =
        rules.iter().filter(|(rule, waiting)| !**waiting && !tested.contains(*rule)).map(|(rule, _)| rule).collect();
    assert!(unknown.is_empty(), "cited, and laid down in no file of docs/rules: {unknown:?}");
    assert!(untested.is_empty(), "no test cites {untested:?}");
}

/// Keys of the locale files of one language.
fn keys(language: &str) -> BTreeMap<String, String> {
    under(&[&format!("locales/{language}")], &["json"])
        .iter()
        .flat_map(|file| serde_json::from_str::<BTreeMap<String, String>>(&file.text).unwrap())
        .collect()
}

#[test]
fn both_languages_say_the_same_with_the_same_parameters() {
    let params = |text: &str| -> BTreeSet<String> {
        // A word that depends on a number, `{n|day|days}`, is about the same parameter.
        let places = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        places.map(|(place, _)| place.split('|').next().unwrap_or_default().to_owned()).collect()
    };
    let (vi, en) = (keys("vi"), keys("en"));
    let missing: Vec<&String> = vi.keys().filter(|key| !en.contains_key(*key)).collect();
    let extra: Vec<&String> = en.keys().filter(|key| !vi.contains_key(*key)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "only vi: {missing:?}; only en: {extra:?}");
    for (key, text) in &vi {
        assert_eq!(params(text), params(&en[key]), "{key}");
        assert!(!text.trim().is_empty() && !en[key].trim().is_empty(), "{key}");
    }
}

/// Keys that the program puts together from parts: the beginning is in the source, the end is data.
const BUILT: [&str; 6] = ["clock.", "trouble.", "pack.", "catalogue.", "role.", "life_event."];

#[test]
fn every_sentence_is_used_and_every_key_in_use_has_a_sentence() {
    let known = keys("vi");
    let slices: BTreeSet<&str> = known.keys().filter_map(|key| key.split('.').next()).collect();
    let sources = under(&["src", "domain/src"], &["rs"]);
    let names: BTreeSet<&str> = sources.iter().flat_map(|source| names_of_work(&source.text)).collect();
    let mut used = BTreeSet::new();
    let mut beginnings: BTreeSet<String> = BUILT.iter().map(|start| (*start).to_owned()).collect();
    for source in &sources {
        for text in literals(without_tests(&source.text)) {
            note(&text, &mut used, &mut beginnings);
        }
    }
    for source in under(&["templates"], &["html", "typ"]) {
        for quote in ['"', '\''] {
            for text in source.text.split(quote) {
                note(text, &mut used, &mut beginnings);
            }
        }
    }
    let is_key = |text: &&String| {
        let file = [".html", ".css", ".js", ".jsonld", ".json", ".toml", ".csv", ".sqlite", ".pdf", ".typ", ".svg"];
        slices.contains(text.split('.').next().unwrap_or_default()) && !file.iter().any(|end| text.ends_with(end))
    };
    let unknown: Vec<&String> = used
        .iter()
        .filter(is_key)
        .filter(|key| !known.contains_key(*key))
        .filter(|key| !names.contains(key.as_str()))
        // A beginning that code looks for.
        .filter(|key| !known.keys().any(|longer| longer.starts_with(key.as_str())))
        .collect();
    let unused: Vec<&String> = known
        .keys()
        .filter(|key| !used.contains(*key) && !beginnings.iter().any(|start| key.starts_with(start.as_str())))
        .collect();
    assert!(unknown.is_empty(), "without a sentence: {unknown:?}");
    assert!(unused.is_empty(), "used by nobody: {unused:?}");
}

/// Transactions have dotted names too, for the log: `db.write("intake.accept", …)`.
fn names_of_work(text: &str) -> impl Iterator<Item = &str> {
    let calls = text.split("write(").chain(text.split("transact(")).map(str::trim_start);
    calls.filter_map(|call| call.strip_prefix('"')?.split('"').next())
}

/// Takes a literal for a key, or for the beginning of keys when it ends in a dot or a hole: `"done."`, `"event.{kind}"`.
fn note(text: &str, used: &mut BTreeSet<String>, beginnings: &mut BTreeSet<String>) {
    let plain =
        |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'.');
    let (start, hole) = text.split_once('{').map_or((text, false), |(start, _)| (start, true));
    if !plain(start) || !start.contains('.') || start.starts_with('.') {
        return;
    }
    if hole || start.ends_with('.') {
        beginnings.insert(start.to_owned());
    } else {
        used.insert(start.to_owned());
    }
}

#[test]
fn nothing_in_the_checkout_names_the_machine_it_was_made_on() {
    let machine = ["/wo\u{72}k/main", "/wo\u{72}k/shared", "/tm\u{70}/", "/roo\u{74}/", "/home\u{2f}"];
    let endings = ["rs", "html", "json", "md", "toml", "csv", "sql", "typ"];
    for source in under(
        &["src", "domain/src", "print/src", "templates", "locales", "docs", "seeds", "migrations", "tests/it"],
        &endings,
    ) {
        for path in machine {
            assert!(!source.text.contains(path), "{} names {path}", source.path);
        }
    }
    assert!(root().join("Cargo.lock").exists());
}
