//! The dossiers behind a figure. Without the names of people: what counts is when, not whose. [OTR-13]

use axum::extract::{Query, State};
use jiff::civil::Date;
use motcua_domain::dossier::StandstillKind;
use motcua_domain::figures::{Firmly, Period, View, Which};
use serde::Serialize;

use super::{Asked, behind_address};
use crate::platform::failure::Failure;
use crate::platform::web::{Answer, App, Req, page};
use crate::record::dossier::list as dossiers;
use crate::record::figures::list::{Ask, Behind, Place, behind, stands};

/// Rows on a page.
const PAGE: usize = 50;

#[derive(Serialize)]
struct BehindPage {
    which: &'static str,
    period: String,
    agency: String,
    tier: String,
    field: String,
    /// Of whom else, in words: an office, a channel, a person.
    parts: Vec<String>,
    rows: Vec<Row>,
    back: String,
    first: String,
    next: String,
}

#[derive(Serialize)]
struct Row {
    href: String,
    code: String,
    procedure: String,
    agency: String,
    received_on: String,
    /// The binding moment; empty while the clock stands.
    due: String,
    /// The date people were told, where an extension moved it.
    told: String,
    settled_on: String,
    /// `kept`, `missed`, `left_out`, `overdue` or `open`.
    state: &'static str,
    stands: Option<Stands>,
}

#[derive(Serialize)]
struct Stands {
    kind: &'static str,
    since: String,
    days: i32,
    by: String,
}

pub(super) async fn show(State(app): State<App>, asked: Req, Query(query): Query<Asked>) -> Answer {
    let (registry, now, locale) = (asked.registry.clone(), asked.ctx.now, asked.locale);
    let officer = asked.officer()?.clone();
    let which = Which::parse(&query.which).filter(|which| which.by().is_some()).ok_or(Failure::NotFound)?;
    let today = registry.local(now).date();
    let (from, to) = query.read(today).1.map_err(Failure::Invalid)?;
    let period = Period::seen(from, to, today).ok_or(Failure::NotFound)?;
    let shown = app
        .db
        .read(move |tx| {
            let agency = query.agency(tx, &registry, &officer)?;
            let (tier, field) = (query.tier.trim().to_owned(), query.field.trim().to_owned());
            let officer_asked = Some(query.officer.as_str()).filter(|officer| !officer.is_empty());
            let ask = Ask {
                which,
                view: View { period, now },
                agency: agency.as_deref(),
                tier: &tier,
                field: &field,
                office: &query.office,
                channel: &query.channel,
                officer: officer_asked.map(|officer| officer.strip_prefix('-').unwrap_or(officer)),
            };
            let after = Place::read(&query.after);
            let (found, next) = behind(tx, &ask, after.as_ref(), PAGE)?;
            let mut rows = Vec::new();
            for behind in &found {
                // The record is beside the figures: what is behind one is always there.
                let Some(entry) = dossiers::by_id(tx, &behind.dossier)? else { continue };
                let day = |date: Date| locale.date(date);
                let fact = &behind.fact;
                let told = fact.appointed.filter(|told| fact.due.is_some_and(|due| due.at != told.at));
                rows.push(Row {
                    href: if entry.line.can_be_read(&officer) {
                        format!("/desk/dossiers/{}", entry.id)
                    } else {
                        String::new()
                    },
                    code: entry.line.code,
                    procedure: entry.line.title,
                    agency: registry.agency_name(&entry.line.agency).to_owned(),
                    received_on: day(fact.received_on),
                    due: fact.due.map(|due| locale.date_time(registry.local(due.at))).unwrap_or_default(),
                    told: told.map(|told| locale.date_time(registry.local(told.at))).unwrap_or_default(),
                    settled_on: fact.settled.map(|settled| day(settled.on)).unwrap_or_default(),
                    state: state(behind, &ask.view),
                    stands: stands(fact, period.seen).map(|(stood, days)| Stands {
                        kind: match stood.kind {
                            StandstillKind::Supplement => "supplement",
                            StandstillKind::Payment => "payment",
                            StandstillKind::Outage => "outage",
                        },
                        since: day(stood.from),
                        days,
                        by: registry.who(&stood.by).to_owned(),
                    }),
                });
            }
            let parts = [
                ("agency", agency.as_deref().unwrap_or_default()),
                ("tier", &tier),
                ("field", &field),
                ("office", &query.office),
                ("channel", &query.channel),
                ("officer", &query.officer),
            ];
            let here = behind_address((from, to), which.as_str(), &parts);
            let person = query.officer.trim_start_matches('-');
            let named = [registry.office_name(&query.office), registry.account_name(person)];
            let report = here.replacen("/desk/report/dossiers?", "/desk/report?", 1);
            Ok(BehindPage {
                which: which.as_str(),
                period: format!("{} – {}", locale.date(from), locale.date(to)),
                agency: agency.map(|agency| registry.agency_name(&agency).to_owned()).unwrap_or_default(),
                next: next.map(|next| format!("{here}&after={}", next.print())).unwrap_or_default(),
                first: after.map(|_| here).unwrap_or_default(),
                back: report,
                parts: named.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect(),
                rows,
                tier,
                field,
            })
        })
        .await?;
    page(&app, &asked, "reports/dossiers.html", shown)
}

/// Where it stands when the period is seen.
fn state(behind: &Behind, view: &View) -> &'static str {
    let settled = behind.fact.settled.filter(|settled| settled.on <= view.period.seen);
    match settled.map(|settled| settled.firmly) {
        Some(Firmly::Kept) => "kept",
        Some(Firmly::Missed) => "missed",
        Some(Firmly::LeftOut) => "left_out",
        None if behind.fact.due.is_some_and(|due| due.on <= view.period.seen && due.at <= view.now) => "overdue",
        None => "open",
    }
}
