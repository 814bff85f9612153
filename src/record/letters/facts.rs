//! Facts that many letters have: who issues them, whom they are about, moments, addresses.

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Person, Recorded};
use motcua_domain::identity::Role;
use motcua_print::{Issuer, MadeAt, Moment, Procedure, Signer};

use super::Issue;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::registry::Registry;
use crate::registry::pack::OfficeKind;

/// The head of a letter of an agency.
pub(super) fn issuer(issue: &Issue, agency: &str) -> Result<Issuer, Failure> {
    let registry = issue.registry;
    let known = registry.agencies.get(agency).ok_or_else(|| Failure::fault(anyhow::anyhow!("no agency {agency}")))?;
    let place = registry.places.iter().rfind(|place| place.code == known.place);
    let unit = registry.one_stop(agency).map_or(known.name.as_str(), |(_, office)| office.name.as_str());
    let hotline = Some(known.phone.clone()).filter(|phone| !phone.is_empty());
    Ok(Issuer {
        agency: known.name.clone(),
        unit: unit.to_owned(),
        symbol: Some(known.symbol.clone()).filter(|symbol| !symbol.is_empty()),
        place: place.map_or_else(String::new, |place| place.name.clone()),
        hotline: hotline.or_else(|| Some(registry.site.tracking.hotline.clone()).filter(|text| !text.is_empty())),
        website: Some(website(issue)),
    })
}

/// Where the QR code of a receipt leads; the page still asks for the last four digits.
pub fn tracking_url(base_url: &str, code: &str, receipt: u32) -> String {
    format!("{base_url}/track?code={}&r={receipt}", crate::platform::web::form::percent(code))
}

pub(super) fn website(issue: &Issue) -> String {
    let own = &issue.registry.site.tracking.url;
    if own.is_empty() { issue.base_url.to_owned() } else { own.clone() }
}

pub(super) fn say(texts: &Texts, key: &str, params: &[(&str, String)]) -> String {
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    // Official letters are Vietnamese whatever the language of the page.
    texts.say(Locale::Vi, key, &params)
}

pub(super) fn person(person: &Person) -> motcua_print::Person {
    motcua_print::Person {
        name: person.name.clone(),
        address: person.address.clone(),
        phone: person.phone.clone(),
        email: Some(person.email.clone()).filter(|email| !email.is_empty()),
        id_number: person.id_number.as_ref().map(|number| number.as_str().to_owned()),
    }
}

/// A procedure without a national code has a key of our own, which nobody else knows.
pub(super) fn procedure(dossier: &Dossier) -> Procedure {
    Procedure {
        name: dossier.subject.name.clone(),
        code: Some(dossier.subject.procedure.clone()).filter(|key| !key.starts_with("x-")),
    }
}

pub(super) fn moment(registry: &Registry, at: Timestamp) -> Moment {
    let local = registry.local(at);
    Moment {
        year: i32::from(local.year()),
        month: local.month().unsigned_abs(),
        day: local.day().unsigned_abs(),
        hour: local.hour().unsigned_abs(),
        minute: local.minute().unsigned_abs(),
    }
}

pub(super) fn made_at(registry: &Registry, at: Timestamp) -> MadeAt {
    let Moment { year, month, day, hour, minute } = moment(registry, at);
    let utc_offset_minutes = registry.timezone.to_offset(at).seconds() / 60;
    MadeAt { year, month, day, hour, minute, utc_offset_minutes }
}

/// Who signs what was done: whoever did it, as what they are at the office they did it for. Nobody is named who did not
/// agree. Only a head or leader signs for the agency, with its seal. [LET-05]
pub(super) fn signer(issue: &Issue, done: &Recorded) -> Signer {
    signs(issue, &done.by, done.acting_for.as_deref(), &done.office, done.at)
}

pub(super) fn signs(issue: &Issue, by: &str, acting_for: Option<&str>, office: &str, at: Timestamp) -> Signer {
    let registry = issue.registry;
    // An agency outside has no account here: its office stands for it.
    let outside = registry.offices.get(office).is_some_and(|office| office.kind == OfficeKind::Outside);
    if outside || by.contains('/') {
        let name = registry.office_name(if outside { office } else { by }).to_owned();
        return Signer { name, position: None, authority: None, sealed: true };
    }
    let day = registry.local(at).date();
    let holder = acting_for.unwrap_or(by);
    let roles: Vec<Role> = registry
        .person(holder)
        .into_iter()
        .flat_map(|person| person.posts(day))
        .filter(|post| post.office == office)
        .map(|post| post.role)
        .collect();
    let sealed = roles.iter().any(|role| matches!(role, Role::OfficeHead | Role::Leader));
    let role = || roles.first().map(|role| say(issue.texts, &format!("role.{}", role.as_str()), &[]));
    let position = |login: &str| registry.position(login, office, day).map(|posting| posting.position.clone());
    let name = registry.account_name(by).to_owned();
    if acting_for.is_some() {
        let of = position(holder).or_else(role).unwrap_or_default();
        let authority = Some(say(issue.texts, "letters.signs_for", &[("position", of)]));
        let own = position(by).unwrap_or_else(|| say(issue.texts, "letters.stands_in", &[]));
        return Signer { name, position: Some(own), authority, sealed };
    }
    let authority = registry.position(by, office, day).map(|posting| posting.authority.clone());
    Signer {
        name,
        position: position(by).or_else(|| role().filter(|_| !sealed)),
        authority: authority.filter(|authority| !authority.is_empty()),
        sealed,
    }
}
