//! SQL of kept figures.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::figures::{Counters, Fact, Firmly, Formally, Moment, Part, Settled, Stood, Unit};
use serde::de::DeserializeOwned;

use super::{Key, Mark, Span};
use crate::params;
use crate::platform::db::{Row, Tx, Value};
use crate::platform::failure::Failure;
use crate::platform::ledger::Place;
use crate::record::dossier::word;

/// Stands for "not yet" in days and moments that lists are ordered by.
pub(super) const NEVER: Moment =
    Moment { at: Timestamp::constant(253_370_764_800, 0), on: jiff::civil::date(9999, 1, 1) };

fn parsed<T: DeserializeOwned>(word: String) -> Result<T, Failure> {
    Ok(serde_json::from_value(serde_json::Value::String(word))?)
}

// --- the job -----------------------------------------------------------------------------------------------------------

pub(super) fn mark(tx: &mut Tx) -> Result<Option<Mark>, Failure> {
    let row =
        tx.row("SELECT batch, event, filled, taken_at FROM figure_mark WHERE tenant = $1", params![tx.tenant()?])?;
    row.map(|row| {
        let place = Place { seal: row.get(0)?, event: row.get(1)? };
        Ok(Mark { place, filled: row.get(2)?, taken_at: row.get(3)? })
    })
    .transpose()
}

/// The first mark; another node may have been faster.
pub(super) fn insert_mark(tx: &mut Tx, mark: &Mark) -> Result<(), Failure> {
    tx.execute(
        "INSERT INTO figure_mark (tenant, batch, event, filled, taken_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant) DO NOTHING",
        params![tx.tenant()?, mark.place.seal, &mark.place.event, &mark.filled, mark.taken_at],
    )?;
    Ok(())
}

/// Moves the mark on; whoever finds it elsewhere was slower than another node.
pub(super) fn move_mark(tx: &mut Tx, before: &Mark, after: &Mark) -> Result<(), Failure> {
    tx.execute_one(
        "UPDATE figure_mark SET batch = $2, event = $3, filled = $4, taken_at = $5
         WHERE tenant = $1 AND batch = $6 AND event = $7 AND filled = $8",
        params![
            tx.tenant()?,
            after.place.seal,
            &after.place.event,
            &after.filled,
            after.taken_at,
            before.place.seal,
            &before.place.event,
            &before.filled
        ],
    )
}

/// The mark first: whoever is at work moves it, and is waited for.
pub(super) fn forget(tx: &mut Tx) -> Result<(), Failure> {
    tx.execute("DELETE FROM figure_mark WHERE tenant = $1", params![tx.tenant()?])?;
    tx.execute("DELETE FROM figure WHERE tenant = $1", params![tx.tenant()?])?;
    tx.execute("DELETE FROM figure_dossier WHERE tenant = $1", params![tx.tenant()?])?;
    super::overview::forget(tx)
}

/// The columns of a counter's row, in the order of [`add`].
pub(super) fn row(key: &Key, counters: &Counters) -> Result<Vec<Value>, Failure> {
    let unit = &key.unit;
    let mut values = params![
        key.span.as_str(),
        &unit.agency,
        key.day,
        &unit.office,
        unit.tier.as_str(),
        &unit.field,
        &unit.procedure,
        word(unit.channel)?
    ]
    .to_vec();
    values.extend(counters.each().map(Value::Int));
    Ok(values)
}

