//! The engine alone: the rows of an intake written through the same connections with the same durability, without the
//! program's rules, HTTP and JSON. What the program could reach at the very best.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::load::{self, Measure};
use super::server::Place;
use super::store::{self, Create, Rows};
use crate::platform::db::{Db, Engine};
use crate::platform::failure::Failure;

const NAME: &str = "bench_raw";

pub(super) fn measure(db: &Db, place: &Place, clients: usize, time: Duration) -> Result<Measure, Failure> {
    let rows = db.query(Rows::read)?.ok_or_else(|| Failure::refused("bench.nothing_to_copy"))?;
    let scratch = Scratch::new(db, place)?;
    let next = AtomicU64::new(0);
    let measured = load::measure("rows of an intake, engine alone", clients, time, |_, _| {
        let (rows, id) = (rows.clone(), format!("{:026}", next.fetch_add(1, Ordering::Relaxed)));
        scratch.db.transact("bench.raw", move |tx| rows.clone().write(tx, &id)).is_ok()
    });
    scratch.remove(db, place)?;
    Ok(measured)
}

/// An empty database of the same kind and schema.
struct Scratch {
    db: Db,
}

impl Scratch {
    fn new(db: &Db, place: &Place) -> Result<Self, Failure> {
        let db = match (db.engine(), &place.database) {
            (Engine::Postgres, Some(url)) => {
                store::scratch_schema(db, NAME, Create::Anew)?;
                let join = if url.contains('?') { '&' } else { '?' };
                Db::open_postgres(&format!("{url}{join}options=-csearch_path%3D{NAME}"))?
            }
            _ => {
                remove_files(place);
                Db::open_sqlite(&place.data.join(format!("{NAME}.sqlite")))?
            }
        };
        Ok(Self { db })
    }

    fn remove(self, db: &Db, place: &Place) -> Result<(), Failure> {
        drop(self.db);
        match db.engine() {
            Engine::Postgres => store::scratch_schema(db, NAME, Create::Gone),
            Engine::Sqlite => {
                remove_files(place);
                Ok(())
            }
        }
    }
}

fn remove_files(place: &Place) {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(place.data.join(format!("{NAME}.sqlite{end}")));
    }
}
