//! What agencies outside are told by mail: the dossier's number and the link, nothing about people. [EML-02]

use std::collections::BTreeMap;

use motcua_domain::dossier::{Command, Dossier};

use super::{Link, StayKey, store};
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::record::dossier::{self, Found, Target};
use crate::record::mail::{self, NewMail};
use crate::registry::Registry;

/// What writing a mail needs.
#[derive(Clone, Copy)]
pub struct Post<'a> {
    pub texts: &'a Texts,
    /// Where links lead.
    pub base_url: &'a str,
}

impl Post<'_> {
    /// The address behind which the office works on the dossier.
    pub fn address(&self, token: &str) -> String {
        format!("{}/outside/{token}", self.base_url)
    }

    /// Mails to authorities are Vietnamese whatever the language of the officer's page.
    fn say(&self, key: &str, params: &BTreeMap<String, String>) -> String {
        self.texts.say(Locale::Vi, key, params)
    }
}

pub(super) fn referral(post: &Post, registry: &Registry, found: &Found, link: &Link, to: &str, token: &str) -> NewMail {
    let mut params = about(registry, &found.dossier);
    params.insert("link".to_owned(), post.address(token));
    let last_day = registry.local(link.expires_at).date().yesterday();
    params.insert("until".to_owned(), last_day.map_or_else(|_| String::new(), |day| Locale::Vi.date(day)));
    params.insert("office".to_owned(), registry.office_name(&link.office).to_owned());
    NewMail {
        about: found.id.clone(),
        to: to.to_owned(),
        subject: post.say("mail.referral_subject", &params),
        body: post.say("mail.referral_body", &params),
    }
}

/// The one-stop answers what an agency asked; if the agency got its link by mail, it is told by mail that there is an
/// answer. The link itself is not repeated: nobody has it but the agency.
pub fn told_answered(
    tx: &mut Tx,
    ctx: &Ctx,
    registry: &Registry,
    target: Target,
    answer: String,
    post: &Post,
) -> Result<Found, Failure> {
    let found = dossier::act(tx, ctx, registry, target, Command::Reply { answer })?;
    let number = target.task.unwrap_or_default();
    let Some(task) = found.dossier.task(number) else { return Ok(found) };
    let link = store::newest(tx, &StayKey::of(&found.id, &found.dossier, &task))?;
    let to = registry.offices.get(task.office).map_or("", |office| office.email.as_str());
    if link.is_some_and(|link| link.mail.is_some()) && !to.is_empty() {
        let params = about(registry, &found.dossier);
        let letter = NewMail {
            about: found.id.clone(),
            to: to.to_owned(),
            subject: post.say("mail.answered_subject", &params),
            body: post.say("mail.answered_body", &params),
        };
        mail::queue(tx, ctx, &letter)?;
    }
    Ok(found)
}

/// What every mail about a dossier names.
fn about(registry: &Registry, dossier: &Dossier) -> BTreeMap<String, String> {
    let name = |id: &str| registry.office_name(id).to_owned();
    BTreeMap::from([
        ("code".to_owned(), dossier.code.clone()),
        ("agency".to_owned(), registry.agency_name(&dossier.agency).to_owned()),
        ("one_stop".to_owned(), name(dossier.one_stop())),
        ("phone".to_owned(), super::phone(registry, &dossier.agency).unwrap_or_else(|| "–".to_owned())),
    ])
}
