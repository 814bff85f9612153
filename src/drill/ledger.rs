//! Whether what was acknowledged stands, exactly once.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::{Noted, Writers};
use crate::app;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::ledger;
use crate::record::dossier;
use crate::record::figures::{self, check::prove};
use crate::registry;

/// Events read at once.
const PAGE: i64 = 1_000;

/// The marks that stand in the ledger, read further with each look.
#[derive(Default)]
pub struct Ledger {
    after: String,
    places: HashMap<String, Vec<(String, i64)>>,
}

/// What came out. Holds when everything but the numbers is empty.
#[derive(Debug, Default, Serialize)]
pub struct Found {
    pub acknowledged: usize,
    pub events: usize,
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
    /// What the clients complained of.
    pub wrong: Vec<String>,
    /// Where the chain or a projection does not hold.
    pub broken: Vec<String>,
}

impl Found {
    pub fn holds(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.wrong.is_empty() && self.broken.is_empty()
    }

    /// Everything that is wrong, a line each.
    pub fn complaints(&self) -> Vec<String> {
        let named = |what: &'static str, list: &[String]| -> Vec<String> {
            list.iter().map(|line| format!("{what}: {line}")).collect()
        };
        [
            named("LOST", &self.lost),
            named("TWICE", &self.doubled),
            named("WRONG", &self.wrong),
            named("BROKEN", &self.broken),
        ]
        .concat()
    }
}

impl Ledger {
    /// Reads the events that came in since the last look. Nobody may be writing meanwhile: ids are older than their commit.
    pub fn read(&mut self, db: &Db) -> Result<(), Failure> {
        loop {
            let after = self.after.clone();
            let page = db.query(|tx| ledger::after(tx, &after, PAGE))?;
            let Some(last) = page.last() else { return Ok(()) };
            self.after = last.id.clone();
            for event in page {
                if let Some(mark) = mark(&event.body) {
                    self.places.entry(mark).or_default().push((event.stream, event.seq));
                }
            }
        }
    }

    /// Which of these acts do not stand.
    pub fn lacks(&self, noted: &[Noted]) -> Vec<String> {
        let stands = |noted: &Noted| {
            self.places.get(&noted.mark).is_some_and(|places| places.contains(&(noted.stream.clone(), noted.seq)))
        };
        let lost = noted.iter().filter(|noted| !stands(noted));
        lost.map(|noted| format!("{} at {}/{}", noted.mark, noted.stream, noted.seq)).collect()
    }

    /// Every acknowledged act beside where it stands.
    pub fn compare(&self, writers: &Writers) -> Found {
        let noted: Vec<Noted> = writers.noted().cloned().collect();
        let mut found = Found {
            acknowledged: noted.len(),
            events: self.places.values().map(Vec::len).sum(),
            lost: self.lacks(&noted),
            wrong: writers.wrong().cloned().collect(),
            ..Found::default()
        };
        let twice = self.places.iter().filter(|(_, places)| places.len() > 1);
        found.doubled = twice.map(|(mark, places)| format!("{mark}: {} times", places.len())).collect();
        found
    }
}

/// The chain and the projections, as `motcua verify` and `motcua replay --check` look at them.
pub fn broken(db: &Db) -> Result<Vec<String>, Failure> {
    let ctx = app::command_ctx();
    app::seal_all(db, &ctx)?;
    let zone = db.query(registry::timezone)?;
    figures::take_in_all(db, &zone, ctx.now)?;
    let chain = db
        .query(|tx| ledger::verify(tx, dossier::public))?
        .broken
        .into_iter()
        .map(|found| format!("{} {}", found.kind, found.at));
    Ok(chain.chain(db.query(|tx| prove(tx, &zone))?.broken()).collect())
}

/// The mark that a client left: the note of an intake or of passing on, the reason of a correction.
fn mark(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    let said = [body.get("reason"), body.get("note"), body.pointer("/particulars/note")];
    said.into_iter().flatten().filter_map(Value::as_str).find(|text| text.starts_with("drill-")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_where_clients_leave_it() {
        assert_eq!(mark(r#"{"particulars":{"note":"drill-a-1"}}"#).as_deref(), Some("drill-a-1"));
        assert_eq!(mark(r#"{"reason":"drill-a-2","particulars":{"note":""}}"#).as_deref(), Some("drill-a-2"));
        assert_eq!(mark(r#"{"note":"another"}"#), None);
    }
}
