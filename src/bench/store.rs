//! SQL of the bench: counting what is there, and the rows of an intake written without the program.

use crate::params;
use crate::platform::db::{Db, Tx, Value};
use crate::platform::failure::Failure;

pub(super) fn dossiers(db: &Db) -> Result<u64, Failure> {
    let row = db.query(|tx| Ok(tx.row("SELECT COUNT(*) FROM dossier WHERE tenant = $1", params![tx.tenant()?])?))?;
    let count: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The rows that an intake writes, as the program once wrote them.
#[derive(Clone)]
pub(super) struct Rows {
    event: Vec<Value>,
    dossier: Vec<Value>,
    state: Vec<Value>,
    offices: Vec<Vec<Value>>,
    task: Vec<Value>,
    serial: Vec<Value>,
}

impl Rows {
    /// Those of any dossier that was received.
    pub fn read(tx: &mut Tx) -> Result<Option<Self>, Failure> {
        let Some(event) = tx.row(
            "SELECT stream, seq, id, at, by_account, office, kind, body, salt FROM event
             WHERE tenant = $1 AND kind = 'accepted' ORDER BY id DESC LIMIT 1",
            params![tx.tenant()?],
        )?
        else {
            return Ok(None);
        };
        let stream = event.values().first().cloned().unwrap_or(Value::Null);
        let dossier = tx.row(
            "SELECT code, version, agency, status, procedure, tier, field, channel, online_level, applicant_folded,
                 id_number, received_at, due_at, promised_at, national_due_at, settled_at, closed_at, line, id
             FROM dossier WHERE tenant = $1 AND id = $2",
            params![tx.tenant()?, stream.clone()],
        )?;
        let state = tx.row(
            "SELECT dossier, state FROM dossier_state WHERE tenant = $1 AND dossier = $2",
            params![tx.tenant()?, stream.clone()],
        )?;
        let mut offices = Vec::new();
        if let Some(received_at) = dossier.as_ref().and_then(|dossier| dossier.values().get(11)) {
            let rows = tx.rows(
                "SELECT office, received_at, dossier
                 FROM dossier_office WHERE tenant = $1 AND received_at = $2 AND dossier = $3",
                params![tx.tenant()?, received_at.clone(), stream.clone()],
            )?;
            offices.extend(rows.iter().map(|row| row.values().to_vec()));
        }
        // That of any dossier will do: of one that is closed nothing is left.
        let task = tx.row(
            "SELECT id, dossier, number, kind, office, role, holder, since, step_due_at, due_at, procedure, slip, late_at,
                 waiting FROM task WHERE tenant = $1 ORDER BY id DESC LIMIT 1",
            params![tx.tenant()?],
        )?;
        let serial = tx.row(
            "SELECT agency, day FROM dossier_serial WHERE tenant = $1 ORDER BY agency, day LIMIT 1",
            params![tx.tenant()?],
        )?;
        let (Some(dossier), Some(state), Some(task), Some(serial)) = (dossier, state, task, serial) else {
            return Ok(None);
        };
        Ok(Some(Self {
            event: event.values().to_vec(),
            dossier: dossier.values().to_vec(),
            state: state.values().to_vec(),
            offices,
            task: task.values().to_vec(),
            serial: serial.values().to_vec(),
        }))
    }

    /// Writes them under another id, at one of as many agencies as the counters of a district are: at a single one all would
    /// wait for its last number.
    pub fn write(mut self, tx: &mut Tx, id: &str, agency: u64) -> Result<(), Failure> {
        set(&mut self.serial, 0, &format!("agency{agency}"));
        set(&mut self.event, 0, id);
        set(&mut self.event, 2, id);
        set(&mut self.dossier, 0, id);
        set(&mut self.dossier, 18, id);
        set(&mut self.state, 0, id);
        set(&mut self.task, 0, id);
        set(&mut self.task, 1, id);
        tx.rows(
            "INSERT INTO dossier_serial (tenant, agency, day, last) VALUES ($1, $2, $3, 1)
             ON CONFLICT (tenant, agency, day) DO UPDATE SET last = dossier_serial.last + 1 RETURNING last",
            &tx.owned(self.serial)?,
        )?;
        tx.execute_one(
            "INSERT INTO event (tenant, stream, seq, id, at, by_account, office, kind, body, salt)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &tx.owned(self.event)?,
        )?;
        tx.execute_one(
            "INSERT INTO dossier (tenant, code, version, agency, status, procedure, tier, field, channel, online_level,
                 applicant_folded,
                 id_number, received_at, due_at, promised_at, national_due_at, settled_at, closed_at, line, id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
            &tx.owned(self.dossier)?,
        )?;
        tx.execute_one(
            "INSERT INTO dossier_state (tenant, dossier, state) VALUES ($1, $2, $3)",
            &tx.owned(self.state)?,
        )?;
        for some in self.offices.chunks(4) {
            let offices = some.iter().filter_map(|row| row.first()).cycle().take(4);
            let received_at = some.first().and_then(|row| row.get(1)).cloned().unwrap_or(Value::Null);
            let values = tx.owned(offices.cloned().chain([received_at, id.into()]))?;
            tx.execute(
                "INSERT INTO dossier_office (tenant, office, received_at, dossier)
                 VALUES ($1, $2, $6, $7), ($1, $3, $6, $7), ($1, $4, $6, $7), ($1, $5, $6, $7)
                 ON CONFLICT (tenant, office, received_at, dossier) DO NOTHING",
                &values,
            )?;
        }
        tx.execute_one(
            "INSERT INTO task (tenant, id, dossier, number, kind, office, role, holder, since, step_due_at, due_at,
                 procedure, slip,
                 late_at, waiting)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            &tx.owned(self.task)?,
        )
    }
}

fn set(row: &mut [Value], at: usize, id: &str) {
    if let Some(value) = row.get_mut(at) {
        *value = Value::from(id);
    }
}

/// A schema beside the program's, empty and gone afterwards.
pub(super) fn scratch_schema(db: &Db, name: &str, create: Create) -> Result<(), Failure> {
    let sql = match create {
        Create::Anew => format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"),
        Create::Gone => format!("DROP SCHEMA IF EXISTS {name} CASCADE"),
    };
    db.transact("bench.schema", move |tx| Ok(tx.script(&sql)?))
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Create {
    Anew,
    Gone,
}
