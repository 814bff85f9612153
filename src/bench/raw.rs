//! What the program could reach at the very best: the rows of an intake written through the same connections with the same
//! durability, without its rules, HTTP and JSON; and an HTTP answer of the same size with nothing behind it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::load::{self, Measure};
use super::server::Place;
use super::store::{self, Create, Rows};
use super::visits::Limit;
use crate::platform::db::{Db, Engine};
use crate::platform::failure::Failure;

const NAME: &str = "bench_raw";
/// Counters of a district with its communes, each with a series of numbers of its own.
const AGENCIES: u64 = 11;

/// Bare answers of a size, by the same HTTP library, asked for by the same clients.
pub(super) fn answers(size: usize, clients: &[usize], time: Duration) -> anyhow::Result<Vec<Measure>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let url = format!("http://{}/", listener.local_addr()?);
    let answer = axum::body::Bytes::from(vec![b' '; size]);
    let router = axum::Router::new().route("/", axum::routing::get(move || async move { answer.clone() }));
    runtime.spawn(async move { axum::serve(listener, router).await });
    let agent = super::visits::agent();
    let ask = || Some(agent.get(&url).call().ok()?.body_mut().read_to_vec().ok()?.len() == size);
    let measure = |clients: &usize| {
        load::measure("bare HTTP answer of a dossier's size", Limit::Http, *clients, time, |_, _| ask() == Some(true))
    };
    Ok(clients.iter().map(measure).collect())
}

pub(super) fn rows(db: &Db, place: &Place, clients: usize, time: Duration) -> Result<Measure, Failure> {
    let rows = db.query(Rows::read)?.ok_or_else(|| Failure::refused("bench.nothing_to_copy"))?;
    let scratch = Scratch::new(db, place)?;
    let next = AtomicU64::new(0);
    let measured = load::measure("rows of an intake, engine alone", Limit::Engine, clients, time, |_, _| {
        let (rows, number) = (rows.clone(), next.fetch_add(1, Ordering::Relaxed));
        let id = format!("{number:026}");
        scratch.db.transact("bench.raw", move |tx| rows.clone().write(tx, &id, number % AGENCIES)).is_ok()
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
        Ok(Self { db: db.of(NAME) })
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
