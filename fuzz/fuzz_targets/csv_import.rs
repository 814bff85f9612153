//! A list of procedures as somebody's spreadsheet wrote it: every row comes in or is refused, none breaks the program, and
//! reading it again gives the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use motcua_domain::catalogue::{Header, RowOutcome, fingerprint, read_row};

fuzz_target!(|bytes: &[u8]| {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut header = None;
    for (line, record) in reader.byte_records().flatten().enumerate() {
        let cells: Vec<String> = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let Some(header) = &header else {
            match Header::parse(&cells) {
                Ok(found) => header = Some(found),
                Err(issues) => return assert!(!issues.is_empty()),
            }
            continue;
        };
        match (read_row(line as u64, header, &cells), read_row(line as u64, header, &cells)) {
            (RowOutcome::Row { key, version, .. }, RowOutcome::Row { key: again, version: same, .. }) => {
                assert!(!key.is_empty() && key == again);
                assert_eq!(fingerprint(&version), fingerprint(&same));
            }
            (RowOutcome::Refused { issues }, RowOutcome::Refused { .. }) => assert!(!issues.is_empty()),
            _ => panic!("a row came in once and was refused once"),
        }
    }
});
