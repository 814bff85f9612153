//! What a draft changes against the version in force, or a version against the one before it: each change in words and with a
//! mark, never by colour alone.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use motcua_domain::difference::{Change, Difference, Mark, Side, difference};
use motcua_domain::exam::Example;
use motcua_domain::procedure::Version;
use serde::Serialize;

use super::route::shown_at;
use super::{Head, base, change, known, no_draft, was_slower, words};
use crate::platform::failure::Failure;
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, Req, go, page_with};
use crate::registry::{Procedure, editor};

#[derive(Serialize)]
struct DifferencePage {
    head: Head,
    /// What is compared: number of the version before, and of the one after; `None` for the draft.
    before: u32,
    after: Option<u32>,
    valid_from: String,
    sections: Vec<Section>,
    reordered: Vec<&'static str>,
    /// A version was published since the draft began; its number.
    newer: Option<u32>,
    seen: i64,
}

/// The changes of one part.
#[derive(Serialize)]
struct Section {
    part: &'static str,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    mark: Mark,
    /// What it is about; may be empty.
    about: String,
    before: String,
    after: String,
}

pub(super) async fn of_draft(State(app): State<App>, asked: Req, Path(key): Path<String>) -> Answer {
    let known = known(&app, &asked, &key).await?;
    let Some(draft) = &known.draft else { return no_draft(&key) };
    let held = known.held(&asked)?;
    let newest = known.editions.iter().map(|edition| edition.number).max().filter(|newest| *newest != draft.based_on);
    let found = compare(&asked, &key, &held.record, &draft.body)?;
    let page = DifferencePage {
        head: known.head(&asked, &key)?,
        before: held.number,
        after: None,
        valid_from: asked.locale.date(held.valid_from),
        sections: sections(&app, &asked, &key, &found)?,
        reordered: found.reordered,
        newer: newest,
        seen: draft.version,
    };
    page_with(&app, &asked, StatusCode::OK, "editor/difference.html", page)
}

pub(super) async fn of_version(
    State(app): State<App>,
    asked: Req,
    Path((key, number)): Path<(String, String)>,
) -> Answer {
    let known = known(&app, &asked, &key).await?;
    let number: u32 = number.parse().map_err(|_| Failure::NotFound)?;
    let at = known.editions.iter().position(|edition| edition.number == number).ok_or(Failure::NotFound)?;
    let (Some(edition), before) = (known.editions.get(at), at.checked_sub(1).and_then(|at| known.editions.get(at)))
    else {
        return Err(Failure::NotFound);
    };
    // Nothing stands before the first: all of it is told as it is.
    let found = compare(&asked, &key, &before.unwrap_or(edition).record, &edition.record)?;
    let page = DifferencePage {
        head: super::head(&asked, &key, &edition.record)?,
        before: before.map_or(0, |before| before.number),
        after: Some(number),
        valid_from: asked.locale.date(edition.valid_from),
        sections: sections(&app, &asked, &key, &found)?,
        reordered: found.reordered,
        newer: None,
        seen: 0,
    };
    page_with(&app, &asked, StatusCode::OK, "editor/difference.html", page)
}

pub(super) async fn rebase(State(app): State<App>, asked: Req, Path(key): Path<String>, form: Form) -> Answer {
    known(&app, &asked, &key).await?;
    let seen = form.text("seen").parse().unwrap_or(0);
    let (ctx, of) = (asked.ctx.clone(), key.clone());
    let back = format!("{}/difference", base(&key));
    match change(&app, &asked, "draft.rebase", move |tx, _| editor::rebase(tx, &ctx, &of, seen)).await {
        Ok(()) => go(&back, FlashKind::Success, "editor.rebased", &[]),
        Err(Failure::Refused(sentence)) if was_slower(&sentence) => {
            go(&back, FlashKind::Problem, "problem.conflict_detail", &[])
        }
        Err(other) => Err(other),
    }
}

