//! The catalogue, for everybody.

use axum::extract::{Path, State};
use axum::response::IntoResponse;
use motcua_domain::procedure::{ByPage, Channel, Fee, FeeCase, Tier};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{LimitShown, Named};
use super::{seal, short, size, unseal, words};
use crate::platform::failure::Failure;
use crate::platform::web::api::{Endpoint, Query};
use crate::platform::web::{Access, ApiAnswer, App, Req, Routes};
use crate::registry::{Procedure, Registry, Standing};

pub fn routes(routes: Routes) -> Routes {
    let list = Endpoint::get(
        "/api/v1/procedures",
        Access::Public,
        "listProcedures",
        "Procedures of the site, or those that fit some words",
    );
    let show = Endpoint::get(
        "/api/v1/procedures/{tier}/{key}",
        Access::Public,
        "readProcedure",
        "Everything about one procedure",
    );
    routes.api(list.query::<ListQuery>().answer::<Procedures>(200), all).api(show.answer::<ProcedureShown>(200), one)
}

/// Hits of a search that are looked at; nobody reads further.
const HITS_MAX: usize = 500;
const QUERY_MAX: usize = 1_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Words or a code; missing accents and a slip of the fingers are forgiven. Best first.
    #[schema(max_length = 1000)]
    q: Option<String>,
    /// The field, as in `field` of a procedure.
    field: Option<String>,
    /// Agency that takes in the procedure, or an agency outside that decides it.
    agency: Option<String>,
    #[schema(value_type = Option<words::Tier>)]
    tier: Option<Tier>,
    /// `next` of the page before.
    after: Option<String>,
    #[schema(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// A procedure in a list.
#[derive(Serialize, ToSchema)]
struct ProcedureRow {
    #[schema(value_type = words::Tier)]
    tier: Tier,
    key: String,
    /// National code; null where the source has none.
    code: Option<String>,
    name: String,
    field: String,
    #[schema(value_type = words::Standing)]
    standing: &'static str,
    /// Online level, where it has one.
    online_level: Option<u8>,
}

/// One page of procedures.
#[derive(Serialize, ToSchema)]
struct Procedures {
    items: Vec<ProcedureRow>,
    /// For `after`; null on the last page.
    next: Option<String>,
}

async fn all(State(_): State<App>, asked: Req, Query(query): Query<ListQuery>) -> ApiAnswer {
    let size = size(query.limit)?;
    let after = unseal(query.after.as_deref(), place)?;
    let registry = &asked.registry;
    let found: Vec<&Procedure> =
        match short("q", query.q.as_deref(), QUERY_MAX)?.map(str::trim).filter(|q| !q.is_empty()) {
            Some(words) => registry.search(words, HITS_MAX),
            None => registry.procedures.iter().collect(),
        };
    let fits = |procedure: &&Procedure| {
        query.tier.is_none_or(|tier| tier == procedure.tier)
            && query.field.as_ref().is_none_or(|field| *field == procedure.record.field)
            && query.agency.as_ref().is_none_or(|agency| concerns(registry, agency, procedure))
    };
    let mut rest = found.into_iter().filter(fits).peekable();
    if let Some((tier, key)) = after {
        // A procedure that left the catalogue meanwhile ends the list rather than beginning it anew.
        rest.by_ref().find(|procedure| word(procedure.tier) == tier && procedure.key == key);
    }
    let page: Vec<&Procedure> = rest.by_ref().take(size).collect();
    let next =
        page.last().filter(|_| rest.peek().is_some()).map(|last| seal(&format!("{}/{}", word(last.tier), last.key)));
    Ok(axum::Json(Procedures { items: page.into_iter().map(row).collect(), next }).into_response())
}

fn place(text: &str) -> Option<(String, String)> {
    text.split_once('/').map(|(tier, key)| (tier.to_owned(), key.to_owned()))
}

fn concerns(registry: &Registry, agency: &str, procedure: &Procedure) -> bool {
    registry.takes_in(procedure, agency)
        || registry.decided_outside(procedure).is_some_and(|deciding| deciding.id == agency)
}

fn row(procedure: &Procedure) -> ProcedureRow {
    ProcedureRow {
        tier: procedure.tier,
        key: procedure.key.clone(),
        code: procedure.record.code.clone(),
        name: procedure.record.name.clone(),
        field: procedure.record.field.clone(),
        standing: standing(&procedure.standing),
        online_level: procedure.scope.online_level,
    }
}

fn standing(standing: &Standing) -> &'static str {
    match standing {
        Standing::Published => "published",
        Standing::Outside { .. } => "outside",
        Standing::Incomplete => "incomplete",
        Standing::Withdrawn { .. } => "withdrawn",
    }
}

fn word(tier: Tier) -> &'static str {
    match tier {
        Tier::Province => "province",
        Tier::District => "district",
        Tier::Commune => "commune",
    }
}

