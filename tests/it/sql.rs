//! Every statement of the program on both engines, and both schemas beside one another. Rules: `docs/rules/sql.md`.

use std::fmt::Write as _;

use motcua::platform::db::{Engine, Value};

use crate::app::TestApp;
use crate::engines::Store;
use crate::golden::assert_golden;
use crate::sources::{literals, under, without_tests};

both_engines! {
    every_statement_of_the_program_can_be_prepared,
    transactions_that_stand_in_each_others_way_all_come_through,
    a_read_changes_nothing,
    a_changed_row_is_exactly_one,
}

const VERBS: [&str; 4] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];

/// File and statement, for every literal that begins like one.
pub fn statements() -> Vec<(String, String)> {
    let mut out = Vec::new();
    for source in under(&["src"], &["rs"]) {
        // Put together from the schema itself, for one engine each; `backup.rs` runs them all.
        if source.path == "src/platform/db/copy.rs" {
            continue;
        }
        let found = literals(without_tests(&source.text));
        let sql = found.into_iter().filter(|text| VERBS.iter().any(|verb| text.starts_with(verb)));
        out.extend(sql.map(|text| (source.path.clone(), text)));
    }
    out
}

fn every_statement_of_the_program_can_be_prepared(app: TestApp) {
    // [SQL-01] [SQL-04]
    let statements = statements();
    assert!(statements.len() > 30, "only {} statements were found", statements.len());
    for (file, sql) in statements {
        // What only the migration runner of PostgreSQL says.
        if sql.contains("pg_advisory") {
            continue;
        }
        let wanted = sql.clone();
        let prepared = app.write(move |tx| Ok(tx.prepare(&wanted)?));
        assert!(prepared.is_ok(), "{file}: {sql}\n{}", prepared.unwrap_err());
    }
}

#[test]
fn no_statement_asks_the_engine_what_engines_answer_differently() {
    // [SQL-02]
    for (file, sql) in statements() {
        let words: Vec<&str> = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        let told = [
            "LIKE",
            "ILIKE",
            "NOW",
            "CURRENT_TIMESTAMP",
            "INTERVAL",
            "json_extract",
            "strftime",
            "date_trunc",
            "RANDOM",
        ];
        assert!(!told.iter().any(|word| words.contains(word)), "{file}: {sql}");
        assert!(!sql.contains("SELECT *") && !sql.contains("->>"), "{file}: {sql}");
    }
}

#[test]
fn keys_sort_alike_on_both_engines() {
    // [SQL-03]
    let store = Store::new(Engine::Postgres);
    let odd = store.db.query(|tx| {
        Ok(tx.rows(
            "SELECT k.table_name::text || '.' || k.column_name::text FROM information_schema.key_column_usage AS k
             JOIN information_schema.columns AS c ON c.table_name = k.table_name AND c.column_name = k.column_name
             WHERE k.table_schema = 'public' AND c.data_type = 'text' AND c.collation_name IS DISTINCT FROM 'C'",
            &[],
        )?)
    });
    assert_eq!(odd.unwrap(), []);
}

fn transactions_that_stand_in_each_others_way_all_come_through(app: TestApp) {
    // [SQL-06] Each takes two rows in an order of its own; PostgreSQL breaks the deadlock by ending one, which runs again.
    let run = |first: &'static str, second: &'static str| {
        let db = app.store.db.clone();
        move || {
            for _ in 0..20 {
                let work = move |tx: &mut motcua::platform::db::Tx| {
                    for subject in [first, second] {
                        tx.execute_one(
                            "INSERT INTO guess (tenant, subject, wrong, blocked_until) VALUES ($1, $2, 1, $3)
                             ON CONFLICT (tenant, subject) DO UPDATE SET wrong = guess.wrong + 1",
                            &[tx.tenant()?, Value::from(subject), Value::from(jiff::Timestamp::UNIX_EPOCH)],
                        )?;
                    }
                    Ok(())
                };
                db.transact("test", work).unwrap();
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(run("a", "b"));
        scope.spawn(run("b", "a"));
    });
    let counted = app.read(|tx| {
        let rows = tx.rows("SELECT wrong FROM guess ORDER BY subject", &[])?;
        Ok(rows.iter().map(|row| row.get::<i64>(0).unwrap()).collect::<Vec<_>>())
    });
    assert_eq!(counted, [40, 40]);
}

fn a_read_changes_nothing(app: TestApp) {
    let tried = app.store.db.query(|tx| {
        tx.execute("DELETE FROM session WHERE login = $1", &[Value::from("nobody")])?;
        Ok(())
    });
    // SQLite refuses at the connection, PostgreSQL at the door.
    if app.store.db.engine() == Engine::Postgres {
        assert!(tried.is_err());
    }
    let written = app.store.db.query(|tx| {
        Ok(tx.execute(
            "INSERT INTO guess (tenant, subject, wrong, blocked_until) VALUES ($1, $2, $3, $4)",
            &[tx.tenant()?, Value::from("x"), Value::from(1_i64), Value::from(jiff::Timestamp::UNIX_EPOCH)],
        )?)
    });
    assert!(written.is_err());
}

fn a_changed_row_is_exactly_one(app: TestApp) {
    // [SQL-05]
    let none = app.write(|tx| tx.execute_one("DELETE FROM account WHERE login = $1", &[Value::from("nobody")]));
    assert!(matches!(none, Err(motcua::platform::failure::Failure::Conflict)));
    let many = app.write(|tx| tx.execute_one("UPDATE account SET active = $1", &[Value::from(false)]));
    assert!(matches!(many, Err(motcua::platform::failure::Failure::Fault(_))));
    // A transaction that failed left nothing behind.
    let active = app.read(|tx| Ok(tx.rows("SELECT login FROM account WHERE active ORDER BY login", &[])?.len()));
    assert!(active > 10);
}

/// A column as both engines can say it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    table: String,
    name: String,
    kind: String,
    not_null: bool,
    key: i64,
}

