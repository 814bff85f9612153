//! Limits as people write them: what is read once is read the same from what it means.
#![no_main]

use libfuzzer_sys::fuzz_target;
use motcua_domain::deadline::parse_limit;
use motcua_domain::text::{clean, fold};

fuzz_target!(|text: &str| {
    if let Some(limit) = parse_limit(text) {
        assert!(limit.count <= 9_999);
        assert_eq!(parse_limit(&format!(" {text} ")), Some(limit));
    }
    assert_eq!(fold(&fold(text)), fold(text));
    assert_eq!(clean(&clean(text)), clean(text));
});
