//! The text of every kind of letter in every form set, as a reader finds it. `tests/golden` holds what was looked at; what
//! is found to differ is written beside it as `*.new`, to be looked at and moved over the old one.

use std::collections::BTreeSet;
use std::path::PathBuf;

use motcua_print::{kinds, specimens};

use crate::paper::{self, FORM_SETS, ISSUED};
use crate::tools::OnDisk;

/// Nobody reads longer ones.
const LINES_MAX: usize = 150;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The usual letter in every form set; what else a kind can say, in the latest. The longest and the shortest show layout, not
/// words.
fn is_kept(form_set: &str, specimen: &str) -> bool {
    match specimen {
        "usual" => true,
        "full" | "long" | "least" => false,
        _ => form_set == FORM_SETS[1],
    }
}

#[test]
fn every_letter_says_what_was_looked_at() {
    let press = paper::press();
    let templates = paper::templates();
    let (mut kept, mut different) = (BTreeSet::new(), Vec::new());
    for kind in kinds() {
        for form_set in FORM_SETS {
            let template = &templates[&format!("{kind}.{form_set}.typ")];
            for specimen in specimens(kind).unwrap() {
                if !is_kept(form_set, &specimen.name) {
                    continue;
                }
                let printed = paper::set(&press, template, &specimen.data, specimen.images, ISSUED).unwrap();
                let found = OnDisk::new(&printed.pdf).lines();
                assert!(found.lines().count() <= LINES_MAX, "{kind} {} is too long to look at", specimen.name);
                let name = format!("{kind}.{form_set}.{}.txt", specimen.name);
                let file = folder().join(&name);
                if std::fs::read_to_string(&file).ok().as_deref() != Some(&found) {
                    std::fs::create_dir_all(folder()).unwrap();
                    std::fs::write(file.with_extension("txt.new"), &found).unwrap();
                    different.push(name.clone());
                }
                kept.insert(name);
            }
        }
    }
    assert!(different.is_empty(), "look at the files *.new in print/tests/golden: {different:?}");
    let stored = std::fs::read_dir(folder()).unwrap().flatten().map(|file| file.file_name().into_string().unwrap());
    let strangers: Vec<String> = stored.filter(|name| !name.ends_with(".new") && !kept.contains(name)).collect();
    assert!(strangers.is_empty(), "letters that are not set any more: {strangers:?}");
}
