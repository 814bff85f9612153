//! What a distributed PostgreSQL needs of the schema and of the statements, checked on both as they really are, and tried on
//! tables that are split by tenant. `docs/scaling.md`.

use std::collections::BTreeSet;

use motcua::platform::db::{Db, Engine};

use crate::app::TestApp;
use crate::counter::COUNTER;
use crate::engines::{SITE, Store};
use crate::sql::statements;

/// Tables without a column `tenant`, all of them named and justified in `docs/scaling.md`. The list may become shorter; a table
/// that is added must bring its tenant or its reason.
const WITHOUT_TENANT: &[&str] = &["backup_run", "probe", "registry_site", "schema_migration"];

fn ask(db: &Db, sql: &'static str) -> Vec<String> {
    db.query(|tx| tx.rows(sql, &[])?.iter().map(|row| Ok(row.get(0)?)).collect()).unwrap()
}

fn tables(db: &Db) -> Vec<String> {
    let sql = match db.engine() {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename::text COLLATE \"C\""
        }
    };
    ask(db, sql)
}

fn with_tenant(db: &Db) -> Vec<String> {
    tables(db).into_iter().filter(|table| !WITHOUT_TENANT.contains(&table.as_str())).collect()
}

#[test]
fn no_statement_on_rows_of_a_tenant_forgets_it() {
    // [NOD-09] Each table that a statement names is bound to the tenant: by `tenant = $1`, or by that of another one.
    let own: BTreeSet<String> = with_tenant(&Store::new(Engine::Sqlite).db).into_iter().collect();
    let mut looked_at = BTreeSet::new();
    for (file, sql) in statements() {
        let words: Vec<&str> = sql.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ';'])).collect();
        let named = words.windows(2).filter(|pair| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&pair[0]));
        let named: Vec<&str> = named.map(|pair| pair[1]).filter(|table| own.contains(*table)).collect();
        if named.is_empty() {
            continue;
        }
        if sql.starts_with("INSERT") {
            assert!(sql.contains("(tenant, ") && sql.contains("($1, "), "{file}: {sql}");
            assert!(!sql.contains("ON CONFLICT") || sql.contains("ON CONFLICT (tenant"), "{file}: {sql}");
        } else {
            assert_eq!(sql.matches("tenant = ").count(), named.len(), "{file}: {sql}");
            assert!(sql.contains("tenant = $1"), "{file}: {sql}");
        }
        looked_at.extend(named.iter().map(|table| (*table).to_owned()));
    }
    assert_eq!(looked_at, own, "tables that no statement names, or that were not found");
}

#[test]
fn the_plan_for_a_distributed_engine_names_every_table() {
    // [NOD-09]
    let told = std::fs::read_to_string("docs/scaling.md").unwrap();
    let store = Store::new(Engine::Sqlite);
    let all = tables(&store.db);
    for table in &all {
        assert!(told.contains(&format!("'{table}'")), "{table}: how it is to be distributed is not told");
    }
    for table in WITHOUT_TENANT {
        assert!(all.iter().any(|there| there == table), "{table}: an exception that is not needed any more");
        assert!(told.contains(&format!("`{table}`")), "{table}: an exception that docs/scaling.md does not justify");
    }
}

mod postgres {
    use super::*;

    #[test]
    fn nothing_in_the_schema_is_counted_by_one_place_for_all() {
        // [NOD-08]
        let store = Store::new(Engine::Postgres);
        let sequences = ask(&store.db, "SELECT sequence_name::text FROM information_schema.sequences");
        let columns = ask(
            &store.db,
            "SELECT table_name::text FROM information_schema.columns
             WHERE table_schema = 'public' AND (is_identity = 'YES' OR column_default LIKE 'nextval%')",
        );
        assert_eq!((sequences, columns), (vec![], vec![]));
    }

    #[test]
    fn no_row_is_tied_to_another_table_by_the_engine() {
        // [NOD-08] Neither foreign keys nor triggers: what belongs together is written in one transaction of one dossier.
        let store = Store::new(Engine::Postgres);
        let keys = ask(&store.db, "SELECT conname::text FROM pg_constraint WHERE contype = 'f'");
        let triggers = ask(&store.db, "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal");
        assert_eq!((keys, triggers), (vec![], vec![]));
    }

