//! SQL of unusual reading.

use jiff::civil::Date;

use super::{Rule, Unusual};
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

/// Times, those outside working hours, those while it lay elsewhere.
pub(super) fn put(tx: &mut Tx, login: &str, day: Date, dossier: &str, counts: [i64; 3]) -> Result<(), Failure> {
    let [times, outside, idle] = counts;
    tx.execute_one(
        "INSERT INTO opening (tenant, login, day, dossier, times, outside, idle) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant, login, day, dossier) DO UPDATE SET times = excluded.times, outside = excluded.outside,
             idle = excluded.idle",
        params![tx.tenant()?, login, day, dossier, times, outside, idle],
    )
}

pub(super) fn put_unusual(tx: &mut Tx, found: &Unusual) -> Result<(), Failure> {
    tx.execute_one(
        "INSERT INTO unusual (tenant, login, day, rule, dossier, audit, agency, office, times, usual)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant, login, day, rule, dossier) DO UPDATE SET audit = excluded.audit, times = excluded.times,
             usual = excluded.usual",
        params![
            tx.tenant()?,
            &found.login,
            found.day,
            found.rule.as_str(),
            &found.dossier,
            &found.audit,
            &found.agency,
            &found.office,
            found.times,
            found.usual
        ],
    )
}

/// What somebody opened on some days.
pub(super) struct OfDays {
    pub days: i64,
    /// One for each day on which it was opened.
    pub dossiers: i64,
    pub outside: i64,
}

pub(super) fn of_days(tx: &mut Tx, login: &str, (from, to): (Date, Date)) -> Result<OfDays, Failure> {
    let row = tx.row(
        "SELECT COUNT(DISTINCT day), COUNT(*), CAST(COALESCE(SUM(outside), 0) AS BIGINT) FROM opening
         WHERE tenant = $1 AND login = $2 AND day >= $3 AND day <= $4",
        params![tx.tenant()?, login, from, to],
    )?;
    let Some(row) = row else { return Ok(OfDays { days: 0, dossiers: 0, outside: 0 }) };
    Ok(OfDays { days: row.get(0)?, dossiers: row.get(1)?, outside: row.get(2)? })
}

/// How often somebody opened dossiers of one applicant while they lay elsewhere.
pub(super) fn idle_of(tx: &mut Tx, login: &str, (from, to): (Date, Date), number: &str) -> Result<i64, Failure> {
    let row = tx.row(
        "SELECT CAST(COALESCE(SUM(opening.idle), 0) AS BIGINT) FROM opening
         JOIN dossier ON dossier.tenant = opening.tenant AND dossier.id = opening.dossier
         WHERE opening.tenant = $1 AND opening.login = $2 AND opening.day >= $3 AND opening.day <= $4
           AND dossier.id_number = $5",
        params![tx.tenant()?, login, from, to, number],
    )?;
    row.map_or(Ok(0), |row| Ok(row.get(0)?))
}

/// The place of a row in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub audit: String,
    pub rule: String,
    pub dossier: String,
}

pub(super) fn unusual(
    tx: &mut Tx,
    rule: Option<Rule>,
    before: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<Unusual>, Failure> {
    // Comes after every id.
    let (audit, word, dossier) = before.map_or(("~", "", ""), |at| (&at.audit, &at.rule, &at.dossier));
    let rows = tx.rows(
        "SELECT login, day, rule, dossier, audit, agency, office, times, usual FROM unusual
         WHERE tenant = $1 AND (audit, rule, dossier) < ($2, $3, $4) AND ($5 = '' OR rule = $5)
         ORDER BY audit DESC, rule DESC, dossier DESC LIMIT $6",
        params![tx.tenant()?, audit, word, dossier, rule.map(Rule::as_str).unwrap_or_default(), limit],
    )?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Unusual, Failure> {
    let rule = Rule::parse(&row.get::<String>(2)?);
    Ok(Unusual {
        login: row.get(0)?,
        day: row.get(1)?,
        rule: rule.ok_or_else(|| Failure::fault(anyhow::anyhow!("unusual reading of no known kind")))?,
        dossier: row.get(3)?,
        audit: row.get(4)?,
        agency: row.get(5)?,
        office: row.get(6)?,
        times: row.get(7)?,
        usual: row.get(8)?,
    })
}
