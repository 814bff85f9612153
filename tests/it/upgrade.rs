//! Every schema there ever was comes up to date with what lay in it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use motcua::backup;
use motcua::platform::db::copy::{self, Piece};
use motcua::platform::db::{Db, Engine, MIGRATIONS};
use motcua::platform::failure::Failure;
use motcua::platform::ledger::tree;
use motcua::record::dossier;
use motcua::record::figures::{self, check::prove};
use motcua::registry;
use serde_json::Value;

use crate::app::TestApp;
use crate::counter::COUNTER;
use crate::engines::{SITE, Store};

both_engines! {
    every_older_schema_comes_up_to_date,
    an_empty_store_of_every_older_schema_comes_up_to_date,
    what_the_schema_before_tenants_kept_is_all_there,
}

/// The last schema whose rows did not say whose they are.
const BEFORE_TENANTS: i64 = 17;

/// A store with the schema as it was after one of the migrations.
pub struct Older {
    file: PathBuf,
    server: Option<Store>,
}

impl Older {
    fn empty(app: &TestApp, migration: i64) -> Self {
        let folder = app.store.folder.join(migration.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        let server = (app.store.db.engine() == Engine::Postgres).then(Store::empty_postgres);
        let old = Self { file: folder.join("motcua.sqlite"), server };
        old.created(migration);
        old
    }

    fn created(&self, migration: i64) -> Db {
        match &self.server {
            None => Db::create_sqlite(&self.file, migration).unwrap(),
            Some(server) => Db::create_postgres(&server.url().unwrap(), migration).unwrap(),
        }
    }

    /// What lies in the store of a test, as that schema kept it: what it has no column for it did not know.
    pub fn of(app: &TestApp, migration: i64) -> Self {
        let (mut now, _) = rows(&app.store.db);
        // Until the thirteenth the folded dossier lay in its row.
        let states: BTreeMap<_, _> =
            now["dossier_state"].iter().map(|row| (row["dossier"].to_string(), row["state"].clone())).collect();
        for row in now.get_mut("dossier").unwrap() {
            let state = states[&row["id"].to_string()].clone();
            row.insert("state".into(), state);
        }
        let old = Self::empty(app, migration);
        let (_, tables) = rows(&old.created(migration));
        let fill = |into: &mut dyn copy::Filler| -> Result<(), Failure> {
            for (table, columns) in &tables {
                into.table(table, columns)?;
                for row in now.get(table).into_iter().flatten() {
                    let cells: Vec<Value> =
                        columns.iter().map(|name| row.get(name).cloned().unwrap_or_default()).collect();
                    into.row(&cells)?;
                }
            }
            Ok(())
        };
        match &old.server {
            None => copy::into_sqlite(&old.file, fill),
            Some(server) => copy::into_postgres(&server.url().unwrap(), fill),
        }
        .unwrap_or_else(|failure| panic!("{migration}: {failure}"));
        old
    }

    /// The same with every migration since.
    pub fn brought_up(&self) -> Db {
        match &self.server {
            None => Db::open_sqlite(&self.file).unwrap().of(SITE),
            Some(server) => Db::open_postgres(&server.url().unwrap()).unwrap().of(SITE),
        }
    }
}

/// Rows of every table, each by its columns.
type Rows = BTreeMap<String, Vec<BTreeMap<String, Value>>>;

pub fn rows(db: &Db) -> (Rows, BTreeMap<String, Vec<String>>) {
    let (mut rows, mut tables, mut now) = (Rows::new(), BTreeMap::new(), (String::new(), Vec::new()));
    db.copy_out(&mut |piece| {
        match piece {
            Piece::Table(table) => {
                now = (table.name.clone(), table.columns.clone());
                tables.insert(table.name.clone(), table.columns.clone());
            }
            Piece::Row(cells) => {
                let row = now.1.iter().cloned().zip(cells.iter().cloned()).collect();
                rows.entry(now.0.clone()).or_default().push(row);
            }
        }
        Ok(())
    })
    .unwrap();
    (rows, tables)
}

fn every_older_schema_comes_up_to_date(app: TestApp) {
    // [BAK-07]
    let ready = app.ready();
    let open = app.received();
    app.act(COUNTER, &open.id, "forward", &[]).expect(303);
    app.seal();
    // The first schema that holds a dossier is the third.
    for migration in MIGRATIONS.iter().filter(|migration| migration.number >= 3) {
        let old = Older::of(&app, migration.number);
        let db = old.brought_up();
        dossier::catch_up(&db).unwrap();
        // [OTR-16] Figures are made from what is there.
        let zone = &app.registry().timezone;
        figures::take_in_all(&db, zone, app.now()).unwrap();
        let found = db.query(|tx| prove(tx, zone)).unwrap().figures;
        assert!(found.holds() && !found.making && found.dossiers == 2, "{}: {found:?}", migration.name);
        backup::holds(&db).unwrap_or_else(|why| panic!("{}: {why}", migration.name));
        for id in [&ready.id, &open.id] {
            let (found, wanted) = (db.query(|tx| dossier::by_id(tx, id)), app.dossier(id));
            assert_eq!(found.unwrap().unwrap().dossier, wanted.dossier, "{}", migration.name);
        }
    }
}

fn an_empty_store_of_every_older_schema_comes_up_to_date(app: TestApp) {
    // [NOD-09] Nothing says whose rows it holds, and it holds none.
    for migration in MIGRATIONS {
        let old = Older::empty(&app, migration.number);
        assert_eq!(old.brought_up().query(registry::sites).unwrap(), Vec::<String>::new());
    }
}

fn what_the_schema_before_tenants_kept_is_all_there(app: TestApp) {
    // [NOD-09] Every row of every table, with the site as its tenant.
    app.ready();
    let open = app.received();
    app.act(COUNTER, &open.id, "forward", &[]).expect(303);
    app.seal();
    let old = Older::of(&app, BEFORE_TENANTS);
    let brought_up = old.brought_up();
    // [LED-07] The tree over what was sealed then is the same.
    tree::take_in_all(&brought_up, dossier::public).unwrap();
    let (there, now) = (rows(&brought_up).0, rows(&app.store.db).0);
    for (table, rows) in &now {
        assert_eq!(there.get(table), Some(rows), "{table}");
    }
    assert!(now.len() > 10 && now["event"].iter().all(|row| row["tenant"] == SITE));
}
