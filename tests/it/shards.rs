//! What a distributed PostgreSQL needs of the schema, checked on the schema as it really is. `docs/scaling.md`.

use std::collections::BTreeSet;

use motcua::platform::db::{Db, Engine};

use crate::engines::Store;

/// Tables whose keys do not begin with the tenant, all of them named and justified in `docs/scaling.md`. The list may become
/// shorter; a table that is added must bring its tenant or its reason.
const WITHOUT_TENANT: &[&str] = &[
    "absence",
    "account",
    "api_key",
    "audit",
    "backup_run",
    "ceremony",
    "dossier",
    "dossier_office",
    "dossier_serial",
    "dossier_state",
    "event",
    "guess",
    "idempotency",
    "known_device",
    "letter_serial",
    "mail_outbox",
    "outage",
    "outside_link",
    "passkey",
    "probe",
    "procedure_draft",
    "procedure_version",
    "procedure_withdrawal",
    "recovery_code",
    "registry_item",
    "registry_site",
    "reminder",
    "roster",
    "schema_migration",
    "seal",
    "session",
    "slip",
    "slip_item",
    "slip_serial",
    "stay",
    "task",
    "totp",
];

fn ask(db: &Db, sql: &'static str) -> Vec<String> {
    db.query(|tx| tx.rows(sql, &[])?.iter().map(|row| Ok(row.get(0)?)).collect()).unwrap()
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
    fn every_table_has_a_key_that_begins_with_the_tenant_or_is_a_named_exception() {
        // [NOD-08]
        let store = Store::new(Engine::Postgres);
        let all = ask(&store.db, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'");
        let with_tenant: BTreeSet<String> = ask(
            &store.db,
            "SELECT DISTINCT indrelid::regclass::text FROM pg_index
             JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
             WHERE indisprimary AND attname = 'tenant'",
        )
        .into_iter()
        .collect();
        let without: Vec<String> = all.into_iter().filter(|table| !with_tenant.contains(table)).collect();
        let told = std::fs::read_to_string("docs/scaling.md").unwrap();
        for table in &without {
            assert!(WITHOUT_TENANT.contains(&table.as_str()), "{table}: no tenant in its key, and no exception");
            assert!(
                told.contains(&format!("`{table}`")),
                "{table}: an exception that docs/scaling.md does not justify"
            );
        }
        let gone: Vec<_> = WITHOUT_TENANT.iter().filter(|table| !without.contains(&(**table).to_owned())).collect();
        assert!(gone.is_empty(), "exceptions of which none is needed any more: {gone:?}");
    }
}