pub(super) fn add(tx: &mut Tx, row: Vec<Value>) -> Result<(), Failure> {
    let row = tx.owned(row)?;
    tx.execute_one(
        "INSERT INTO figure (tenant, span, agency, day, office, tier, field, procedure, channel, received, early, on_time,
             late, passed, kept, missed, cleared, excused, left_out, supplement, payment, outage, since, index_passed,
             index_late, answered, electronic, sooner, just, asked_once, asked_more)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31)
         ON CONFLICT (tenant, span, agency, day, office, tier, field, procedure, channel) DO UPDATE SET
             received = figure.received + excluded.received, early = figure.early + excluded.early,
             on_time = figure.on_time + excluded.on_time, late = figure.late + excluded.late,
             passed = figure.passed + excluded.passed, kept = figure.kept + excluded.kept,
             missed = figure.missed + excluded.missed, cleared = figure.cleared + excluded.cleared,
             excused = figure.excused + excluded.excused, left_out = figure.left_out + excluded.left_out,
             supplement = figure.supplement + excluded.supplement, payment = figure.payment + excluded.payment,
             outage = figure.outage + excluded.outage, since = figure.since + excluded.since,
             index_passed = figure.index_passed + excluded.index_passed,
             index_late = figure.index_late + excluded.index_late, answered = figure.answered + excluded.answered,
             electronic = figure.electronic + excluded.electronic, sooner = figure.sooner + excluded.sooner,
             just = figure.just + excluded.just, asked_once = figure.asked_once + excluded.asked_once,
             asked_more = figure.asked_more + excluded.asked_more",
        &row,
    )
}

/// The same where there is none yet.
pub(super) fn add_first(tx: &mut Tx, rows: &[Vec<Value>]) -> Result<(), Failure> {
    Ok(tx.insert_all(
        "INSERT INTO figure (tenant, span, agency, day, office, tier, field, procedure, channel, received, early, on_time,
             late, passed, kept, missed, cleared, excused, left_out, supplement, payment, outage, since, index_passed,
             index_late, answered, electronic, sooner, just, asked_once, asked_more)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
             $24, $25, $26, $27, $28, $29, $30, $31)",
        rows,
    )?)
}

pub(super) fn has_any(tx: &mut Tx) -> Result<bool, Failure> {
    Ok(tx.row("SELECT 1 AS one FROM figure WHERE tenant = $1 LIMIT 1", params![tx.tenant()?])?.is_some())
}

/// The columns of a dossier's row, in the order of [`put`].
pub(super) fn fact_row(dossier: &str, version: i64, fact: &Fact) -> Result<Vec<Value>, Failure> {
    let unit = &fact.unit;
    let (due, appointed) = (fact.due.unwrap_or(NEVER), fact.appointed.unwrap_or(NEVER));
    let index = fact.index.unwrap_or(NEVER);
    Ok(params![
        dossier,
        version,
        &unit.agency,
        &unit.office,
        unit.tier.as_str(),
        &unit.field,
        &unit.procedure,
        word(unit.channel)?,
        fact.received_on,
        due.at,
        due.on,
        appointed.at,
        appointed.on,
        fact.settled.map_or(NEVER.on, |settled| settled.on),
        fact.settled.map(|settled| word(settled.firmly)).transpose()?,
        fact.settled.map(|settled| word(settled.formally)).transpose()?,
        serde_json::to_string(&fact.stood)?,
        index.at,
        index.on,
        serde_json::to_string(&fact.scored)?
    ]
    .to_vec())
}

pub(super) fn put(tx: &mut Tx, row: Vec<Value>) -> Result<(), Failure> {
    let row = tx.owned(row)?;
    tx.execute_one(
        "INSERT INTO figure_dossier (tenant, dossier, version, agency, office, tier, field, procedure, channel, received_on,
             due_at, due_on, appointed_at, appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
         ON CONFLICT (tenant, dossier) DO UPDATE SET version = excluded.version, agency = excluded.agency,
             office = excluded.office, tier = excluded.tier, field = excluded.field, procedure = excluded.procedure,
             channel = excluded.channel, received_on = excluded.received_on, due_at = excluded.due_at,
             due_on = excluded.due_on, appointed_at = excluded.appointed_at, appointed_on = excluded.appointed_on,
             settled_on = excluded.settled_on, firmly = excluded.firmly, formally = excluded.formally,
             stood = excluded.stood, index_at = excluded.index_at, index_on = excluded.index_on, scored = excluded.scored",
        &row,
    )
}

