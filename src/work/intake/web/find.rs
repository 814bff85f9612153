//! Step one: which procedure, by code or by words.

use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};

use super::my_agency;
use crate::platform::web::{Answer, App, Req, page as show};
use crate::record::dossier::word;
use crate::registry::{Procedure, Standing};
use crate::work::intake::place;

/// Hits shown.
const HITS: usize = 30;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Words {
    q: String,
}

#[derive(Serialize)]
struct FindPage {
    q: String,
    hits: Vec<Hit>,
}

#[derive(Serialize)]
struct Hit {
    href: String,
    code: String,
    name: String,
    field: String,
    offered: bool,
    standing: &'static str,
}

pub(super) async fn page(State(app): State<App>, asked: Req, Query(words): Query<Words>) -> Answer {
    let registry = asked.registry.clone();
    let agency = my_agency(&registry, asked.officer()?)?;
    let tier = registry.agencies.get(&agency).map(|agency| agency.tier);
    let q = words.q.trim().to_owned();
    let found = if q.is_empty() { Vec::new() } else { registry.search(&q, HITS * 2) };
    let day = registry.local(asked.ctx.now).date();
    let here =
        |procedure: &&Procedure| Some(procedure.tier) == tier || place::receives(&registry, procedure, &agency, day);
    let mine = found.into_iter().filter(here).take(HITS);
    let hits = mine.map(hit).collect::<Result<_, _>>()?;
    show(&app, &asked, "intake/find.html", FindPage { q, hits })
}

fn hit(procedure: &Procedure) -> Result<Hit, crate::platform::failure::Failure> {
    Ok(Hit {
        href: format!("/desk/intake/{}/{}", word(procedure.tier)?, procedure.key),
        code: procedure.record.code.clone().unwrap_or_default(),
        name: procedure.record.name.clone(),
        field: procedure.record.field.clone(),
        offered: procedure.standing == Standing::Published,
        standing: match procedure.standing {
            Standing::Published => "published",
            Standing::Outside { .. } => "outside",
            Standing::Incomplete => "incomplete",
            Standing::Withdrawn { .. } => "withdrawn",
        },
    })
}
