//! SQL of the leader's page and the monitor.

use jiff::civil::Date;
use motcua_domain::figures::{Counters, Fact};
use motcua_domain::monitor::{Case, Sign};
use motcua_domain::overview::{Awaits, Standing};

use super::super::Span;
use super::super::store::{self as figures, Kept, NEVER};
use super::{Rows, Seen, Slice};
use crate::params;
use crate::platform::db::{Row, Tx, Value};
use crate::platform::failure::Failure;

// --- rows --------------------------------------------------------------------------------------------------------------

pub(super) fn officer_row(key: &(Span, String, Date, String), counters: &Counters) -> Vec<Value> {
    let (span, agency, day, officer) = key;
    let mut values = params![span.as_str(), agency, *day, officer].to_vec();
    values.extend(counters.each().map(Value::Int));
    values
}

pub(super) fn waited_row(span: Span, day: Date, slice: &Slice, days: i64, number: i64) -> Vec<Value> {
    let Slice { agency, office, field, channel, officer } = slice;
    params![span.as_str(), agency, day, office, field, channel, officer, days, number].to_vec()
}

pub(super) fn open_row((month, received_on): (Date, Date), slice: &Slice, number: i64) -> Vec<Value> {
    let Slice { agency, office, field, channel, officer } = slice;
    params![agency, month, received_on, office, field, channel, officer, number].to_vec()
}

pub(super) fn now_row(agency: &str, due_on: Date, standing: &Standing, number: i64) -> Vec<Value> {
    params![agency, due_on, &standing.office, &standing.officer, standing.awaits.as_str(), number].to_vec()
}

pub(super) fn dossier_row(dossier: &str, fact: &Fact, seen: &Seen) -> Result<Vec<Value>, Failure> {
    let due_on = fact.settled.is_none().then(|| fact.due.unwrap_or(NEVER).on);
    let Standing { officer, office, awaits } = &seen.standing;
    let cases = serde_json::to_string(&seen.cases)?;
    Ok(params![dossier, &fact.unit.agency, officer, office, awaits.as_str(), due_on, cases].to_vec())
}

pub(super) fn case_row(dossier: &str, agency: &str, case: &Case) -> Vec<Value> {
    params![case.sign.as_str(), agency, case.on, dossier, &case.by, case.measure].to_vec()
}

// --- the job -----------------------------------------------------------------------------------------------------------

pub(super) fn has_any(tx: &mut Tx) -> Result<bool, Failure> {
    Ok(tx.row("SELECT 1 AS one FROM overview_officer WHERE tenant = $1 LIMIT 1", params![tx.tenant()?])?.is_some())
}

pub(super) fn add_officer(tx: &mut Tx, row: Vec<Value>) -> Result<(), Failure> {
    let row = tx.owned(row)?;
    tx.execute_one(
        "INSERT INTO overview_officer (tenant, span, agency, day, officer, received, early, on_time, late, passed, kept,
             missed, cleared, excused, left_out, supplement, payment, outage, since, index_passed, index_late, answered,
             electronic, sooner, just, asked_once, asked_more)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
             $20, $21, $22, $23, $24, $25, $26, $27)
         ON CONFLICT (tenant, span, agency, day, officer) DO UPDATE SET
             received = overview_officer.received + excluded.received, early = overview_officer.early + excluded.early,
             on_time = overview_officer.on_time + excluded.on_time, late = overview_officer.late + excluded.late,
             passed = overview_officer.passed + excluded.passed, kept = overview_officer.kept + excluded.kept,
             missed = overview_officer.missed + excluded.missed, cleared = overview_officer.cleared + excluded.cleared,
             excused = overview_officer.excused + excluded.excused,
             left_out = overview_officer.left_out + excluded.left_out,
             supplement = overview_officer.supplement + excluded.supplement,
             payment = overview_officer.payment + excluded.payment, outage = overview_officer.outage + excluded.outage,
             since = overview_officer.since + excluded.since,
             index_passed = overview_officer.index_passed + excluded.index_passed,
             index_late = overview_officer.index_late + excluded.index_late,
             answered = overview_officer.answered + excluded.answered,
             electronic = overview_officer.electronic + excluded.electronic,
             sooner = overview_officer.sooner + excluded.sooner,
             just = overview_officer.just + excluded.just,
             asked_once = overview_officer.asked_once + excluded.asked_once,
             asked_more = overview_officer.asked_more + excluded.asked_more",
        &row,
    )
}

