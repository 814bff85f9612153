//! What befell the clock of a dossier, and the letters that came of it.

use motcua_domain::dossier::{ExtensionGranted, Issued, PaperAsked, Standstill};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Named, at};
use crate::registry::Registry;
use crate::view::api::words;

/// A time in which the clock stood.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Standstill)]
pub struct StandstillShown {
    #[schema(value_type = words::StandstillKind)]
    pub kind: motcua_domain::dossier::StandstillKind,
    #[schema(format = DateTime)]
    pub from: String,
    /// Null while it lasts.
    #[schema(format = DateTime)]
    pub to: Option<String>,
    pub reason: String,
    pub by: Named,
    /// The task that waits; an outage holds them all.
    pub task: u32,
    /// It began at or after the due moment and stopped nothing.
    pub too_late: bool,
    /// What is to be paid, in đồng; 0 where nothing is.
    pub amount: i64,
    /// What is to be brought.
    pub items: Vec<ItemShown>,
    /// The rule the request rests on; may be empty.
    pub ground: String,
    /// Until when the applicant has time, where somebody set that.
    #[schema(format = DateTime)]
    pub answer_by: Option<String>,
    /// Why it was asked a second time; empty for the first.
    pub again: String,
}

/// A paper that is asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ItemAsked)]
pub struct ItemShown {
    pub name: String,
    pub originals: u32,
    pub copies: u32,
}

impl ItemShown {
    pub fn all(items: &[PaperAsked]) -> Vec<Self> {
        let shown =
            |item: &PaperAsked| Self { name: item.name.clone(), originals: item.originals, copies: item.copies };
        items.iter().map(shown).collect()
    }
}

impl StandstillShown {
    pub fn of(registry: &Registry, stand: &Standstill) -> Self {
        let request = stand.request.clone().unwrap_or_default();
        Self {
            kind: stand.kind,
            from: at(registry, stand.from),
            to: stand.to.map(|to| at(registry, to)),
            reason: stand.reason.clone(),
            by: Named::account(registry, &stand.by),
            task: stand.task,
            too_late: stand.too_late,
            amount: stand.amount,
            items: ItemShown::all(&request.items),
            ground: request.ground,
            answer_by: request.answer_by.map(|by| at(registry, by)),
            again: request.again,
        }
    }
}

/// A date that was put off, with an apology.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Extension)]
pub struct ExtensionShown {
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Named,
    /// The due moment it took the place of.
    #[schema(format = DateTime)]
    pub before: String,
    #[schema(format = DateTime)]
    pub due_at: String,
    pub reason: String,
    /// Said less than a working day before the date, or after it.
    pub late: bool,
}

impl ExtensionShown {
    pub fn of(registry: &Registry, granted: &ExtensionGranted) -> Self {
        let extension = &granted.extension;
        Self {
            at: at(registry, granted.at),
            by: Named::account(registry, &granted.by),
            before: at(registry, extension.before),
            due_at: at(registry, extension.due.due_at),
            reason: extension.reason.clone(),
            late: extension.late,
        }
    }
}

/// A numbered letter that was issued.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Letter)]
pub struct LetterShown {
    #[schema(value_type = words::LetterKind)]
    pub kind: motcua_domain::letters::LetterKind,
    /// Counts from 1 in each kind, agency and year.
    pub number: u32,
    pub year: i16,
    #[schema(format = DateTime)]
    pub at: String,
    /// Number of the event that issued it.
    pub seq: i64,
}

impl LetterShown {
    pub fn of(registry: &Registry, issued: &Issued) -> Self {
        Self {
            kind: issued.letter,
            number: issued.number,
            year: issued.year,
            at: at(registry, issued.at),
            seq: issued.seq,
        }
    }
}
