//! SQL of the audit.

use super::{Entry, Filter, Kind, Noted, Row};
use crate::params;
use crate::platform::db::{self, Tx, Value};
use crate::platform::failure::Failure;

pub(super) fn insert_all(tx: &mut Tx, rows: &[Noted]) -> Result<(), Failure> {
    let rows: Vec<Vec<Value>> = rows.iter().map(columns).collect();
    Ok(tx.insert_all(
        "INSERT INTO audit (tenant, id, at, kind, login, agency, office, dossier, through, network)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &rows,
    )?)
}

/// One row, unless it is there already: whoever wrote it may have been killed before it could say so.
pub(super) fn insert(tx: &mut Tx, noted: &Noted) -> Result<(), Failure> {
    let values = tx.owned(columns(noted))?;
    tx.execute(
        "INSERT INTO audit (tenant, id, at, kind, login, agency, office, dossier, through, network)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant, id) DO NOTHING",
        &values,
    )?;
    Ok(())
}

fn columns(Noted { id, entry }: &Noted) -> Vec<Value> {
    params![
        id,
        entry.at,
        entry.kind.as_str(),
        &entry.login,
        &entry.agency,
        &entry.office,
        entry.dossier.clone(),
        &entry.through,
        &entry.network
    ]
    .to_vec()
}

/// The narrowest column that is asked for leads, each with an index of its own that ends in the id.
pub(super) fn list(tx: &mut Tx, filter: &Filter, before: &str, limit: i64) -> Result<Vec<Row>, Failure> {
    let kind = filter.kind.map(Kind::as_str).unwrap_or_default();
    let (login, dossier) = (&filter.login, &filter.dossier);
    let rows = if !dossier.is_empty() {
        tx.rows(
            "SELECT id, at, kind, login, agency, office, dossier, through, network FROM audit
             WHERE tenant = $1 AND dossier = $2 AND id < $3 AND ($4 = '' OR login = $4) AND ($5 = '' OR kind = $5)
             ORDER BY id DESC LIMIT $6",
            params![tx.tenant()?, dossier, before, login, kind, limit],
        )?
    } else if !login.is_empty() {
        tx.rows(
            "SELECT id, at, kind, login, agency, office, dossier, through, network FROM audit
             WHERE tenant = $1 AND login = $2 AND id < $3 AND ($4 = '' OR kind = $4) ORDER BY id DESC LIMIT $5",
            params![tx.tenant()?, login, before, kind, limit],
        )?
    } else if !kind.is_empty() {
        tx.rows(
            "SELECT id, at, kind, login, agency, office, dossier, through, network FROM audit
             WHERE tenant = $1 AND kind = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
            params![tx.tenant()?, kind, before, limit],
        )?
    } else {
        tx.rows(
            "SELECT id, at, kind, login, agency, office, dossier, through, network FROM audit
             WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            params![tx.tenant()?, before, limit],
        )?
    };
    rows.iter().map(read).collect()
}

fn read(row: &db::Row) -> Result<Row, Failure> {
    let kind = Kind::parse(&row.get::<String>(2)?);
    let entry = Entry {
        at: row.get(1)?,
        kind: kind.ok_or_else(|| Failure::fault(anyhow::anyhow!("a row of the audit is of no known kind")))?,
        login: row.get(3)?,
        agency: row.get(4)?,
        office: row.get(5)?,
        dossier: row.get(6)?,
        through: row.get(7)?,
        network: row.get(8)?,
    };
    Ok(Row { id: row.get(0)?, entry })
}

/// Readings after a row and before another, the oldest first.
pub(super) fn readings_after(tx: &mut Tx, after: &str, until: &str, limit: i64) -> Result<Vec<Row>, Failure> {
    let rows = tx.rows(
        "SELECT id, at, kind, login, agency, office, dossier, through, network FROM audit
         WHERE tenant = $1 AND kind = 'read' AND id > $2 AND id < $3 ORDER BY id LIMIT $4",
        params![tx.tenant()?, after, until, limit],
    )?;
    rows.iter().map(read).collect()
}

/// Readings of one dossier by one account from a row on and before another.
pub(super) fn readings_by(
    tx: &mut Tx,
    login: &str,
    dossier: &str,
    (from, until): (&str, &str),
) -> Result<Vec<Row>, Failure> {
    let rows = tx.rows(
        "SELECT id, at, kind, login, agency, office, dossier, through, network FROM audit
         WHERE tenant = $1 AND dossier = $2 AND login = $3 AND id >= $4 AND id < $5 ORDER BY id",
        params![tx.tenant()?, dossier, login, from, until],
    )?;
    rows.iter().map(read).collect()
}

pub(super) fn mark(tx: &mut Tx) -> Result<Option<String>, Failure> {
    let row = tx.row("SELECT audit FROM opening_mark WHERE tenant = $1", params![tx.tenant()?])?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

pub(super) fn insert_mark(tx: &mut Tx, audit: &str) -> Result<(), Failure> {
    tx.execute(
        "INSERT INTO opening_mark (tenant, audit) VALUES ($1, $2) ON CONFLICT (tenant) DO NOTHING",
        params![tx.tenant()?, audit],
    )?;
    Ok(())
}

/// Moves the mark on; whoever finds it elsewhere was slower.
pub(super) fn move_mark(tx: &mut Tx, before: &str, after: &str) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE opening_mark SET audit = $2 WHERE tenant = $1 AND audit = $3",
        params![tx.tenant()?, after, before],
    )
}

/// Moves the mark back before a row that came late; nothing where it is not that far.
pub(super) fn pull_mark(tx: &mut Tx, row: &str, before: &str) -> Result<(), Failure> {
    tx.execute(
        "UPDATE opening_mark SET audit = $2 WHERE tenant = $1 AND audit >= $3",
        params![tx.tenant()?, before, row],
    )?;
    Ok(())
}
