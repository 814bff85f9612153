//! Golden files: what was agreed to. A difference is written beside the file, to be looked at and accepted by hand.

use std::fs;
use std::path::PathBuf;

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Fails when `found` is not what stands in `tests/golden/<name>`.
pub fn assert_golden(name: &str, found: &str) {
    let path = root().join("tests/golden").join(name);
    let agreed = fs::read_to_string(&path).unwrap_or_default();
    let new = root().join("tests/golden").join(format!("{name}.new"));
    if agreed == found {
        let _ = fs::remove_file(new);
        return;
    }
    fs::write(&new, found).unwrap();
    let only = |a: &str, b: &str| -> Vec<String> {
        a.lines().filter(|line| !b.lines().any(|other| other == *line)).map(str::to_owned).collect()
    };
    panic!(
        "{name} has changed; look at tests/golden/{name}.new and move it over {name} if it is right\ngone: {:#?}\nnew: {:#?}",
        only(&agreed, found),
        only(found, &agreed)
    );
}