/// Rows of generated dossiers.
pub(super) fn put_all(tx: &mut Tx, rows: &[Vec<Value>]) -> Result<(), Failure> {
    Ok(tx.insert_all(
        "INSERT INTO figure_dossier (tenant, dossier, version, agency, office, tier, field, procedure, channel, received_on,
             due_at, due_on, appointed_at, appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        rows,
    )?)
}

// --- reading -----------------------------------------------------------------------------------------------------------

pub(super) fn agencies(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT DISTINCT agency FROM figure WHERE tenant = $1 AND span = 'year' ORDER BY agency",
        params![tx.tenant()?],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

/// Sums of an agency from a day on and before another.
pub(super) fn sums(
    tx: &mut Tx,
    span: Span,
    agency: &str,
    days: (Date, Date),
) -> Result<Vec<(Part, Counters)>, Failure> {
    let rows = tx.rows(
        "SELECT tier, field, channel, CAST(SUM(received) AS BIGINT), CAST(SUM(early) AS BIGINT),
             CAST(SUM(on_time) AS BIGINT), CAST(SUM(late) AS BIGINT), CAST(SUM(passed) AS BIGINT),
             CAST(SUM(kept) AS BIGINT), CAST(SUM(missed) AS BIGINT), CAST(SUM(cleared) AS BIGINT),
             CAST(SUM(excused) AS BIGINT), CAST(SUM(left_out) AS BIGINT), CAST(SUM(supplement) AS BIGINT),
             CAST(SUM(payment) AS BIGINT), CAST(SUM(outage) AS BIGINT), CAST(SUM(since) AS BIGINT),
             CAST(SUM(index_passed) AS BIGINT), CAST(SUM(index_late) AS BIGINT), CAST(SUM(answered) AS BIGINT),
             CAST(SUM(electronic) AS BIGINT), CAST(SUM(sooner) AS BIGINT), CAST(SUM(just) AS BIGINT),
             CAST(SUM(asked_once) AS BIGINT), CAST(SUM(asked_more) AS BIGINT)
         FROM figure WHERE tenant = $1 AND span = $2 AND agency = $3 AND day >= $4 AND day < $5
         GROUP BY tier, field, channel",
        params![tx.tenant()?, span.as_str(), agency, days.0, days.1],
    )?;
    rows.iter()
        .map(|row| {
            let (tier, field, channel) = (parsed(row.get(0)?)?, row.get(1)?, parsed(row.get(2)?)?);
            Ok((Part { agency: agency.to_owned(), tier, field, channel }, counters(row, 3)?))
        })
        .collect()
}

/// A procedure at a level.
pub(super) type AtLevel = (String, String);

/// What came in online at an agency from a day on and before another, by level and procedure.
pub(super) fn online(
    tx: &mut Tx,
    span: Span,
    agency: &str,
    days: (Date, Date),
) -> Result<Vec<(AtLevel, i64)>, Failure> {
    let rows = tx.rows(
        "SELECT tier, procedure, CAST(SUM(received) AS BIGINT) FROM figure
         WHERE tenant = $1 AND span = $2 AND agency = $3 AND day >= $4 AND day < $5 AND channel = 'online'
         GROUP BY tier, procedure",
        params![tx.tenant()?, span.as_str(), agency, days.0, days.1],
    )?;
    rows.iter().map(|row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?))).collect()
}