/// Everything about a procedure, as the source has it and as it was understood.
#[derive(Serialize, ToSchema)]
#[schema(as = Procedure)]
struct ProcedureShown {
    #[serde(flatten)]
    row: ProcedureRow,
    /// Counts the records taken in of this procedure.
    version: u32,
    /// Agency outside that decides it. With the standing `published` it is handed in at the one-stop and referred.
    outside: Option<Named>,
    /// Why it was withdrawn, or the code that replaced it.
    withdrawn: String,
    /// Agencies that take it in.
    received_by: Vec<Named>,
    /// Time limits by case; the index is `case` of an intake.
    limits: Vec<CaseShown>,
    limit_text: String,
    /// Time of day after which a dossier counts as received on the next working day.
    #[schema(example = "15:00:00")]
    cutoff: Option<String>,
    fees: Vec<FeeShown>,
    fee_text: String,
    papers: Vec<PaperShown>,
    paper_notes: Vec<String>,
    /// Sets of papers to hand in; null: not in the source.
    sets: Option<u32>,
    #[schema(value_type = Vec<words::Channel>)]
    channels: Vec<Channel>,
    result: String,
    legal_basis: Vec<String>,
    source: String,
    /// Parts that the source marks as unverified.
    unverified: Vec<String>,
    /// What stands in the way of publication.
    blockers: Vec<BlockerShown>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LimitCase)]
struct CaseShown {
    label: String,
    limit: LimitShown,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Fee)]
struct FeeShown {
    #[schema(value_type = words::FeeKind)]
    kind: &'static str,
    /// In đồng, for `amount`.
    amount: Option<i64>,
    /// For each what, for `amount`.
    per: String,
    /// Where it is counted by the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_page: Option<ByPageShown>,
    /// The case that it is for; empty for every case without a fee of its own.
    label: String,
}

/// `amount` holds for the first pages of each copy, less for the others. In đồng.
#[derive(Serialize, ToSchema)]
#[schema(as = ByPage)]
struct ByPageShown {
    /// Pages of each copy at the full amount.
    full: u32,
    /// Each page after them.
    further: i64,
    /// Most for one copy.
    most: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Paper)]
struct PaperShown {
    name: String,
    originals: u32,
    copies: u32,
    /// The case the paper belongs to; empty for every case.
    case: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Blocker)]
struct BlockerShown {
    part: String,
    reason: String,
}

async fn one(State(app): State<App>, asked: Req, Path((tier, key)): Path<(String, String)>) -> ApiAnswer {
    let tier = [Tier::Province, Tier::District, Tier::Commune].into_iter().find(|known| word(*known) == tier);
    let found = tier.and_then(|tier| asked.registry.procedure(tier, &key)).ok_or(Failure::NotFound)?;
    Ok(axum::Json(shown(&app, &asked, found)).into_response())
}

fn shown(app: &App, asked: &Req, procedure: &Procedure) -> ProcedureShown {
    let (registry, record) = (&*asked.registry, &procedure.record);
    let say = |key: &str| app.pages.texts().get(asked.locale, key, []);
    ProcedureShown {
        row: row(procedure),
        version: procedure.version,
        outside: registry.decided_outside(procedure).map(|agency| Named::agency(registry, &agency.id)),
        withdrawn: match &procedure.standing {
            Standing::Withdrawn { reason } => reason.clone(),
            _ => String::new(),
        },
        received_by: match &procedure.standing {
            Standing::Published => registry.receiving(procedure.tier).map(|a| Named::agency(registry, &a.id)).collect(),
            _ => Vec::new(),
        },
        limits: record.limits.iter().map(|c| CaseShown { label: c.label.clone(), limit: c.limit.into() }).collect(),
        limit_text: record.limit_text.clone(),
        cutoff: record.cutoff.map(|time| time.to_string()),
        fees: record.fees.iter().map(fee).collect(),
        fee_text: record.fee_text.clone(),
        papers: record
            .papers
            .iter()
            .map(|p| PaperShown {
                name: p.name.clone(),
                originals: p.originals,
                copies: p.copies,
                case: p.case.clone(),
            })
            .collect(),
        paper_notes: record.paper_notes.clone(),
        sets: record.sets,
        channels: record.channels.clone(),
        result: record.result.clone(),
        legal_basis: record.legal_basis.clone(),
        source: record.source.clone(),
        unverified: record.unverified.clone(),
        blockers: record
            .blockers
            .iter()
            .map(|b| BlockerShown { part: b.part.clone(), reason: say(&b.reason) })
            .collect(),
    }
}

fn fee(case: &FeeCase) -> FeeShown {
    let plain = |kind| FeeShown { kind, amount: None, per: String::new(), by_page: None, label: case.label.clone() };
    match &case.fee {
        Fee::Free => plain("free"),
        Fee::SetByProvince => plain("set_by_province"),
        Fee::Amount { amount, per, by_page } => FeeShown {
            amount: Some(*amount),
            per: per.clone(),
            by_page: by_page.map(|ByPage { full, further, most }| ByPageShown { full, further, most }),
            ..plain("amount")
        },
    }
}