pub(super) fn add_waited(tx: &mut Tx, row: Vec<Value>) -> Result<(), Failure> {
    let row = tx.owned(row)?;
    tx.execute_one(
        "INSERT INTO overview_waited (tenant, span, agency, day, office, field, channel, officer, days, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant, span, agency, day, office, field, channel, officer, days) DO UPDATE SET
             number = overview_waited.number + excluded.number",
        &row,
    )
}

pub(super) fn add_open(tx: &mut Tx, row: Vec<Value>) -> Result<(), Failure> {
    let row = tx.owned(row)?;
    tx.execute_one(
        "INSERT INTO overview_open (tenant, agency, month, received_on, office, field, channel, officer, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant, agency, month, received_on, office, field, channel, officer) DO UPDATE SET
             number = overview_open.number + excluded.number",
        &row,
    )
}

pub(super) fn add_now(tx: &mut Tx, row: Vec<Value>) -> Result<(), Failure> {
    let row = tx.owned(row)?;
    tx.execute_one(
        "INSERT INTO overview_now (tenant, agency, due_on, office, officer, awaits, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant, agency, due_on, office, officer, awaits) DO UPDATE SET
             number = overview_now.number + excluded.number",
        &row,
    )
}

pub(super) fn drop_empty(tx: &mut Tx) -> Result<(), Failure> {
    tx.execute("DELETE FROM overview_now WHERE tenant = $1 AND number = 0", params![tx.tenant()?])?;
    tx.execute(
        "DELETE FROM overview_open WHERE tenant = $1 AND month = $2 AND number = 0",
        params![tx.tenant()?, NEVER.on],
    )?;
    Ok(())
}

/// All of them where there is none yet.
pub(super) fn add_first(tx: &mut Tx, rows: &Rows) -> Result<(), Failure> {
    tx.insert_all(
        "INSERT INTO overview_officer (tenant, span, agency, day, officer, received, early, on_time, late, passed, kept,
             missed, cleared, excused, left_out, supplement, payment, outage, since, index_passed, index_late, answered,
             electronic, sooner, just, asked_once, asked_more)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
             $20, $21, $22, $23, $24, $25, $26, $27)",
        &rows.officers,
    )?;
    tx.insert_all(
        "INSERT INTO overview_waited (tenant, span, agency, day, office, field, channel, officer, days, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &rows.waited,
    )?;
    tx.insert_all(
        "INSERT INTO overview_open (tenant, agency, month, received_on, office, field, channel, officer, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &rows.open,
    )?;
    tx.insert_all(
        "INSERT INTO overview_now (tenant, agency, due_on, office, officer, awaits, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &rows.now,
    )?;
    Ok(())
}

/// What a dossier counts, as it was taken in.
pub(super) struct Was {
    pub standing: Standing,
    pub cases: Vec<Case>,
}

pub(super) fn dossier(tx: &mut Tx, dossier: &str) -> Result<Option<Was>, Failure> {
    let row = tx.row(
        "SELECT officer, office, awaits, cases FROM overview_dossier WHERE tenant = $1 AND dossier = $2",
        params![tx.tenant()?, dossier],
    )?;
    row.map(|row| Ok(Was { standing: standing(&row, 0)?, cases: serde_json::from_str(&row.get::<String>(3)?)? }))
        .transpose()
}

/// From its officer on: officer, office, for whom it waits.
fn standing(row: &Row, first: usize) -> Result<Standing, Failure> {
    let awaits = Awaits::parse(&row.get::<String>(first + 2)?).unwrap_or(Awaits::Nobody);
    Ok(Standing { officer: row.get(first)?, office: row.get(first + 1)?, awaits })
}

