//! The line to PostgreSQL over TLS, to a server of the test's own. `docs/rules/nodes.md`.

mod postgres {
    use std::path::Path;
    use std::process::Command;

    use motcua::drill::postgres::Postgres;
    use motcua::platform::db::Db;

    use crate::import::Folder;

    const EC: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

    fn run(folder: &Path, program: &str, args: &[&str]) {
        let done = Command::new(program).args(args).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// An authority, and a certificate of it for `localhost`.
    fn authority(folder: &Path, name: &str) -> String {
        let (key, root) = (format!("{name}.key"), format!("{name}.pem"));
        let subject = format!("/CN={name}");
        let new =
            [&["req", "-x509", "-days", "30", "-subj", &subject, "-keyout", &key, "-out", &root], &EC[..]].concat();
        run(folder, "openssl", &new);
        folder.join(root).display().to_string()
    }

    fn certificate(folder: &Path) {
        let asked = ["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"];
        run(folder, "openssl", &[&asked[..], &EC[..]].concat());
        std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost").unwrap();
        let signed = ["x509", "-req", "-in", "server.csr", "-CA", "ours.pem", "-CAkey", "ours.key", "-CAcreateserial"];
        let to = ["-days", "30", "-extfile", "names", "-out", "server.crt"];
        run(folder, "openssl", &[&signed[..], &to[..]].concat());
    }

    #[test]
    fn only_a_server_that_proves_its_name_is_spoken_to_over_tls() {
        // [NOD-10]
        let folder = Folder::new("line");
        let (ours, other) = (authority(&folder.0, "ours"), authority(&folder.0, "other"));
        certificate(&folder.0);
        let server = Postgres::start(&folder.0).unwrap();
        let clear = server.url();
        let over = |host: &str, root: &str| {
            let url = clear.replace("127.0.0.1", host);
            Db::open_postgres(&format!("{url}?sslmode=verify-full&sslrootcert={root}"))
        };
        let refused = |host: &str, root: &str| over(host, root).err().unwrap().to_string();
        let without = refused("localhost", &ours);
        assert!(without.contains("does not support TLS"), "{without}");
        // The key belongs to whom the server runs as, as the data does.
        let data = folder.0.join("postgres/data");
        let copied = format!(
            "cp server.crt server.key {0} && chown --reference={0} {0}/server.* && chmod 600 {0}/server.key",
            data.display()
        );
        run(&folder.0, "sh", &["-c", &copied]);
        let mut behind = ::postgres::Client::connect(&clear, ::postgres::NoTls).unwrap();
        behind.batch_execute("ALTER SYSTEM SET ssl = on").unwrap();
        server.reload().unwrap();
        // The server takes its settings up in its own time.
        let db = (0..1_000).find_map(|_| over("localhost", &ours).ok()).expect("it speaks TLS");
        let encrypted = |db: &Db| {
            let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
            db.query(|tx| Ok(tx.row(sql, &[])?.unwrap().get::<bool>(0)?)).unwrap()
        };
        assert!(encrypted(&db));
        assert!(!encrypted(&Db::open_postgres(&clear).unwrap()));
        for (host, root) in [("localhost", &other), ("127.0.0.1", &ours)] {
            let why = refused(host, root);
            assert!(why.contains("invalid peer certificate"), "{host}: {why}");
        }
    }
}