/// Sums of every month, whatever office, procedure.
pub(super) fn by_month(tx: &mut Tx) -> Result<Vec<(Part, Date, Counters)>, Failure> {
    let rows = tx.rows(
        "SELECT agency, tier, field, channel, day, CAST(SUM(received) AS BIGINT), CAST(SUM(early) AS BIGINT),
             CAST(SUM(on_time) AS BIGINT), CAST(SUM(late) AS BIGINT), CAST(SUM(passed) AS BIGINT),
             CAST(SUM(kept) AS BIGINT), CAST(SUM(missed) AS BIGINT), CAST(SUM(cleared) AS BIGINT),
             CAST(SUM(excused) AS BIGINT), CAST(SUM(left_out) AS BIGINT), CAST(SUM(supplement) AS BIGINT),
             CAST(SUM(payment) AS BIGINT), CAST(SUM(outage) AS BIGINT), CAST(SUM(since) AS BIGINT),
             CAST(SUM(index_passed) AS BIGINT), CAST(SUM(index_late) AS BIGINT), CAST(SUM(answered) AS BIGINT),
             CAST(SUM(electronic) AS BIGINT), CAST(SUM(sooner) AS BIGINT), CAST(SUM(just) AS BIGINT),
             CAST(SUM(asked_once) AS BIGINT), CAST(SUM(asked_more) AS BIGINT)
         FROM figure WHERE tenant = $1 AND span = 'month' GROUP BY agency, tier, field, channel, day",
        params![tx.tenant()?],
    )?;
    rows.iter()
        .map(|row| {
            let (tier, channel) = (parsed(row.get(1)?)?, parsed(row.get(3)?)?);
            let part = Part { agency: row.get(0)?, tier, field: row.get(2)?, channel };
            Ok((part, row.get(4)?, counters(row, 5)?))
        })
        .collect()
}

pub(super) fn counters(row: &Row, first: usize) -> Result<Counters, Failure> {
    let mut each = Counters::default().each();
    for (at, counter) in each.iter_mut().enumerate() {
        *counter = row.get(first + at)?;
    }
    Ok(Counters::of(each))
}

/// What a dossier counts.
pub(super) struct Kept {
    pub dossier: String,
    pub fact: Fact,
}

fn kept(row: &Row) -> Result<Kept, Failure> {
    let moment = |at: usize| -> Result<Option<Moment>, Failure> {
        let moment = Moment { at: row.get(at)?, on: row.get(at + 1)? };
        Ok(Some(moment).filter(|moment| *moment != NEVER))
    };
    let unit = Unit {
        agency: row.get(1)?,
        office: row.get(2)?,
        tier: parsed(row.get(3)?)?,
        field: row.get(4)?,
        procedure: row.get(5)?,
        channel: parsed(row.get(6)?)?,
    };
    let how: (Option<String>, Option<String>) = (row.get(13)?, row.get(14)?);
    let settled = match how {
        (Some(firmly), Some(formally)) => Some(Settled {
            on: row.get(12)?,
            firmly: parsed::<Firmly>(firmly)?,
            formally: parsed::<Formally>(formally)?,
        }),
        _ => None,
    };
    let stood: Vec<Stood> = serde_json::from_str(&row.get::<String>(15)?)?;
    let scored = serde_json::from_str(&row.get::<String>(18)?)?;
    let (received_on, due, appointed, index) = (row.get(7)?, moment(8)?, moment(10)?, moment(16)?);
    let fact = Fact { unit, received_on, due, appointed, index, settled, stood, scored };
    Ok(Kept { dossier: row.get(0)?, fact })
}

fn all_kept(rows: &[Row]) -> Result<Vec<Kept>, Failure> {
    rows.iter().map(kept).collect()
}

pub(super) fn fact(tx: &mut Tx, dossier: &str) -> Result<Option<Kept>, Failure> {
    let row = tx.row(
        "SELECT dossier, agency, office, tier, field, procedure, channel, received_on, due_at, due_on, appointed_at,
             appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored
         FROM figure_dossier WHERE tenant = $1 AND dossier = $2",
        params![tx.tenant()?, dossier],
    )?;
    row.as_ref().map(kept).transpose()
}