pub(super) fn put(tx: &mut Tx, row: Vec<Value>) -> Result<(), Failure> {
    let row = tx.owned(row)?;
    tx.execute_one(
        "INSERT INTO overview_dossier (tenant, dossier, agency, officer, office, awaits, due_on, cases)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant, dossier) DO UPDATE SET agency = excluded.agency, officer = excluded.officer,
             office = excluded.office, awaits = excluded.awaits, due_on = excluded.due_on, cases = excluded.cases",
        &row,
    )
}

pub(super) fn put_all(tx: &mut Tx, rows: &[Vec<Value>]) -> Result<(), Failure> {
    Ok(tx.insert_all(
        "INSERT INTO overview_dossier (tenant, dossier, agency, officer, office, awaits, due_on, cases)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        rows,
    )?)
}

pub(super) fn insert_cases(tx: &mut Tx, rows: &[Vec<Value>]) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    Ok(tx.insert_all(
        "INSERT INTO overview_case (tenant, sign, agency, day, dossier, by_account, measure)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        rows,
    )?)
}

pub(super) fn remove_case(tx: &mut Tx, dossier: &str, agency: &str, case: &Case) -> Result<(), Failure> {
    tx.execute(
        "DELETE FROM overview_case WHERE tenant = $1 AND sign = $2 AND agency = $3 AND day = $4 AND dossier = $5",
        params![tx.tenant()?, case.sign.as_str(), agency, case.on, dossier],
    )?;
    Ok(())
}

pub(super) fn forget(tx: &mut Tx) -> Result<(), Failure> {
    tx.execute("DELETE FROM overview_officer WHERE tenant = $1", params![tx.tenant()?])?;
    tx.execute("DELETE FROM overview_waited WHERE tenant = $1", params![tx.tenant()?])?;
    tx.execute("DELETE FROM overview_open WHERE tenant = $1", params![tx.tenant()?])?;
    tx.execute("DELETE FROM overview_now WHERE tenant = $1", params![tx.tenant()?])?;
    tx.execute("DELETE FROM overview_dossier WHERE tenant = $1", params![tx.tenant()?])?;
    tx.execute("DELETE FROM overview_case WHERE tenant = $1", params![tx.tenant()?])?;
    Ok(())
}

// --- reading -----------------------------------------------------------------------------------------------------------

/// Sums of an agency by officer, from a day on and before another.
pub(super) fn officers(
    tx: &mut Tx,
    span: Span,
    agency: &str,
    days: (Date, Date),
) -> Result<Vec<(String, Counters)>, Failure> {
    let rows = tx.rows(
        "SELECT officer, CAST(SUM(received) AS BIGINT), CAST(SUM(early) AS BIGINT), CAST(SUM(on_time) AS BIGINT),
             CAST(SUM(late) AS BIGINT), CAST(SUM(passed) AS BIGINT), CAST(SUM(kept) AS BIGINT),
             CAST(SUM(missed) AS BIGINT), CAST(SUM(cleared) AS BIGINT), CAST(SUM(excused) AS BIGINT),
             CAST(SUM(left_out) AS BIGINT), CAST(SUM(supplement) AS BIGINT), CAST(SUM(payment) AS BIGINT),
             CAST(SUM(outage) AS BIGINT), CAST(SUM(since) AS BIGINT),
             CAST(SUM(index_passed) AS BIGINT), CAST(SUM(index_late) AS BIGINT), CAST(SUM(answered) AS BIGINT),
             CAST(SUM(electronic) AS BIGINT), CAST(SUM(sooner) AS BIGINT), CAST(SUM(just) AS BIGINT),
             CAST(SUM(asked_once) AS BIGINT), CAST(SUM(asked_more) AS BIGINT)
         FROM overview_officer WHERE tenant = $1 AND span = $2 AND agency = $3 AND day >= $4 AND day < $5 GROUP BY officer",
        params![tx.tenant()?, span.as_str(), agency, days.0, days.1],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, figures::counters(row, 1)?))).collect()
}

