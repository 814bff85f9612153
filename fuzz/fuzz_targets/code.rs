//! Patterns of dossier codes, and codes as people type them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use motcua_domain::code::Pattern;

fuzz_target!(|input: (&str, &str)| {
    let (pattern, typed) = input;
    let Ok(pattern) = Pattern::parse(pattern) else { return };
    if let Some(number) = pattern.read(typed) {
        let printed = pattern.print(&number);
        assert_eq!(pattern.read(&printed), Some(number), "{printed}");
    }
});
