//! Where a dossier lies outside, for its screen: since when, whether anybody there has said a word, and mail that failed.

use motcua_domain::identity::Role;
use serde::Serialize;

use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::web::Req;
use crate::record::dossier::Found;
use crate::record::mail;
use crate::work::outside;

#[derive(Debug, Serialize)]
pub struct ReferralShown {
    pub task: u32,
    /// Where it is referred; empty for whoever does not refer.
    pub href: String,
    pub office: String,
    pub since: String,
    pub days: i64,
    pub acknowledged_at: Option<String>,
    /// Why the mail with the newest link was given up; empty where it was not.
    pub mail_failed: String,
}

/// One for each open task at an agency outside.
pub fn referrals(tx: &mut Tx, asked: &Req, found: &Found) -> Result<Vec<ReferralShown>, Failure> {
    let (registry, dossier) = (&asked.registry, &found.dossier);
    let tasks = outside::referable(registry, dossier);
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let local = |at| asked.locale.date_time(registry.local(at));
    let refers = asked.officer()?.post(dossier.one_stop(), Role::OneStopOfficer, &dossier.subject.procedure).is_some();
    let mails = mail::about(tx, &found.id)?;
    tasks
        .iter()
        .map(|task| {
            let link = outside::newest(tx, found, task)?;
            let sent = link.and_then(|link| link.mail).and_then(|id| mails.iter().find(|mail| mail.id == id));
            Ok(ReferralShown {
                task: task.number,
                href: match refers {
                    true => format!("/desk/dossiers/{}/referral?task={}", found.id, task.number),
                    false => String::new(),
                },
                office: registry.office_name(task.office).to_owned(),
                since: local(task.since),
                days: outside::working_days(registry, task.office, task.since, asked.ctx.now),
                acknowledged_at: task.acknowledged_at.map(local),
                mail_failed: sent.and_then(|mail| mail.failed_because.clone()).unwrap_or_default(),
            })
        })
        .collect()
}
