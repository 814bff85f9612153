//! Every schema there ever was comes up to date with what lay in it.

use std::collections::BTreeMap;

use motcua::backup;
use motcua::platform::db::copy::{self, Piece};
use motcua::platform::db::{Db, Engine, MIGRATIONS};
use motcua::platform::failure::Failure;
use motcua::record::dossier;
use motcua::record::figures::{self, check::prove};
use serde_json::Value;

use crate::app::TestApp;
use crate::counter::COUNTER;
use crate::engines::Store;

both_engines! { every_older_schema_comes_up_to_date }

/// Rows of every table, each by its columns.
type Rows = BTreeMap<String, Vec<BTreeMap<String, Value>>>;

fn rows(db: &Db) -> (Rows, BTreeMap<String, Vec<String>>) {
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

/// The ledger, the registry and the dossiers as that schema kept them: what it has no column for it did not know.
fn every_older_schema_comes_up_to_date(app: TestApp) {
    // [BAK-07]
    let ready = app.ready();
    let open = app.received();
    app.act(COUNTER, &open.id, "forward", &[]).expect(303);
    app.seal();
    let (mut now, _) = rows(&app.store.db);
    // Until the thirteenth the folded dossier lay in its row.
    let states: BTreeMap<_, _> =
        now["dossier_state"].iter().map(|row| (row["dossier"].to_string(), row["state"].clone())).collect();
    for row in now.get_mut("dossier").unwrap() {
        let state = states[&row["id"].to_string()].clone();
        row.insert("state".into(), state);
    }
    let engine = app.store.db.engine();
    // The first schema that holds a dossier is the third.
    for migration in MIGRATIONS.iter().filter(|migration| migration.number >= 3) {
        let folder = app.store.folder.join(migration.name);
        std::fs::create_dir_all(&folder).unwrap();
        let (file, server) = (folder.join("motcua.sqlite"), (engine == Engine::Postgres).then(Store::empty_postgres));
        let old = match &server {
            None => Db::create_sqlite(&file, migration.number).unwrap(),
            Some(server) => Db::create_postgres(&server.url().unwrap(), migration.number).unwrap(),
        };
        let (_, tables) = rows(&old);
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
        drop(old);
        match &server {
            None => copy::into_sqlite(&file, fill),
            Some(server) => copy::into_postgres(&server.url().unwrap(), fill),
        }
        .unwrap_or_else(|failure| panic!("{}: {failure}", migration.name));
        let db = match &server {
            None => Db::open_sqlite(&file).unwrap(),
            Some(server) => Db::open_postgres(&server.url().unwrap()).unwrap(),
        };
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
