//! The receipt (form 01): what was taken in, and what was promised then.

use motcua_domain::dossier::{Dossier, Event, FeeWay, Recorded, ReturnVia};

use motcua_print::{CertificationReceipt, CertifiedItem};

use super::Issue;
use super::facts::{issuer, moment, person, procedure, say, tracking_url};
use crate::platform::failure::Failure;
use crate::platform::i18n::Locale;
use crate::record::explain::limit_words;
use crate::record::receipt::{Given, address, gives_receipt};

/// Official form 01 for the receipt in force, as it was when it was given: what befell the clock later is not on it.
pub(super) fn facts(issue: &Issue, events: &[Recorded]) -> Result<Option<motcua_print::Receipt>, Failure> {
    let given = events.iter().rposition(|recorded| gives_receipt(&recorded.event)).map_or(0, |at| at + 1);
    let Some(dossier) = Dossier::fold(events.get(..given).unwrap_or_default()) else { return Ok(None) };
    let given = events.get(given.saturating_sub(1));
    let Some(promise) = &dossier.promise else { return Ok(None) };
    let registry = issue.registry;
    let particulars = &dossier.particulars;
    let acting = particulars.acting.as_ref();
    let submitter = acting.map_or(dossier.applicant(), |acting| &acting.person);
    let say = |key: &str, params: &[(&str, String)]| say(issue.texts, key, params);
    let receipt = motcua_print::Receipt {
        issuer: issuer(issue, &dossier.agency)?,
        // Printed again later, a receipt still says when it was given.
        made_on: moment(registry, given.map_or(dossier.received_at, |given| given.at)),
        code: Some(dossier.code.clone()),
        receipt_no: dossier.receipt,
        voids: (dossier.receipt > 1).then(|| motcua_print::Voids {
            receipt_no: dossier.receipt - 1,
            reason: given.map_or_else(String::new, |given| why_new(issue, &given.event)),
        }),
        submitter: motcua_print::Person {
            phone: submitter.phone.clone().or_else(|| dossier.applicant().phone.clone()),
            ..person(submitter)
        },
        submitter_for: acting.map(|_| motcua_print::Owner {
            name: dossier.applicant().name.clone(),
            address: dossier.applicant().address.clone(),
        }),
        procedure: procedure(&dossier),
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
        local_due: promise.local_due_at.map(|at| motcua_print::LocalDue {
            office: registry.agency_name(&dossier.agency).to_owned(),
            at: moment(registry, at),
        }),
        return_via: via(particulars.return_via),
        return_address: (particulars.return_via == ReturnVia::Post).then(|| submitter.address.clone()),
        notes: Some(particulars.note.clone()).filter(|note| !note.is_empty()).into_iter().collect(),
        tracking_url: Some(signed_address(issue, &dossier)?),
        officer_name: registry.account_name(&dossier.received_by).to_owned(),
    };
    Ok(Some(receipt))
}

/// Where the QR code leads: to the page that proves the receipt and follows the dossier, with the signed line. Where nobody
/// signs here, to the page that follows it. [LED-15]
fn signed_address(issue: &Issue, dossier: &Dossier) -> Result<String, Failure> {
    let line = match (issue.vouch, Given::by(dossier)) {
        (Some(vouch), Some(given)) => vouch(&given)?,
        _ => None,
    };
    let plain = || tracking_url(issue.base_url, &dossier.code, dossier.receipt);
    Ok(line.map_or_else(plain, |line| address(issue.base_url, &line)))
}

/// The variant of form 01 for papers that are certified by the page; `None` where none is. [CAT-20]
pub(super) fn certification(receipt: &motcua_print::Receipt, events: &[Recorded]) -> Option<CertificationReceipt> {
    let given = events.iter().rposition(|recorded| gives_receipt(&recorded.event))?;
    let dossier = Dossier::fold(events.get(..=given)?)?;
    let items = dossier.particulars.papers.iter().filter_map(|paper| {
        let certify = paper.certify?;
        Some(CertifiedItem {
            name: paper.name.clone(),
            pages: certify.pages,
            copies: certify.copies,
            fee: u64::try_from(certify.fee).unwrap_or_default(),
        })
    });
    let items: Vec<CertifiedItem> = items.collect();
    let receipt = receipt.clone();
    (!items.is_empty()).then_some(CertificationReceipt {
        issuer: receipt.issuer,
        made_on: receipt.made_on,
        code: receipt.code,
        receipt_no: receipt.receipt_no,
        voids: receipt.voids,
        submitter: receipt.submitter,
        submitter_for: receipt.submitter_for,
        procedure: receipt.procedure,
        fee_way: receipt.fee_way,
        items,
        received_at: receipt.received_at,
        due_at: receipt.due_at,
        return_via: receipt.return_via,
        return_address: receipt.return_address,
        notes: receipt.notes,
        tracking_url: receipt.tracking_url,
        officer_name: receipt.officer_name,
    })
}

/// Why it takes the place of the one before.
fn why_new(issue: &Issue, event: &Event) -> String {
    match event {
        Event::Corrected { reason, .. } => reason.clone(),
        Event::SupplementReceived { .. } => say(issue.texts, "letters.supplement_complete", &[]),
        _ => String::new(),
    }
}

pub(super) fn via(via: ReturnVia) -> motcua_print::ReturnVia {
    match via {
        ReturnVia::Counter => motcua_print::ReturnVia::Counter,
        ReturnVia::Post => motcua_print::ReturnVia::Post,
        ReturnVia::Online => motcua_print::ReturnVia::Online,
    }
}