fn columns(store: &Store) -> Vec<Column> {
    let sql = match store.db.engine() {
        Engine::Sqlite => {
            "SELECT m.name, c.name, c.type, c.\"notnull\" <> 0 OR c.pk > 0, c.pk FROM sqlite_master AS m
             JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        Engine::Postgres => {
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable = 'NO',
                 COALESCE((SELECT k.ordinal_position FROM information_schema.key_column_usage AS k
                     JOIN information_schema.table_constraints AS t ON t.constraint_name = k.constraint_name
                     WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name
                         AND k.column_name = c.column_name), 0)::bigint
             FROM information_schema.columns AS c WHERE c.table_schema = 'public'"
        }
    };
    let rows = store.db.query(|tx| Ok(tx.rows(sql, &[])?)).unwrap();
    let mut out: Vec<Column> = rows
        .iter()
        .map(|row| Column {
            table: row.get(0).unwrap(),
            name: row.get(1).unwrap(),
            kind: row.get(2).unwrap(),
            not_null: row.get(3).unwrap(),
            key: row.get(4).unwrap(),
        })
        .collect();
    out.sort();
    out
}

/// Indexes as `table (columns) where …`, without the engine's own spelling.
fn indexes(store: &Store) -> Vec<String> {
    let sql = match store.db.engine() {
        Engine::Sqlite => "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        Engine::Postgres => "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    };
    let rows = store.db.query(|tx| Ok(tx.rows(sql, &[])?)).unwrap();
    let mut out: Vec<String> = rows
        .iter()
        .map(|row| {
            row.get::<String>(0)
                .unwrap()
                .replace("public.", "")
                .replace("USING btree ", "")
                .replace("WHERE (", "WHERE ")
        })
        .map(
            |text| if text.contains("WHERE") { text.trim_end_matches(')').to_lowercase() } else { text.to_lowercase() },
        )
        // Keys and UNIQUE columns make indexes of their own, under names of the engine.
        .filter(|text| !text.contains("_pkey") && !text.starts_with("create unique"))
        .collect();
    out.sort();
    out
}

#[test]
fn both_engines_have_the_same_tables_columns_and_indexes() {
    let (sqlite, postgres) = (Store::new(Engine::Sqlite), Store::new(Engine::Postgres));
    let shape = |column: &Column| (column.table.clone(), column.name.clone(), column.not_null, column.key);
    let left: Vec<_> = columns(&sqlite).iter().map(shape).collect();
    let right: Vec<_> = columns(&postgres).iter().map(shape).collect();
    assert_eq!(left, right);
    assert_eq!(indexes(&sqlite), indexes(&postgres));
    // No column is a float, on either.
    for column in columns(&sqlite) {
        assert!(["TEXT", "INTEGER", "BLOB"].contains(&column.kind.as_str()), "{column:?}");
    }
    for column in columns(&postgres) {
        assert!(!["real", "double precision", "numeric"].contains(&column.kind.as_str()), "{column:?}");
    }
}

#[test]
fn the_schemas_are_the_agreed_ones() {
    for (engine, name) in [(Engine::Sqlite, "schema.sqlite.sql"), (Engine::Postgres, "schema.postgres.sql")] {
        assert_golden(name, &dump(&Store::new(engine)));
    }
}

fn dump(store: &Store) -> String {
    let mut out = String::new();
    let mut table = String::new();
    for column in columns(store) {
        if column.table != table {
            table = column.table.clone();
            let _ = writeln!(out, "\n{table}");
        }
        let null = if column.not_null { " NOT NULL" } else { "" };
        let key = if column.key > 0 { format!(" KEY {}", column.key) } else { String::new() };
        let _ = writeln!(out, "    {} {}{null}{key}", column.name, column.kind);
    }
    out.push('\n');
    for index in indexes(store) {
        let _ = writeln!(out, "{index}");
    }
    out.trim_start().to_owned()
}
