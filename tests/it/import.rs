//! Reading a published list with its flaws into the catalogue. Rules: `docs/rules/catalogue.md`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use motcua::platform::failure::Failure;
use motcua::registry::catalogue::{self, Report};
use motcua_domain::catalogue::RowOutcome;

use crate::app::TestApp;
use crate::golden::root;

both_engines! {
    a_list_with_every_trap_comes_in_row_by_row,
    importing_twice_changes_nothing,
    a_changed_row_makes_a_new_version_and_leaves_the_others,
    a_header_that_cannot_be_used_stops_the_import,
}

fn traps() -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures/catalogue/traps.csv")).unwrap()
}

fn import(app: &TestApp, bytes: &[u8]) -> Report {
    let (ctx, file) = (app.ctx(None), catalogue::read(bytes).unwrap());
    let today = jiff::tz::TimeZone::UTC.to_datetime(ctx.now).date();
    // A rehearsal says what the import then does.
    let rehearsed = app.read(|tx| catalogue::rehearse(tx, &file));
    let done = app.write(move |tx| catalogue::import(tx, &ctx, &file, today)).unwrap();
    assert_eq!(rehearsed, done);
    done
}

fn a_list_with_every_trap_comes_in_row_by_row(app: TestApp) {
    let file = catalogue::read(&traps()).unwrap();
    let told: Vec<String> = file
        .rows
        .iter()
        .map(|row| match &row.outcome {
            RowOutcome::Row { warnings, .. } if warnings.is_empty() => format!("{} whole", row.line),
            RowOutcome::Row { version, warnings, .. } => {
                let blocked = if version.blockers.is_empty() { "open" } else { "blocked" };
                format!("{} {blocked} {}", row.line, warnings.iter().map(|w| w.reason).collect::<Vec<_>>().join(" "))
            }
            RowOutcome::Refused { issues } => {
                format!(
                    "{} refused {}",
                    row.line,
                    issues.iter().map(|issue| issue.reason).collect::<Vec<_>>().join(" ")
                )
            }
        })
        .collect();
    crate::golden::assert_golden("catalogue-traps.txt", &(told.join("\n") + "\n"));
    let report = import(&app, &traps());
    assert_eq!(report.rows, report.whole + report.with_warnings + report.refused);
    assert_eq!(report.rows, 15);
    app.refresh();
}

fn importing_twice_changes_nothing(app: TestApp) {
    // [CAT-09]
    let before = app.registry().revision;
    let first = import(&app, &traps());
    assert!(first.changed > 0);
    let second = import(&app, &traps());
    assert_eq!(second, Report { changed: 0, ..first });
    app.refresh();
    assert_eq!(app.registry().revision, before + 1);
}

fn a_changed_row_makes_a_new_version_and_leaves_the_others(app: TestApp) {
    import(&app, &traps());
    let text = String::from_utf8(traps()).unwrap();
    let changed = text.replace("Thủ tục phí bằng không,Hộ tịch", "Thủ tục phí bằng không,Chứng thực");
    assert_ne!(text, changed);
    assert_eq!(import(&app, changed.as_bytes()).changed, 1);
}

fn a_header_that_cannot_be_used_stops_the_import(app: TestApp) {
    // [CAT-04]
    for header in ["", "name,field\n", "code,name,field,code\n"] {
        assert!(matches!(catalogue::read(header.as_bytes()), Err(Failure::Invalid(_))), "{header:?}");
    }
    assert_eq!(import(&app, b"field,name,code\n").rows, 0);
}

/// A folder of its own for a run of the program.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn motcua(folder: &Folder, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_motcua")).args(words).current_dir(&folder.0).output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_command_counts_dries_and_writes_refused_rows_beside_the_file() {
    let folder = Folder::new("import");
    std::fs::write(folder.0.join("list.csv"), traps()).unwrap();
    let words = ["catalogue", "import", "list.csv", "--site", "pac-nam-2018", "--data", "data", "--json"];
    let dry = json(&motcua(&folder, &[&words[..], &["--dry-run"]].concat()));
    let refused = folder.0.join("list.refused.csv");
    assert!(!refused.exists(), "a dry run writes nothing");
    let first = json(&motcua(&folder, &words));
    let number = |name: &str| first[name].as_u64().unwrap();
    assert_eq!(number("rows"), number("whole") + number("with_warnings") + number("refused"));
    assert_eq!((&dry["rows"], &dry["refused"]), (&first["rows"], &first["refused"]));
    let kept = std::fs::read_to_string(&refused).unwrap();
    assert_eq!(kept.lines().count() as u64, number("refused") + 1);
    assert_eq!(json(&motcua(&folder, &words))["changed"], 0);
    let told = motcua(&folder, &words[..words.len() - 1]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.lines().any(|line| line.starts_with("10:code: ")), "{told}");
    let other = motcua(&folder, &["verify", "--data", "data", "--site", "thai-nguyen-2025"]);
    assert!(!other.status.success(), "another site's folder is not opened");
}

#[test]
fn a_broken_pack_tells_every_fault_at_once_and_loads_nothing() {
    let folder = Folder::new("pack");
    let pack = folder.0.join("broken");
    for part in ["", "examples"] {
        std::fs::create_dir_all(pack.join(part)).unwrap();
        let files = std::fs::read_dir(root().join("seeds/thai-nguyen-2025").join(part)).unwrap().flatten();
        for file in files.filter(|file| file.path().is_file()) {
            std::fs::copy(file.path(), pack.join(part).join(file.file_name())).unwrap();
        }
    }
    let edit = |name: &str, from: &str, to: &str| {
        let path = pack.join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{name} has no {from:?}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    };
    edit("staff.csv", "\nmotcua", "\nmotcua1,A,nowhere,yes\nmotcua");
    edit("hours.csv", "07:30", "27:30");
    let told = motcua(&folder, &["check", "broken"]);
    let words = String::from_utf8(told.stderr).unwrap();
    assert!(!told.status.success() && words.contains("staff.csv:") && words.contains("hours.csv:"), "{words}");
    let served = motcua(&folder, &["verify", "--data", "data", "--site", "broken"]);
    assert!(!served.status.success());
    let good = motcua(&folder, &["verify", "--data", "data", "--site", "thai-nguyen-2025"]);
    assert!(good.status.success(), "nothing of the broken pack was kept: {}", String::from_utf8_lossy(&good.stderr));
}
