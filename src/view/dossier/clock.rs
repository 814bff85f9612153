//! When the dossier is due, why, and what has moved it: standing still, putting off. [DOS-13]

use jiff::Timestamp;
use motcua_domain::dossier::{Event, PaperAsked, Standstill, StandstillKind};
use serde::Serialize;

use crate::platform::i18n::Texts;
use crate::view::shown::{self, Look};

#[derive(Serialize)]
pub struct ClockShown {
    /// In force, or last in force while the clock stands.
    pub due_at: Option<String>,
    /// As promised at receipt, where something else holds now.
    pub promised_at: Option<String>,
    /// As the national index reckons, where that is another date.
    pub national_at: Option<String>,
    /// When the receiving agency is to be through with its own part, where others have one. [RTE-05]
    pub local_at: Option<String>,
    /// Why it is due then.
    pub reasons: Vec<String>,
    /// The clock stands now.
    pub stands: Vec<StandShown>,
    /// It stood before.
    pub stood: Vec<StandShown>,
    pub extensions: Vec<ExtensionShown>,
}

#[derive(Serialize)]
pub struct StandShown {
    pub kind: StandstillKind,
    pub from: String,
    pub to: Option<String>,
    pub by: String,
    pub reason: String,
    pub ground: String,
    pub items: Vec<PaperAsked>,
    pub amount: i64,
    pub answer_by: Option<String>,
    /// Why papers were asked for a second time.
    pub again: String,
    /// Asked later than the law allows after receipt.
    pub late: bool,
}

#[derive(Serialize)]
pub struct ExtensionShown {
    pub at: String,
    pub by: String,
    pub before: String,
    pub to: String,
    pub reason: String,
    pub late: bool,
}

pub fn shown(texts: &Texts, look: &Look) -> ClockShown {
    let dossier = look.dossier;
    let due = dossier.last_due_at();
    let other = |at: Option<Timestamp>| at.filter(|at| Some(*at) != due).map(|at| look.local(at));
    let (stands, stood): (Vec<&Standstill>, Vec<&Standstill>) =
        dossier.standstills.iter().partition(|stand| stand.to.is_none());
    ClockShown {
        due_at: due.map(|at| look.local(at)),
        promised_at: other(dossier.promised_at()),
        national_at: other(dossier.national_due_at()),
        local_at: dossier.promise.as_ref().and_then(|promise| promise.local_due_at).map(|at| look.local(at)),
        reasons: dossier.reasons().map(|why| shown::reasons(texts, look.locale, why)).unwrap_or_default(),
        stands: stands.into_iter().map(|stand| standstill(look, stand)).collect(),
        stood: stood.into_iter().map(|stand| standstill(look, stand)).collect(),
        extensions: extensions(look),
    }
}

fn standstill(look: &Look, stand: &Standstill) -> StandShown {
    let request = stand.request.clone().unwrap_or_default();
    StandShown {
        kind: stand.kind,
        from: look.local(stand.from),
        to: stand.to.map(|at| look.local(at)),
        by: look.name(&stand.by).to_owned(),
        reason: stand.reason.clone(),
        ground: request.ground,
        items: request.items,
        amount: stand.amount,
        answer_by: request.answer_by.map(|at| look.local(at)),
        again: request.again,
        late: stand.kind == StandstillKind::Supplement && asked_late(look, stand.from),
    }
}

/// That a request came late stands in its event alone.
fn asked_late(look: &Look, from: Timestamp) -> bool {
    let late = |event: &Event| matches!(event, Event::SupplementAsked { late: true, .. });
    look.events.iter().any(|recorded| recorded.at == from && late(&recorded.event))
}

fn extensions(look: &Look) -> Vec<ExtensionShown> {
    let granted = look.dossier.extensions.iter();
    granted
        .map(|granted| ExtensionShown {
            at: look.local(granted.at),
            by: look.name(&granted.by).to_owned(),
            before: look.local(granted.extension.before),
            to: look.local(granted.extension.due.due_at),
            reason: granted.extension.reason.clone(),
            late: granted.extension.late,
        })
        .collect()
}
