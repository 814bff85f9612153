//! Every event ever released is still read. `docs/how-to/add-an-event.md`.

use std::collections::BTreeSet;

use motcua_domain::dossier::Event;

use crate::golden::root;
use crate::sources::{literals, under};

#[test]
fn every_event_ever_written_is_still_read() {
    // [DOS-01]
    let text = std::fs::read_to_string(root().join("tests/golden/events.json")).unwrap();
    let samples: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    for sample in &samples {
        let event: Event = serde_json::from_value(sample.clone()).unwrap_or_else(|error| panic!("{error}: {sample}"));
        assert_eq!(event.kind(), sample["event"], "{sample}");
        // What was read says the same again: nothing of an old event is dropped.
        assert_eq!(&serde_json::to_value(&event).unwrap(), sample);
    }
    let sampled: BTreeSet<&str> = samples.iter().filter_map(|sample| sample["event"].as_str()).collect();
    let source =
        under(&["domain/src/dossier"], &["rs"]).into_iter().find(|file| file.path.ends_with("event.rs")).unwrap();
    let kinds = source.text.split("pub fn kind").nth(1).unwrap().split("\n    }\n").next().unwrap();
    for kind in literals(kinds) {
        assert!(sampled.contains(kind.as_str()), "add a sample of {kind} to tests/golden/events.json");
    }
}