/// Sums of an agency by office, field and channel.
pub(super) fn slots(
    tx: &mut Tx,
    span: Span,
    agency: &str,
    days: (Date, Date),
) -> Result<Vec<([String; 3], Counters)>, Failure> {
    let rows = tx.rows(
        "SELECT office, field, channel, CAST(SUM(received) AS BIGINT), CAST(SUM(early) AS BIGINT),
             CAST(SUM(on_time) AS BIGINT), CAST(SUM(late) AS BIGINT), CAST(SUM(passed) AS BIGINT),
             CAST(SUM(kept) AS BIGINT), CAST(SUM(missed) AS BIGINT), CAST(SUM(cleared) AS BIGINT),
             CAST(SUM(excused) AS BIGINT), CAST(SUM(left_out) AS BIGINT), CAST(SUM(supplement) AS BIGINT),
             CAST(SUM(payment) AS BIGINT), CAST(SUM(outage) AS BIGINT), CAST(SUM(since) AS BIGINT),
             CAST(SUM(index_passed) AS BIGINT), CAST(SUM(index_late) AS BIGINT), CAST(SUM(answered) AS BIGINT),
             CAST(SUM(electronic) AS BIGINT), CAST(SUM(sooner) AS BIGINT), CAST(SUM(just) AS BIGINT),
             CAST(SUM(asked_once) AS BIGINT), CAST(SUM(asked_more) AS BIGINT)
         FROM figure WHERE tenant = $1 AND span = $2 AND agency = $3 AND day >= $4 AND day < $5
         GROUP BY office, field, channel",
        params![tx.tenant()?, span.as_str(), agency, days.0, days.1],
    )?;
    rows.iter().map(|row| Ok(([row.get(0)?, row.get(1)?, row.get(2)?], figures::counters(row, 3)?))).collect()
}

/// A count with what it tells apart, and with days: waited, or of receipt.
pub(super) struct Told<D> {
    pub office: String,
    pub field: String,
    pub channel: String,
    pub officer: String,
    pub days: D,
    pub number: i64,
}

pub(super) fn waited(tx: &mut Tx, span: Span, agency: &str, days: (Date, Date)) -> Result<Vec<Told<i64>>, Failure> {
    let rows = tx.rows(
        "SELECT office, field, channel, officer, days, CAST(SUM(number) AS BIGINT) FROM overview_waited
         WHERE tenant = $1 AND span = $2 AND agency = $3 AND day >= $4 AND day < $5
         GROUP BY office, field, channel, officer, days",
        params![tx.tenant()?, span.as_str(), agency, days.0, days.1],
    )?;
    told(&rows)
}

fn told<D: crate::platform::db::FromValue>(rows: &[Row]) -> Result<Vec<Told<D>>, Failure> {
    rows.iter()
        .map(|row| {
            Ok(Told {
                office: row.get(0)?,
                field: row.get(1)?,
                channel: row.get(2)?,
                officer: row.get(3)?,
                days: row.get(4)?,
                number: row.get(5)?,
            })
        })
        .collect()
}

/// Open when a month began, or now; received up to a day.
pub(super) fn open(tx: &mut Tx, agency: &str, month: Date, received_until: Date) -> Result<Vec<Told<Date>>, Failure> {
    let rows = tx.rows(
        "SELECT office, field, channel, officer, received_on, number FROM overview_open
         WHERE tenant = $1 AND agency = $2 AND month = $3 AND received_on <= $4",
        params![tx.tenant()?, agency, month, received_until],
    )?;
    told(&rows)
}

/// What is open now: by its binding day, where it is, who has it, for whom it waits.
pub(super) fn now(tx: &mut Tx, agency: &str) -> Result<Vec<(Date, Standing, i64)>, Failure> {
    let rows = tx.rows(
        "SELECT due_on, officer, office, awaits, number FROM overview_now WHERE tenant = $1 AND agency = $2",
        params![tx.tenant()?, agency],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, standing(row, 1)?, row.get(4)?))).collect()
}