fn compare(asked: &Req, key: &str, before: &Version, after: &Version) -> Result<Difference, Failure> {
    let (procedure, _) = shown_at(asked, key)?;
    let supposed = |record: &Version| Procedure { record: record.clone(), ..procedure.clone() };
    let (old, new) = (supposed(before), supposed(after));
    let route = |procedure| asked.registry.route_as_written(procedure).unwrap_or_default();
    Ok(difference(Side { version: before, route: route(&old) }, Side { version: after, route: route(&new) }))
}

fn sections(app: &App, asked: &Req, key: &str, found: &Difference) -> Result<Vec<Section>, Failure> {
    let (_, agency) = shown_at(asked, key)?;
    let mut sections = Vec::new();
    let mut section = |part, lines: Vec<Line>| {
        if !lines.is_empty() {
            sections.push(Section { part, lines });
        }
    };
    let texts = found.texts.iter().map(|text| Line {
        mark: mark(&text.before, &text.after),
        about: words::text(app, asked, &format!("editor.field.{}", text.field)),
        before: text.before.clone(),
        after: text.after.clone(),
    });
    let channels = lines(&found.channels, |channel| words::channel(app, asked, *channel))?;
    section("texts", texts.chain(channels).collect());
    let mut limits = lines(&found.limits, |limit| words::limit(app, asked, limit))?;
    let cutoff = |at: &jiff::civil::Time| Ok(at.strftime("%H:%M").to_string());
    limits.extend(about(app, asked, "editor.field.cutoff", lines(found.cutoff.as_slice(), cutoff)?));
    section("limits", limits);
    section("fees", lines(&found.fees, |fee| Ok(words::fee(app, asked, fee)))?);
    let mut papers = lines(&found.papers, |paper| Ok(words::paper(app, asked, paper)))?;
    papers.extend(about(app, asked, "editor.field.sets", lines(found.sets.as_slice(), |sets| Ok(sets.to_string()))?));
    section("papers", papers);
    let route = found.route.iter().map(|(mark, line)| {
        let said = words::step(app, asked, &agency, &line.step)?;
        let (before, after) = if *mark == Mark::Removed { (said, String::new()) } else { (String::new(), said) };
        Ok(Line { mark: *mark, about: line.leg.clone(), before, after })
    });
    section("route", route.collect::<Result<_, Failure>>()?);
    section("examples", lines(&found.examples, |example| Ok(example_words(app, asked, example)))?);
    Ok(sections)
}

fn mark(before: &str, after: &str) -> Mark {
    match (before.is_empty(), after.is_empty()) {
        (true, _) => Mark::Added,
        (_, true) => Mark::Removed,
        _ => Mark::Changed,
    }
}

fn lines<T>(changes: &[Change<T>], say: impl Fn(&T) -> Result<String, Failure>) -> Result<Vec<Line>, Failure> {
    let lines = changes.iter().map(|change| {
        let said = |side: &Option<T>| side.as_ref().map_or_else(|| Ok(String::new()), &say);
        let (before, after) = (said(&change.before)?, said(&change.after)?);
        Ok(Line { mark: change.mark(), about: String::new(), before, after })
    });
    lines.collect()
}

fn about(app: &App, asked: &Req, key: &str, mut lines: Vec<Line>) -> Vec<Line> {
    lines.iter_mut().for_each(|line| line.about = words::text(app, asked, key));
    lines
}

/// An example with what it expects, in one line.
fn example_words(app: &App, asked: &Req, example: &Example) -> String {
    let fee = example
        .expect
        .fee
        .map_or_else(|| words::text(app, asked, "procedure.fee_province"), |amount| words::money(app, asked, amount));
    let locale = asked.locale;
    let parts = [
        example.title.clone(),
        asked.registry.agency_name(&example.agency).to_owned(),
        example.case.clone(),
        format!("{} → {}", locale.date_time(example.received), locale.date_time(example.expect.due)),
        fee,
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" – ")
}
