#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::platform::db::Db;
use crate::platform::ids::Ids;

const NOW: Timestamp = Timestamp::constant(1_525_420_800, 0);

/// A database in a folder of its own that goes away with it.
struct Scratch {
    folder: std::path::PathBuf,
    db: Db,
}

impl Scratch {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("motcua-once-{}", Ids::system().secret::<8>().unwrap()));
        std::fs::create_dir(&folder).unwrap();
        Self { db: Db::open_sqlite(&folder.join("test.db")).unwrap().of("a-site"), folder }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn with_store(test: impl Fn(&mut Tx) -> Result<(), Failure> + Send + 'static) {
    Scratch::new().db.transact("test", move |tx| test(tx)).unwrap();
}

fn accept(tx: &mut Tx, key: &str, hash: &str, answer: &str) -> Result<Once, Failure> {
    once(tx, "motcua1", key, hash, NOW, |_| Ok((201, answer.to_owned())))
}

#[test]
fn the_second_time_gives_the_first_answer_and_does_nothing() {
    with_store(|tx| {
        assert_eq!(accept(tx, "k", "h", "first")?, Once { replayed: false, status: 201, body: "first".into() });
        let again = once(tx, "motcua1", "k", "h", NOW, |_| panic!("done twice"))?;
        assert_eq!(again, Once { replayed: true, status: 201, body: "first".into() });
        Ok(())
    });
}

#[test]
fn a_key_belongs_to_one_account_and_one_request() {
    with_store(|tx| {
        accept(tx, "k", "h", "first")?;
        let other = once(tx, "motcua2", "k", "h", NOW, |_| Ok((201, "second".into())))?;
        assert!(!other.replayed);
        let mismatch = accept(tx, "k", "another", "third");
        assert!(
            matches!(mismatch, Err(Failure::Refused(ref why)) if why.key == "idempotency.mismatch"),
            "{mismatch:?}"
        );
        assert_eq!(answered(tx, "motcua1", "k")?.as_deref(), Some("first"));
        Ok(())
    });
}

#[test]
fn a_failed_work_may_be_tried_again() {
    let scratch = Scratch::new();
    let failed = scratch.db.transact("test", |tx| once(tx, "motcua1", "k", "h", NOW, |_| Err(Failure::refused("no"))));
    assert!(failed.is_err());
    let done = scratch.db.transact("test", |tx| accept(tx, "k", "h", "now")).unwrap();
    assert!(!done.replayed);
}

#[test]
fn a_key_is_neither_empty_nor_endless() {
    with_store(|tx| {
        for key in [String::new(), "k".repeat(KEY_MAX + 1)] {
            let refused = accept(tx, &key, "h", "x");
            assert!(matches!(refused, Err(Failure::Refused(ref why)) if why.key == "idempotency.key"), "{refused:?}");
        }
        Ok(())
    });
}

#[test]
fn old_answers_are_forgotten() {
    with_store(|tx| {
        accept(tx, "k", "h", "first")?;
        assert_eq!(forget_old(tx, NOW + KEPT)?, 0);
        assert_eq!(forget_old(tx, NOW + KEPT + SignedDuration::from_secs(1))?, 1);
        Ok(())
    });
}
