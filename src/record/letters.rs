//! Official letters: which template the dossier's own law asks for, and what is printed on it.
//!
//! Templates are `templates/letters/<kind>.<form set>.typ`; the form set comes from the law in force at receipt. [LET-01]

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::Timestamp;
use motcua_domain::dossier::{FeeWay, Outcome, Person, ReturnVia, Status};
use motcua_print::{MadeAt, Moment, Order, Press, Standard, Template};
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
        // A letter is `<kind>.<form set>.typ`; files with a plain name are imported by letters.
        let (letters, shared): (Vec<_>, Vec<_>) = sources.iter().partition(|(name, _)| name.matches('.').count() > 1);
        let shared: Vec<(&str, &str)> = shared.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let templates = letters
            .into_iter()
            .map(|(name, text)| Ok((name.clone(), Template::new(name, text, &shared)?)))
            .collect::<anyhow::Result<_>>()?;
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
        let head = self.head(registry, &dossier.agency)?;
        let say = |key: &str, params: &[(&str, String)]| say(issue.texts, key, params);
        let receipt = motcua_print::Receipt {
            agency_parent: head.agency,
            unit_name: head.unit,
            place_name: head.place,
            code: dossier.code.clone(),
            receipt_no: dossier.receipt,
            voids: (dossier.receipt > 1).then(|| motcua_print::Voids {
                receipt_no: dossier.receipt - 1,
                reason: issue.correction.as_ref().map_or_else(String::new, |(_, reason)| reason.clone()),
            }),
            submitter: submitter.name.clone(),
            submitter_for: acting.map(|_| motcua_print::Owner {
                name: dossier.applicant().name.clone(),
                address: dossier.applicant().address.clone(),
            }),
            address: submitter.address.clone(),
            phone: submitter.phone.clone().or_else(|| dossier.applicant().phone.clone()),
            email: Some(submitter.email.clone()).filter(|email| !email.is_empty()),
            id_number: id_number(submitter),
            procedure_name: dossier.subject.name.clone(),
            procedure_code: Some(dossier.subject.procedure.clone()).filter(|key| !key.starts_with("x-")),
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
            due_at: Some(moment(registry, promise.due_at)),
            return_via: match particulars.return_via {
                ReturnVia::Counter => motcua_print::ReturnVia::Counter,
                ReturnVia::Post => motcua_print::ReturnVia::Post,
                ReturnVia::Online => motcua_print::ReturnVia::Online,
            },
            return_address: (particulars.return_via == ReturnVia::Post).then(|| submitter.address.clone()),
            notes: Some(particulars.note.clone()).filter(|note| !note.is_empty()).into_iter().collect(),
            tracking_url: tracking_url(issue.base_url, &dossier.code, dossier.receipt),
            hotline: head.hotline,
            website: Some(website(issue)),
            officer_name: registry.account_name(&dossier.received_by).to_owned(),
            // Printed again later, a receipt still says when it was given.
            made_on: moment(registry, issue.correction.as_ref().map_or(dossier.received_at, |(at, _)| *at)),
        };
        let images = receipt.images().map_err(Failure::fault)?;
        self.set("receipt", issue, dossier.received_at, &serde_json::to_value(&receipt)?, images)
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
        let head = self.head(registry, &dossier.agency)?;
        let person = dossier.particulars.acting.as_ref().map_or(dossier.applicant(), |acting| &acting.person);
        let signer = dossier.proposal.as_ref().map_or(&dossier.received_by, |proposal| &proposal.by);
        let refusal = motcua_print::Refusal {
            agency_parent: head.agency,
            unit_name: head.unit,
            place_name: head.place,
            code: Some(dossier.code.clone()),
            refusal_no: None,
            stage: if at_intake { motcua_print::Stage::Intake } else { motcua_print::Stage::Examination },
            submitter: person.name.clone(),
            address: person.address.clone(),
            phone: person.phone.clone(),
            email: Some(person.email.clone()).filter(|email| !email.is_empty()),
            procedure_name: dossier.subject.name.clone(),
            procedure_code: Some(dossier.subject.procedure.clone()).filter(|key| !key.starts_with("x-")),
            reasons: reason.lines().map(str::to_owned).filter(|line| !line.trim().is_empty()).collect(),
            legal_ground: None,
            tracking_url: Some(tracking_url(issue.base_url, &dossier.code, dossier.receipt)),
            hotline: head.hotline,
            website: Some(website(issue)),
            signer_name: registry.account_name(signer).to_owned(),
            signer_position: None,
            made_on: moment(registry, dossier.settled_at.or(dossier.closed_at).unwrap_or(issue.now)),
        };
        let images = refusal.images().map_err(Failure::fault)?;
        self.set("refusal", issue, dossier.received_at, &serde_json::to_value(&refusal)?, images)
    }

    fn set(
        &self,
        kind: &str,
        issue: &Issue,
        received: Timestamp,
        data: &serde_json::Value,
        images: Vec<(String, Vec<u8>)>,
    ) -> Result<Vec<u8>, Failure> {
        let law = issue.registry.law(issue.registry.local(received).date());
        let form_set = law.map(|law| law.form_set.as_str()).ok_or_else(|| Failure::refused("letters.no_law"))?;
        let name = format!("{kind}.{form_set}.typ");
        let template =
            self.templates.get(&name).with_context(|| format!("no template {name}")).map_err(Failure::Fault)?;
        let order =
            Order { template, data, images, made_at: made_at(issue.registry, issue.now), standard: Standard::PdfA2b };
        Ok(self.press.set(&order).map_err(Failure::fault)?.pdf)
    }

    fn head(&self, registry: &Registry, agency: &str) -> Result<Head, Failure> {
        let known =
            registry.agencies.get(agency).ok_or_else(|| Failure::fault(anyhow::anyhow!("no agency {agency}")))?;
        let place = registry.places.iter().rfind(|place| place.code == known.place);
        let unit = registry.one_stop(agency).map_or(known.name.as_str(), |(_, office)| office.name.as_str());
        let hotline = Some(known.phone.clone()).filter(|phone| !phone.is_empty());
        Ok(Head {
            agency: known.name.clone(),
            unit: unit.to_owned(),
            place: place.map_or_else(String::new, |place| place.name.clone()),
            hotline: hotline.or_else(|| Some(registry.site.tracking.hotline.clone()).filter(|text| !text.is_empty())),
        })
    }
}

/// The two lines at the left of the header, and the place of the date line.
struct Head {
    agency: String,
    unit: String,
    place: String,
    hotline: Option<String>,
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

fn id_number(person: &Person) -> Option<String> {
    person.id_number.as_ref().map(|number| number.as_str().to_owned())
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
