//! SQL of reminders.

use jiff::Timestamp;
use motcua_domain::identity::Role;
use motcua_domain::reminder::{About, Stage};

use super::Reminder;
use crate::params;
use crate::platform::db::{Row, Tx};
use crate::platform::failure::Failure;

/// Most reminders shown of one post.
const SHOWN: i64 = 200;

/// Whether it is new.
pub(super) fn insert(tx: &mut Tx, reminder: &Reminder) -> Result<bool, Failure> {
    let rows = tx.execute(
        "INSERT INTO reminder (tenant, id, dossier, code, task, about, stage, office, role, login, due_at, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (tenant, id) DO NOTHING",
        params![
            tx.tenant()?,
            &reminder.id,
            &reminder.dossier,
            &reminder.code,
            i64::from(reminder.task),
            reminder.about.as_str(),
            reminder.stage.as_str(),
            &reminder.office,
            reminder.role.as_str(),
            reminder.login.clone(),
            reminder.due_at,
            reminder.made_at
        ],
    )?;
    Ok(rows == 1)
}

/// What is not put away and still so: the task stands with the moment it was about and with whoever was told, and nothing is settled. [REM-06]
pub(super) fn open(
    tx: &mut Tx,
    office: &str,
    role: Role,
    login: &str,
    now: Timestamp,
) -> Result<Vec<Reminder>, Failure> {
    let rows = tx.rows(
        "SELECT id, dossier, code, task, about, stage, office, role, login, due_at, made_at FROM reminder
         WHERE reminder.tenant = $1 AND office = $2 AND role = $3 AND seen_at IS NULL AND (login IS NULL OR login = $4)
           AND made_at <= $5
           AND EXISTS (
             SELECT 1 FROM task JOIN dossier ON dossier.tenant = task.tenant AND dossier.id = task.dossier
             WHERE task.tenant = reminder.tenant AND task.dossier = reminder.dossier AND task.number = reminder.task
               AND dossier.settled_at IS NULL
               AND (reminder.stage IN ('late_head', 'late_leader') OR task.kind = 'outside'
                 OR (task.office = reminder.office AND task.role = reminder.role))
               AND CASE reminder.about WHEN 'dossier' THEN task.due_at ELSE task.step_due_at END = reminder.due_at)
         ORDER BY made_at DESC, id DESC LIMIT $6",
        params![tx.tenant()?, office, role.as_str(), login, now, SHOWN],
    )?;
    rows.iter().map(read).collect()
}

pub(super) fn find(tx: &mut Tx, id: &str) -> Result<Option<Reminder>, Failure> {
    let row = tx.row(
        "SELECT id, dossier, code, task, about, stage, office, role, login, due_at, made_at
         FROM reminder WHERE tenant = $1 AND id = $2",
        params![tx.tenant()?, id],
    )?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Reminder, Failure> {
    let (about, stage, role): (String, String, String) = (row.get(4)?, row.get(5)?, row.get(7)?);
    let word = |text: &str| serde_json::Value::String(text.to_owned());
    Ok(Reminder {
        id: row.get(0)?,
        dossier: row.get(1)?,
        code: row.get(2)?,
        task: row.get(3)?,
        about: serde_json::from_value::<About>(word(&about))?,
        stage: serde_json::from_value::<Stage>(word(&stage))?,
        office: row.get(6)?,
        role: Role::parse(&role).ok_or_else(|| Failure::fault(anyhow::anyhow!("{role} is no role")))?,
        login: row.get(8)?,
        due_at: row.get(9)?,
        made_at: row.get(10)?,
    })
}

/// Whoever is first puts it away; twice is once.
pub(super) fn see(tx: &mut Tx, id: &str, at: Timestamp, by: &str) -> Result<(), Failure> {
    tx.execute(
        "UPDATE reminder SET seen_at = $2, seen_by = $3 WHERE tenant = $1 AND id = $4 AND seen_at IS NULL",
        params![tx.tenant()?, at, by, id],
    )?;
    Ok(())
}