/// Sums of an agency by day, for pictures.
pub(super) fn by_day(
    tx: &mut Tx,
    span: Span,
    agency: &str,
    days: (Date, Date),
) -> Result<Vec<(Date, Counters)>, Failure> {
    let rows = tx.rows(
        "SELECT day, CAST(SUM(received) AS BIGINT), CAST(SUM(early) AS BIGINT), CAST(SUM(on_time) AS BIGINT),
             CAST(SUM(late) AS BIGINT), CAST(SUM(passed) AS BIGINT), CAST(SUM(kept) AS BIGINT),
             CAST(SUM(missed) AS BIGINT), CAST(SUM(cleared) AS BIGINT), CAST(SUM(excused) AS BIGINT),
             CAST(SUM(left_out) AS BIGINT), CAST(SUM(supplement) AS BIGINT), CAST(SUM(payment) AS BIGINT),
             CAST(SUM(outage) AS BIGINT), CAST(SUM(since) AS BIGINT),
             CAST(SUM(index_passed) AS BIGINT), CAST(SUM(index_late) AS BIGINT), CAST(SUM(answered) AS BIGINT),
             CAST(SUM(electronic) AS BIGINT), CAST(SUM(sooner) AS BIGINT), CAST(SUM(just) AS BIGINT),
             CAST(SUM(asked_once) AS BIGINT), CAST(SUM(asked_more) AS BIGINT)
         FROM overview_officer WHERE tenant = $1 AND span = $2 AND agency = $3 AND day >= $4 AND day < $5 GROUP BY day",
        params![tx.tenant()?, span.as_str(), agency, days.0, days.1],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, figures::counters(row, 1)?))).collect()
}

/// Who has a dossier.
pub(super) fn officer(tx: &mut Tx, dossier: &str) -> Result<String, Failure> {
    let row = tx.row(
        "SELECT officer FROM overview_dossier WHERE tenant = $1 AND dossier = $2",
        params![tx.tenant()?, dossier],
    )?;
    Ok(row.map(|row| row.get(0)).transpose()?.unwrap_or_default())
}

/// Which open dossiers of an agency, from a place in order of their binding day to a last day.
pub(super) struct OpenWalk<'a> {
    pub agency: &'a str,
    pub after: (Date, &'a str),
    pub last: Date,
    /// All where they are empty.
    pub awaits: &'a str,
    pub office: &'a str,
    pub officer: Option<&'a str>,
    pub limit: i64,
}

