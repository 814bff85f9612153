//! Lists of dossiers: what is to be done, and what came in.

use axum::extract::State;
use axum::response::IntoResponse;
use motcua_domain::text::fold;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::dossiers::READ;
use super::shapes::{Named, Row, Rows};
use super::{seal, short, size, unseal};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::api::{Endpoint, Query};
use crate::platform::web::{ApiAnswer, App, Req, Routes};
use crate::record::dossier::list::{self, Entry};
use crate::view::desk::offices;

pub fn routes(routes: Routes) -> Routes {
    let all = Endpoint::get(
        "/api/v1/dossiers",
        READ,
        "listDossiers",
        "Dossiers one may see, newest first, or by code or name",
    );
    let work = Endpoint::get("/api/v1/worklist", READ, "readWorklist", "Open dossiers in order of due time");
    routes
        .api(all.query::<AllQuery>().answer::<Rows>(200), dossiers)
        .api(work.query::<WorkQuery>().answer::<Worklist>(200), worklist)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllQuery {
    /// `next` of the page before.
    after: Option<String>,
    #[schema(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The code, whole.
    #[schema(max_length = 100)]
    code: Option<String>,
    /// The beginning of the applicant's name, with or without accents; in order of the name.
    #[schema(max_length = 200)]
    name: Option<String>,
}

const CODE_MAX: usize = 100;
const NAME_MAX: usize = 200;

async fn dossiers(State(app): State<App>, asked: Req, Query(query): Query<AllQuery>) -> ApiAnswer {
    let size = size(query.limit)?;
    short("code", query.code.as_deref(), CODE_MAX)?;
    short("name", query.name.as_deref(), NAME_MAX)?;
    let officer = asked.officer()?.clone();
    let (rows, next) = match (query.code, query.name) {
        (Some(_), Some(_)) => return Err(Failure::Invalid(vec![FieldError::new("name", "api.one_question")])),
        (Some(code), None) => {
            let code = code.trim().to_owned();
            (app.db.read(move |tx| Ok(list::by_code(tx, &code)?.into_iter().collect())).await?, None)
        }
        (None, Some(name)) => {
            let after = unseal(query.after.as_deref(), list::NamePlace::read)?;
            let agency = officer.agency.clone();
            let page = app.db.read(move |tx| list::named(tx, &agency, &fold(&name), after.as_ref(), size)).await?;
            (page.0, page.1.map(|next| seal(&next.print())))
        }
        (None, None) => {
            let after = unseal(query.after.as_deref(), list::Cursor::read)?;
            let of = officer.clone();
            let page = app.db.read(move |tx| list::received(tx, &of, after.as_ref(), size)).await?;
            (page.rows, page.next.map(|next| seal(&next.print())))
        }
    };
    let seen: Vec<Entry> = rows.into_iter().filter(|entry: &Entry| entry.line.can_be_read(&officer)).collect();
    asked.reads(seen.iter().map(|entry| entry.id.as_str()));
    Ok(axum::Json(Rows { items: shown(&asked, &seen), next }).into_response())
}

fn shown(asked: &Req, rows: &[Entry]) -> Vec<Row> {
    rows.iter().map(|entry| Row::of(&asked.registry, asked.ctx.now, entry, None)).collect()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WorkQuery {
    /// An office of one's own; the first one where absent.
    office: Option<String>,
    /// Whether to list what one holds, at whichever office.
    #[serde(default)]
    mine: bool,
    /// `next` of the page before.
    after: Option<String>,
    #[schema(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// One page of work.
#[derive(Serialize, ToSchema)]
struct Worklist {
    /// Null for what one holds.
    office: Option<Named>,
    /// How many the office has open, at most 1000; null for what one holds.
    open: Option<i64>,
    /// How many of them are late, at most 1000.
    late: Option<i64>,
    items: Vec<Row>,
    /// For `after`; null on the last page.
    next: Option<String>,
}

async fn worklist(State(app): State<App>, asked: Req, Query(query): Query<WorkQuery>) -> ApiAnswer {
    let size = size(query.limit)?;
    let after = unseal(query.after.as_deref(), list::Cursor::read)?;
    let officer = asked.officer()?.clone();
    let own = offices(&officer);
    let office = match query.office {
        // Another office's list is none.
        Some(named) => Some(own.into_iter().find(|office| *office == named).ok_or(Failure::NotFound)?),
        None if query.mine => None,
        None => own.into_iter().next(),
    };
    let (at, now) = (office.clone(), asked.ctx.now);
    let (page, count) = app
        .db
        .read(move |tx| {
            let of = at.as_deref().map_or(list::Work::Person(&officer.account), list::Work::Office);
            let count = at.as_deref().map(|office| list::count(tx, office, now)).transpose()?;
            Ok((list::work(tx, of, after.as_ref(), size)?, count))
        })
        .await?;
    asked.reads(page.rows.iter().map(|listed| listed.entry.id.as_str()));
    let listed = Worklist {
        office: office.map(|office| Named::office(&asked.registry, &office)),
        open: count.map(|(open, _)| open),
        late: count.map(|(_, late)| late),
        items: page.rows.iter().map(|w| Row::of(&asked.registry, asked.ctx.now, &w.entry, Some(w.task))).collect(),
        next: page.next.map(|next| seal(&next.print())),
    };
    Ok(axum::Json(listed).into_response())
}
