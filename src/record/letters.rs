//! Official letters: which template the dossier's own law asks for, and what is printed on it.
//!
//! Templates are `templates/letters/<kind>.<form set>.typ`; the form set comes from the law in force at receipt. [LET-01]

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, FeeWay, Outcome, Person, ReturnVia, Status};
use motcua_print::{
    Issuer, Letter, MadeAt, Moment, Order, Press, Procedure, Run, Signer, Standard, Standing, Template,
};
use rust_embed::RustEmbed;

use super::dossier::Found;
use super::explain::limit_words;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::registry::Registry;

#[derive(RustEmbed)]
#[folder = "templates/letters/"]
#[include = "*.typ"]
struct Sources;

#[derive(RustEmbed)]
#[folder = "assets/fonts/"]
#[include = "*.ttf"]
struct Fonts;

/// The press with every letter template, made ready once.
pub struct Letters {
    press: Press,
    templates: BTreeMap<String, Template>,
}

/// What a letter needs to know besides the dossier.
pub struct Issue<'a> {
    pub registry: &'a Registry,
    pub texts: &'a Texts,
    /// Where the QR code leads.
    pub base_url: &'a str,
    pub now: Timestamp,
    /// When and why the receipt before was voided, for a corrected one.
    pub correction: Option<(Timestamp, String)>,
}