pub(super) fn open_dossiers(tx: &mut Tx, walk: &OpenWalk) -> Result<Vec<(String, Date)>, Failure> {
    let OpenWalk { agency, after, last, awaits, office, officer, limit } = *walk;
    let rows = tx.rows(
        "SELECT dossier, due_on FROM overview_dossier
         WHERE tenant = $1 AND agency = $2 AND (due_on, dossier) > ($3, $4) AND due_on <= $5 AND due_on IS NOT NULL
           AND ($6 = '' OR awaits = $6) AND ($7 = '' OR office = $7) AND ($8 = '*' OR officer = $8)
         ORDER BY due_on, dossier LIMIT $9",
        params![tx.tenant()?, agency, after.0, after.1, last, awaits, office, officer.unwrap_or("*"), limit],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// What an open dossier counts, for a list.
pub(super) fn kept(tx: &mut Tx, dossier: &str) -> Result<Option<Kept>, Failure> {
    figures::fact(tx, dossier)
}

/// How many dossiers of an agency show a sign, from a day to another, with a measure between two; and of those that are settled:
/// kept by the rule, and not late by the date in force. [MON-12]
pub(super) fn count_cases(
    tx: &mut Tx,
    (sign, agency): (Sign, &str),
    days: (Date, Date),
    measure: (i64, i64),
) -> Result<[i64; 4], Failure> {
    let row = tx.row(
        "SELECT COUNT(*), COUNT(figure_dossier.formally),
             CAST(COALESCE(SUM(CASE WHEN figure_dossier.firmly = 'kept' THEN 1 ELSE 0 END), 0) AS BIGINT),
             CAST(COALESCE(SUM(CASE WHEN figure_dossier.formally <> 'late' THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM overview_case JOIN figure_dossier ON figure_dossier.tenant = overview_case.tenant
             AND figure_dossier.dossier = overview_case.dossier
         WHERE overview_case.tenant = $1 AND overview_case.sign = $2 AND overview_case.agency = $3
           AND overview_case.day >= $4 AND overview_case.day <= $5
           AND overview_case.measure >= $6 AND overview_case.measure <= $7",
        params![tx.tenant()?, sign.as_str(), agency, days.0, days.1, measure.0, measure.1],
    )?;
    let Some(row) = row else { return Ok([0; 4]) };
    Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
}

/// The days on which one person put off so many dossiers of an agency. [MON-08]
pub(super) fn series(
    tx: &mut Tx,
    agency: &str,
    days: (Date, Date),
    least: i64,
) -> Result<Vec<(Date, String, i64)>, Failure> {
    let rows = tx.rows(
        "SELECT day, by_account, COUNT(*) FROM overview_case
         WHERE tenant = $1 AND sign = 'extended' AND agency = $2 AND day >= $3 AND day <= $4
         GROUP BY day, by_account HAVING COUNT(*) >= $5",
        params![tx.tenant()?, agency, days.0, days.1, least],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// Cases of an agency in order of their days, after a place.
pub(super) struct CaseWalk<'a> {
    pub sign: Sign,
    pub agency: &'a str,
    pub after: (Date, &'a str),
    pub last: Date,
    pub measure: (i64, i64),
    pub by: &'a str,
    pub limit: i64,
}

/// A dossier with its day, who did it, and the measure.
pub(super) fn cases(tx: &mut Tx, walk: &CaseWalk) -> Result<Vec<(String, Date, String, i64)>, Failure> {
    let CaseWalk { sign, agency, after, last, measure, by, limit } = *walk;
    let rows = tx.rows(
        "SELECT dossier, day, by_account, measure FROM overview_case
         WHERE tenant = $1 AND sign = $2 AND agency = $3 AND (day, dossier) > ($4, $5) AND day <= $6
           AND measure >= $7 AND measure <= $8 AND ($9 = '' OR by_account = $9)
         ORDER BY day, dossier LIMIT $10",
        params![tx.tenant()?, sign.as_str(), agency, after.0, after.1, last, measure.0, measure.1, by, limit],
    )?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).collect()
}

// --- checking ----------------------------------------------------------------------------------------------------------

pub(super) fn dossier_as_kept(tx: &mut Tx, dossier: &str) -> Result<Option<Vec<Value>>, Failure> {
    let row = tx.row(
        "SELECT dossier, agency, officer, office, awaits, due_on, cases FROM overview_dossier
         WHERE tenant = $1 AND dossier = $2",
        params![tx.tenant()?, dossier],
    )?;
    Ok(row.map(|row| row.values().to_vec()))
}

/// Every row of sums, table by table; of those that tell nothing none.
pub(super) fn all_sums(tx: &mut Tx) -> Result<[Vec<Row>; 4], Failure> {
    let officers = tx.rows(
        "SELECT span, agency, day, officer, received, early, on_time, late, passed, kept, missed, cleared, excused, left_out,
             supplement, payment, outage, since, index_passed, index_late, answered, electronic, sooner, just, asked_once,
             asked_more FROM overview_officer WHERE tenant = $1",
        params![tx.tenant()?],
    )?;
    let waited = tx.rows(
        "SELECT span, agency, day, office, field, channel, officer, days, number FROM overview_waited
         WHERE tenant = $1 AND number <> 0",
        params![tx.tenant()?],
    )?;
    let open = tx.rows(
        "SELECT agency, month, received_on, office, field, channel, officer, number FROM overview_open
         WHERE tenant = $1 AND number <> 0",
        params![tx.tenant()?],
    )?;
    let now = tx.rows(
        "SELECT agency, due_on, office, officer, awaits, number FROM overview_now WHERE tenant = $1 AND number <> 0",
        params![tx.tenant()?],
    )?;
    Ok([officers, waited, open, now])
}

/// Every case.
pub(super) fn all_cases(tx: &mut Tx) -> Result<Vec<Row>, Failure> {
    Ok(tx.rows(
        "SELECT sign, agency, day, dossier, by_account, measure FROM overview_case WHERE tenant = $1",
        params![tx.tenant()?],
    )?)
}

pub(super) fn count(tx: &mut Tx) -> Result<i64, Failure> {
    let row = tx.row("SELECT COUNT(*) FROM overview_dossier WHERE tenant = $1", params![tx.tenant()?])?;
    row.map_or(Ok(0), |row| Ok(row.get(0)?))
}