/// Dossiers of an agency with a moment later on a day.
pub(super) fn ahead(tx: &mut Tx, agency: &str, today: Date, now: Timestamp) -> Result<Vec<Kept>, Failure> {
    let due = tx.rows(
        "SELECT dossier, agency, office, tier, field, procedure, channel, received_on, due_at, due_on, appointed_at,
             appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored
         FROM figure_dossier WHERE tenant = $1 AND agency = $2 AND due_on = $3
           AND (due_at > $4 OR appointed_at > $4 OR index_at > $4)",
        params![tx.tenant()?, agency, today, now],
    )?;
    let put_off = tx.rows(
        "SELECT dossier, agency, office, tier, field, procedure, channel, received_on, due_at, due_on, appointed_at,
             appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored
         FROM figure_dossier
         WHERE tenant = $1 AND agency = $2 AND appointed_on = $3 AND appointed_on <> due_on AND appointed_at > $4",
        params![tx.tenant()?, agency, today, now],
    )?;
    let index = tx.rows(
        "SELECT dossier, agency, office, tier, field, procedure, channel, received_on, due_at, due_on, appointed_at,
             appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored
         FROM figure_dossier WHERE tenant = $1 AND agency = $2 AND index_on = $3 AND index_on <> due_on
           AND NOT (appointed_on = $3 AND appointed_on <> due_on AND appointed_at > $4) AND index_at > $4",
        params![tx.tenant()?, agency, today, now],
    )?;
    let found = [all_kept(&due)?, all_kept(&put_off)?, all_kept(&index)?];
    Ok(found.into_iter().flatten().collect())
}

/// Which dossiers of an agency, found by one of their days, from a place in that order to a last day.
pub(super) struct Walk<'a> {
    pub agency: &'a str,
    pub after: (Date, &'a str),
    pub last: Date,
    /// All where they are empty.
    pub tier: &'a str,
    pub field: &'a str,
    pub office: &'a str,
    pub channel: &'a str,
    /// Whoever it is where it is not said.
    pub officer: Option<&'a str>,
    pub limit: i64,
}

impl Walk<'_> {
    fn params(&self, tx: &Tx) -> Result<Vec<Value>, Failure> {
        let Self { agency, after, last, tier, field, office, channel, officer, limit } = *self;
        let officer = officer.unwrap_or("*");
        Ok(params![tx.tenant()?, agency, after.0, after.1, last, tier, field, limit, office, channel, officer].to_vec())
    }
}

pub(super) fn by_received(tx: &mut Tx, walk: &Walk) -> Result<Vec<Kept>, Failure> {
    let values = walk.params(tx)?;
    let rows = tx.rows(
        "SELECT dossier, agency, office, tier, field, procedure, channel, received_on, due_at, due_on, appointed_at,
             appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored
         FROM figure_dossier WHERE tenant = $1 AND agency = $2 AND (received_on, dossier) > ($3, $4) AND received_on <= $5
           AND ($6 = '' OR tier = $6) AND ($7 = '' OR field = $7) AND ($9 = '' OR office = $9)
           AND ($10 = '' OR channel = $10) AND ($11 = '*' OR EXISTS (SELECT 1 FROM overview_dossier
               WHERE overview_dossier.tenant = $1 AND overview_dossier.dossier = figure_dossier.dossier
                 AND overview_dossier.officer = $11))
         ORDER BY received_on, dossier LIMIT $8",
        &values,
    )?;
    all_kept(&rows)
}

pub(super) fn by_due(tx: &mut Tx, walk: &Walk) -> Result<Vec<Kept>, Failure> {
    let values = walk.params(tx)?;
    let rows = tx.rows(
        "SELECT dossier, agency, office, tier, field, procedure, channel, received_on, due_at, due_on, appointed_at,
             appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored
         FROM figure_dossier WHERE tenant = $1 AND agency = $2 AND (due_on, dossier) > ($3, $4) AND due_on <= $5
           AND ($6 = '' OR tier = $6) AND ($7 = '' OR field = $7) AND ($9 = '' OR office = $9)
           AND ($10 = '' OR channel = $10) AND ($11 = '*' OR EXISTS (SELECT 1 FROM overview_dossier
               WHERE overview_dossier.tenant = $1 AND overview_dossier.dossier = figure_dossier.dossier
                 AND overview_dossier.officer = $11))
         ORDER BY due_on, dossier LIMIT $8",
        &values,
    )?;
    all_kept(&rows)
}