impl Letters {
    pub fn new() -> anyhow::Result<Self> {
        let fonts = Fonts::iter().filter_map(|name| Fonts::get(&name)).map(|font| font.data);
        let press = Press::new(fonts.map(|data| Cow::Owned(data.into_owned())).collect())?;
        let sources: BTreeMap<String, String> = Sources::iter()
            .filter_map(|name| {
                Some((name.to_string(), String::from_utf8(Sources::get(&name)?.data.into_owned()).ok()?))
            })
            .collect();
        let templates = Template::folder(sources.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
        Ok(Self { press, templates })
    }

    /// Official form 01 for the receipt in force.
    pub fn receipt(&self, issue: &Issue, found: &Found) -> Result<Vec<u8>, Failure> {
        let dossier = &found.dossier;
        let Some(promise) = &dossier.promise else { return Err(Failure::NotFound) };
        let registry = issue.registry;
        let particulars = &dossier.particulars;
        let acting = particulars.acting.as_ref();
        let submitter = acting.map_or(dossier.applicant(), |acting| &acting.person);
        let say = |key: &str, params: &[(&str, String)]| say(issue.texts, key, params);
        let receipt = motcua_print::Receipt {
            issuer: self.issuer(issue, &dossier.agency)?,
            // Printed again later, a receipt still says when it was given.
            made_on: moment(registry, issue.correction.as_ref().map_or(dossier.received_at, |(at, _)| *at)),
            code: Some(dossier.code.clone()),
            receipt_no: dossier.receipt,
            voids: (dossier.receipt > 1).then(|| motcua_print::Voids {
                receipt_no: dossier.receipt - 1,
                reason: issue.correction.as_ref().map_or_else(String::new, |(_, reason)| reason.clone()),
            }),
            submitter: motcua_print::Person {
                phone: submitter.phone.clone().or_else(|| dossier.applicant().phone.clone()),
                ..person(submitter)
            },
            submitter_for: acting.map(|_| motcua_print::Owner {
                name: dossier.applicant().name.clone(),
                address: dossier.applicant().address.clone(),
            }),
            procedure: procedure(dossier),
            fee_way: match particulars.fee.way {
                FeeWay::Before => motcua_print::FeeWay::Before,
                FeeWay::After => motcua_print::FeeWay::After,
                FeeWay::NoFee => motcua_print::FeeWay::None,
                FeeWay::Exempt => motcua_print::FeeWay::Exempt,
            },
            fee_amount: (particulars.fee.amount > 0)
                .then(|| say("money.dong", &[("amount", Locale::Vi.number(particulars.fee.amount))])),
            papers: particulars
                .papers
                .iter()
                .map(|paper| motcua_print::Paper {
                    name: paper.name.clone(),
                    originals: paper.originals,
                    certified: paper.certified,
                    copies: paper.copies,
                })
                .collect(),
            sets: particulars.sets,
            limit_text: Some(limit_words(issue.texts, Locale::Vi, promise.limit)?),
            received_at: moment(registry, dossier.received_at),
            due_at: dossier.last_due_at().map(|due| moment(registry, due)),
            local_due: None,
            return_via: match particulars.return_via {
                ReturnVia::Counter => motcua_print::ReturnVia::Counter,
                ReturnVia::Post => motcua_print::ReturnVia::Post,
                ReturnVia::Online => motcua_print::ReturnVia::Online,
            },
            return_address: (particulars.return_via == ReturnVia::Post).then(|| submitter.address.clone()),
            notes: Some(particulars.note.clone()).filter(|note| !note.is_empty()).into_iter().collect(),
            tracking_url: Some(tracking_url(issue.base_url, &dossier.code, dossier.receipt)),
            officer_name: registry.account_name(&dossier.received_by).to_owned(),
        };
        self.set(issue, dossier.received_at, &receipt)
    }

    /// Official form 03, at intake or after examination; there is none for a dossier that was not refused.
    pub fn refusal(&self, issue: &Issue, found: &Found) -> Result<Vec<u8>, Failure> {
        let dossier = &found.dossier;
        let at_intake = dossier.status == Status::RefusedAtIntake;
        let decided = dossier.settled_at.is_some() && dossier.outcome() == Some(Outcome::Refuse);
        let Some(reason) = dossier.refusal.clone().filter(|_| at_intake || decided) else {
            return Err(Failure::NotFound);
        };
        let registry = issue.registry;
        let submitter = dossier.particulars.acting.as_ref().map_or(dossier.applicant(), |acting| &acting.person);
        let signer = dossier.proposal.as_ref().map_or(&dossier.received_by, |proposal| &proposal.by);
        let refusal = motcua_print::Refusal {
            issuer: self.issuer(issue, &dossier.agency)?,
            made_on: moment(registry, dossier.settled_at.or(dossier.closed_at).unwrap_or(issue.now)),
            number: None,
            code: Some(dossier.code.clone()),
            stage: if at_intake { motcua_print::Stage::Intake } else { motcua_print::Stage::Examination },
            person: person(submitter),
            procedure: procedure(dossier),
            reasons: reason.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect(),
            legal_ground: None,
            tracking_url: Some(tracking_url(issue.base_url, &dossier.code, dossier.receipt)),
            signer: Signer { name: registry.account_name(signer).to_owned(), position: None, authority: None },
        };
        self.set(issue, dossier.received_at, &refusal)
    }

    fn set<L: Letter>(&self, issue: &Issue, received: Timestamp, letter: &L) -> Result<Vec<u8>, Failure> {
        let law = issue.registry.law(issue.registry.local(received).date());
        let form_set = law.map(|law| law.form_set.as_str()).ok_or_else(|| Failure::refused("letters.no_law"))?;
        let name = format!("{}.{form_set}.typ", L::KIND);
        let template =
            self.templates.get(&name).with_context(|| format!("no template {name}")).map_err(Failure::Fault)?;
        let data = serde_json::to_value(letter)?;
        let order = Order { template, data: &data, images: letter.images().map_err(Failure::fault)? };
        let made_at = made_at(issue.registry, issue.now);
        let run = Run { made_at, standard: Standard::PdfA2b, standing: Standing::Issued };
        Ok(self.press.set(&order, run).map_err(Failure::fault)?.pdf)
    }

    fn issuer(&self, issue: &Issue, agency: &str) -> Result<Issuer, Failure> {
        let registry = issue.registry;
        let known =
            registry.agencies.get(agency).ok_or_else(|| Failure::fault(anyhow::anyhow!("no agency {agency}")))?;
        let place = registry.places.iter().rfind(|place| place.code == known.place);
        let unit = registry.one_stop(agency).map_or(known.name.as_str(), |(_, office)| office.name.as_str());
        let hotline = Some(known.phone.clone()).filter(|phone| !phone.is_empty());
        Ok(Issuer {
            agency: known.name.clone(),
            unit: unit.to_owned(),
            symbol: None,
            place: place.map_or_else(String::new, |place| place.name.clone()),
            hotline: hotline.or_else(|| Some(registry.site.tracking.hotline.clone()).filter(|text| !text.is_empty())),
            website: Some(website(issue)),
        })
    }
}

/// Where the QR code of a receipt leads; the page still asks for the last four digits.
pub fn tracking_url(base_url: &str, code: &str, receipt: u32) -> String {
    format!("{base_url}/track?code={}&r={receipt}", crate::platform::web::form::percent(code))
}

fn website(issue: &Issue) -> String {
    let own = &issue.registry.site.tracking.url;
    if own.is_empty() { issue.base_url.to_owned() } else { own.clone() }
}

fn say(texts: &Texts, key: &str, params: &[(&str, String)]) -> String {
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    // Official letters are Vietnamese whatever the language of the page.
    texts.say(Locale::Vi, key, &params)
}

fn person(person: &Person) -> motcua_print::Person {
    motcua_print::Person {
        name: person.name.clone(),
        address: person.address.clone(),
        phone: person.phone.clone(),
        email: Some(person.email.clone()).filter(|email| !email.is_empty()),
        id_number: person.id_number.as_ref().map(|number| number.as_str().to_owned()),
    }
}

/// A procedure without a national code has a key of our own, which nobody else knows.
fn procedure(dossier: &Dossier) -> Procedure {
    Procedure {
        name: dossier.subject.name.clone(),
        code: Some(dossier.subject.procedure.clone()).filter(|key| !key.starts_with("x-")),
    }
}

fn moment(registry: &Registry, at: Timestamp) -> Moment {
    let local = registry.local(at);
    Moment {
        year: i32::from(local.year()),
        month: local.month().unsigned_abs(),
        day: local.day().unsigned_abs(),
        hour: local.hour().unsigned_abs(),
        minute: local.minute().unsigned_abs(),
    }
}

fn made_at(registry: &Registry, at: Timestamp) -> MadeAt {
    let Moment { year, month, day, hour, minute } = moment(registry, at);
    let utc_offset_minutes = registry.timezone.to_offset(at).seconds() / 60;
    MadeAt { year, month, day, hour, minute, utc_offset_minutes }
}
