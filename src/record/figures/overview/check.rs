//! Counts anew from the events what the leader's page and the monitor read, and compares. [OTR-17] [OVW-12]

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use motcua_domain::dossier::{Dossier, Recorded};
use motcua_domain::figures::{COUNTERS, Fact};

use super::super::check::Wrong;
use super::{Seen, Sums, case_rows, store};
use crate::platform::db::{Tx, Value};
use crate::platform::failure::Failure;
use crate::record::dossier::replay::same;

#[derive(Default)]
pub struct Recount {
    sums: Sums,
    dossiers: i64,
    cases: Vec<Vec<Value>>,
}

impl Recount {
    /// Counts one dossier; whether its row is what its events make.
    pub fn see(
        &mut self,
        tx: &mut Tx,
        zone: &TimeZone,
        id: &str,
        (dossier, events): (&Dossier, &[Recorded]),
        fact: &Fact,
    ) -> Result<bool, Failure> {
        let seen = Seen::of(tx, zone, dossier, events)?;
        self.sums.add(fact, &seen.standing, 1)?;
        self.dossiers += 1;
        self.cases.extend(case_rows(id, fact, &seen));
        let (expected, kept) = (store::dossier_row(id, fact, &seen)?, store::dossier_as_kept(tx, id)?);
        Ok(same(Some(&expected), kept.as_deref()))
    }

    /// Compares every sum and every case.
    pub fn finish(&self, tx: &mut Tx) -> Result<Vec<Wrong>, Failure> {
        let mut wrong = Vec::new();
        let rows = self.sums.rows()?;
        let [officers, waited, open, now] = store::all_sums(tx)?;
        let values = |rows: Vec<crate::platform::db::Row>| rows.iter().map(|row| row.values().to_vec()).collect();
        compare("officer", 4, &COUNTERS, rows.officers, values(officers), &mut wrong);
        compare("waited", 8, &["number"], rows.waited, values(waited), &mut wrong);
        compare("open", 7, &["number"], rows.open, values(open), &mut wrong);
        compare("now", 5, &["number"], rows.now, values(now), &mut wrong);
        // One more number for each, so that one that is missing is told even where its measure is nothing.
        let there = |rows: Vec<Vec<Value>>| rows.into_iter().map(|row| [row, vec![Value::Int(1)]].concat()).collect();
        let cases = values(store::all_cases(tx)?);
        compare("case", 5, &["measure", "number"], there(self.cases.clone()), there(cases), &mut wrong);
        let kept = store::count(tx)?;
        if kept != self.dossiers {
            wrong.push(Wrong { counter: "dossiers", of: "overview".to_owned(), kept, counted: self.dossiers });
        }
        Ok(wrong)
    }
}

/// Rows of names and then numbers; a row that is missing counts nothing.
fn compare(
    table: &'static str,
    names: usize,
    counters: &[&'static str],
    expected: Vec<Vec<Value>>,
    kept: Vec<Vec<Value>>,
    wrong: &mut Vec<Wrong>,
) {
    let mut both: BTreeMap<String, [Vec<i64>; 2]> = BTreeMap::new();
    for (side, rows) in [kept, expected].into_iter().enumerate() {
        for row in rows {
            let (name, numbers) = row.split_at(names.min(row.len()));
            let name: Vec<String> = std::iter::once(table.to_owned()).chain(name.iter().map(said)).collect();
            let numbers =
                numbers.iter().map(|number| if let Value::Int(number) = number { *number } else { 0 }).collect();
            if let Some(place) = both.entry(name.join(" · ")).or_default().get_mut(side) {
                *place = numbers;
            }
        }
    }
    for (of, [kept, counted]) in both {
        for (at, counter) in counters.iter().enumerate() {
            let number = |numbers: &[i64]| numbers.get(at).copied().unwrap_or(0);
            let (kept, counted) = (number(&kept), number(&counted));
            if kept != counted {
                wrong.push(Wrong { counter, of: of.clone(), kept, counted });
            }
        }
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        other => format!("{other:?}"),
    }
}