pub(super) fn by_settled(tx: &mut Tx, walk: &Walk) -> Result<Vec<Kept>, Failure> {
    let values = walk.params(tx)?;
    let rows = tx.rows(
        "SELECT dossier, agency, office, tier, field, procedure, channel, received_on, due_at, due_on, appointed_at,
             appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored
         FROM figure_dossier WHERE tenant = $1 AND agency = $2 AND (settled_on, dossier) > ($3, $4) AND settled_on <= $5
           AND ($6 = '' OR tier = $6) AND ($7 = '' OR field = $7) AND ($9 = '' OR office = $9)
           AND ($10 = '' OR channel = $10) AND ($11 = '*' OR EXISTS (SELECT 1 FROM overview_dossier
               WHERE overview_dossier.tenant = $1 AND overview_dossier.dossier = figure_dossier.dossier
                 AND overview_dossier.officer = $11))
         ORDER BY settled_on, dossier LIMIT $8",
        &values,
    )?;
    all_kept(&rows)
}

// --- checking ----------------------------------------------------------------------------------------------------------

/// Where a counter's row stands, as it says itself, whatever somebody typed there: span, agency, day, office, tier, field,
/// procedure, channel.
pub(super) type Names = [String; 8];

/// A counter's row.
pub(super) struct Standing {
    pub names: Names,
    pub day: Date,
    pub counters: Counters,
}

/// Counters as they stand, after a place in the order of their keys.
pub(super) fn counters_after(tx: &mut Tx, (names, day): (&Names, Date), limit: i64) -> Result<Vec<Standing>, Failure> {
    let [span, agency, _, office, tier, field, procedure, channel] = names;
    let rows = tx.rows(
        "SELECT span, agency, day, office, tier, field, procedure, channel, received, early, on_time, late, passed, kept,
             missed, cleared, excused, left_out, supplement, payment, outage, since, index_passed, index_late, answered,
             electronic, sooner, just, asked_once, asked_more
         FROM figure WHERE tenant = $1
           AND (span, agency, day, office, tier, field, procedure, channel) > ($2, $3, $4, $5, $6, $7, $8, $9)
         ORDER BY span, agency, day, office, tier, field, procedure, channel LIMIT $10",
        params![tx.tenant()?, span, agency, day, office, tier, field, procedure, channel, limit],
    )?;
    rows.iter()
        .map(|row| {
            let day: Date = row.get(2)?;
            let text = |at: usize| row.get::<String>(at);
            let names = [text(0)?, text(1)?, day.to_string(), text(3)?, text(4)?, text(5)?, text(6)?, text(7)?];
            Ok(Standing { names, day, counters: counters(row, 8)? })
        })
        .collect()
}

/// A dossier's row as it stands, in the order of [`put`].
pub(super) fn fact_as_kept(tx: &mut Tx, dossier: &str) -> Result<Option<Vec<Value>>, Failure> {
    let row = tx.row(
        "SELECT dossier, version, agency, office, tier, field, procedure, channel, received_on, due_at, due_on,
             appointed_at, appointed_on, settled_on, firmly, formally, stood, index_at, index_on, scored
         FROM figure_dossier WHERE tenant = $1 AND dossier = $2",
        params![tx.tenant()?, dossier],
    )?;
    Ok(row.map(|row| row.values().to_vec()))
}

pub(super) fn count(tx: &mut Tx) -> Result<u64, Failure> {
    let row = tx.row("SELECT COUNT(*) FROM figure_dossier WHERE tenant = $1", params![tx.tenant()?])?;
    let count: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Rows of dossiers that do not exist.
pub(super) fn of_nobody(tx: &mut Tx) -> Result<Vec<String>, Failure> {
    let rows = tx.rows(
        "SELECT figure_dossier.dossier FROM figure_dossier LEFT JOIN dossier ON dossier.tenant = $1
             AND dossier.id = figure_dossier.dossier
         WHERE figure_dossier.tenant = $1 AND dossier.id IS NULL ORDER BY figure_dossier.dossier LIMIT 1000",
        params![tx.tenant()?],
    )?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}