    #[test]
    fn every_key_and_every_index_of_a_table_begins_with_the_tenant() {
        // [NOD-09] Which cannot be left out, and is nothing by itself.
        let store = Store::new(Engine::Postgres);
        let other = ask(
            &store.db,
            "SELECT indrelid::regclass::text || ': ' || indexrelid::regclass::text FROM pg_index
             JOIN pg_class ON pg_class.oid = indrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
             JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
             WHERE nspname = 'public' AND attname <> 'tenant'",
        );
        let other: Vec<_> = other.iter().filter_map(|index| index.split_once(':')).map(|(table, _)| table).collect();
        assert_eq!(BTreeSet::from_iter(other), BTreeSet::from_iter(WITHOUT_TENANT.iter().copied()));
        let nullable = ask(
            &store.db,
            "SELECT table_name::text FROM information_schema.columns WHERE table_schema = 'public'
             AND column_name = 'tenant' AND (is_nullable = 'YES' OR column_default IS NOT NULL)",
        );
        assert_eq!(nullable, Vec::<String>::new());
    }

    const OTHER: &str = "another-site";

    /// Makes every table of a tenant anew with the same columns, keys and indexes, split by tenant. PostgreSQL takes a unique
    /// key only with the column by which a table is split: the rule that Citus has for the column it spreads by.
    fn split(store: &Store) {
        for table in with_tenant(&store.db) {
            store.behind_its_back(&format!(
                "ALTER TABLE {table} RENAME TO whole;
                 CREATE TABLE {table} (LIKE whole INCLUDING ALL) PARTITION BY LIST (tenant);
                 CREATE TABLE {table}_here PARTITION OF {table} FOR VALUES IN ('{SITE}');
                 CREATE TABLE {table}_there PARTITION OF {table} FOR VALUES IN ('{OTHER}');
                 INSERT INTO {table} SELECT * FROM whole;
                 DROP TABLE whole"
            ));
        }
    }

    #[test]
    fn work_goes_on_when_every_table_is_split_by_tenant() {
        // [NOD-09]
        let app = TestApp::new(Engine::Postgres);
        let before = app.received();
        split(&app.store);
        let other = app.another_site(OTHER);
        assert_eq!(app.dossier(&before.id).dossier, before.dossier);
        app.ready();
        other.received();
        app.as_officer(COUNTER).get("/desk").expect(200);
        let of = |sql| ask(&app.store.db, sql);
        assert_eq!(of("SELECT DISTINCT tenant FROM event_here"), [SITE]);
        assert_eq!(of("SELECT DISTINCT tenant FROM event_there"), [OTHER]);
    }

    #[test]
    fn a_table_whose_key_lacks_the_tenant_cannot_be_split() {
        // What the test above rests on.
        let store = Store::new(Engine::Postgres);
        let made = store.db.transact("test", |tx| {
            Ok(tx.script("CREATE TABLE odd (tenant TEXT, id TEXT PRIMARY KEY) PARTITION BY LIST (tenant)")?)
        });
        assert!(made.unwrap_err().to_string().contains("partition"));
    }

    #[test]
    fn every_statement_reads_the_part_of_its_tenant_only() {
        // [NOD-09] As an engine that spreads tenants over machines would ask one machine.
        let store = Store::new(Engine::Postgres);
        split(&store);
        let own = with_tenant(&Store::new(Engine::Sqlite).db);
        let mut looked_at = 0;
        for (file, sql) in statements() {
            let words: BTreeSet<&str> = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
            if sql.starts_with("INSERT")
                || !own.iter().any(|table| words.contains(table.as_str()))
                || !sql.contains("$1")
            {
                continue;
            }
            let nulls = (2..).take_while(|number| sql.contains(&format!("${number}"))).map(|_| ", NULL");
            let explain = format!("EXPLAIN EXECUTE asked('{SITE}'{})", nulls.collect::<String>());
            let asked = sql.clone();
            let plan = store.db.transact("test", move |tx| {
                tx.script(&format!("SET LOCAL plan_cache_mode = force_generic_plan; PREPARE asked AS {asked}"))?;
                let rows = tx.rows(Box::leak(explain.clone().into_boxed_str()), &[])?;
                tx.script("DEALLOCATE asked")?;
                rows.iter().map(|row| Ok(row.get::<String>(0)?)).collect::<Result<Vec<_>, _>>()
            });
            let plan = plan.unwrap_or_else(|failure| panic!("{file}: {sql}\n{failure}"));
            let reads: Vec<&String> = plan.iter().filter(|line| line.contains("Scan")).collect();
            assert!(reads.iter().any(|line| line.contains("_here")), "{file}: {sql}\n{plan:#?}");
            assert!(!reads.iter().any(|line| line.contains("_there")), "{file}: {sql}\n{plan:#?}");
            looked_at += 1;
        }
        assert!(looked_at > 100, "only {looked_at} statements were looked at");
    }
}
