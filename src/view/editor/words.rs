//! Sentences of the editor in the reader's language: moments, amounts, offices and roles by their names.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use motcua_domain::procedure::{Channel, Fee, FeeCase, LimitCase, Paper, Step, StepKind};

use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::{App, Req};
use crate::record::explain::amount_words;
use crate::view::shown::limit_words;

/// Says a sentence whose parameters are named as `motcua_domain::exam::Sentence` tells. `agency` is whose offices they are.
pub(super) fn say<'a>(
    app: &App,
    asked: &Req,
    agency: &str,
    key: &str,
    params: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let params = params.into_iter().map(|(name, value)| (name.to_owned(), param(app, asked, agency, name, value)));
    app.pages.texts().say(asked.locale, key, &params.collect())
}

/// A sentence without gaps.
pub(super) fn text(app: &App, asked: &Req, key: &str) -> String {
    app.pages.texts().say(asked.locale, key, &BTreeMap::new())
}

/// The errors of a form with what they name written for the reader.
pub(super) fn told(app: &App, asked: &Req, agency: &str, errors: Vec<FieldError>) -> Vec<FieldError> {
    let told = errors.into_iter().map(|error| {
        let params = error.sentence.params.iter().map(|(name, value)| {
            let value = param(app, asked, agency, name, value);
            (name.clone(), value)
        });
        let params = params.collect();
        FieldError { field: error.field, sentence: Sentence { key: error.sentence.key, params } }
    });
    told.collect()
}

fn param(app: &App, asked: &Req, agency: &str, name: &str, value: &str) -> String {
    let registry = &asked.registry;
    let several = |say: &dyn Fn(&str) -> String, between: &str| {
        value.split(", ").filter(|one| !one.is_empty()).map(say).collect::<Vec<_>>().join(between)
    };
    match name.rsplit('_').next().unwrap_or_default() {
        "at" => at(asked, value),
        "on" => value.parse::<Date>().map_or_else(|_| value.to_owned(), |on| asked.locale.date(on)),
        "dong" => several(&|one| one.parse().map_or_else(|_| one.to_owned(), |amount| money(app, asked, amount)), "; "),
        "offices" => several(&|one| office(asked, agency, one), " → "),
        "letters" => several(&|one| letter(app, asked, one), ", "),
        "agencies" | "agency" => several(&|one| registry.agency_name(one).to_owned(), ", "),
        "role" => role(app, asked, value),
        "by" => registry.account_name(value).to_owned(),
        "act" => act(app, asked, value),
        _ => value.to_owned(),
    }
}

/// An instant, or a moment of wall time.
fn at(asked: &Req, value: &str) -> String {
    let local = value.parse::<Timestamp>().map(|at| asked.registry.local(at)).or_else(|_| value.parse::<DateTime>());
    local.map_or_else(|_| value.to_owned(), |at| asked.locale.date_time(at))
}

pub(super) fn money(app: &App, asked: &Req, amount: i64) -> String {
    let amount = asked.locale.number(amount);
    app.pages.texts().get(asked.locale, "money.dong", [("amount", amount.as_str())])
}

/// An office as a route names it, by its name; of another agency with that agency's.
pub(super) fn office(asked: &Req, agency: &str, office: &str) -> String {
    let id = asked.registry.absolute(agency, office, super::today(asked));
    match asked.registry.offices.get(&id) {
        Some(found) if found.agency == agency => found.name.clone(),
        Some(found) => format!("{} ({})", found.name, asked.registry.agency_name(&found.agency)),
        None => asked.registry.agency_name(office).to_owned(),
    }
}

pub(super) fn role(app: &App, asked: &Req, role: &str) -> String {
    let key = format!("role.{role}");
    if app.pages.texts().has(asked.locale, &key) { text(app, asked, &key) } else { role.to_owned() }
}

pub(super) fn letter(app: &App, asked: &Req, letter: &str) -> String {
    let key = format!("exam.letter.{letter}");
    if app.pages.texts().has(asked.locale, &key) { text(app, asked, &key) } else { letter.to_owned() }
}

/// What somebody did to a draft: kind of the event and part, `draft_saved limits`.
pub(super) fn act(app: &App, asked: &Req, act: &str) -> String {
    let (kind, part) = act.split_once(' ').unwrap_or((act, ""));
    let key = if part.is_empty() { format!("editor.act.{kind}") } else { format!("editor.act.{kind}.{part}") };
    if app.pages.texts().has(asked.locale, &key) { text(app, asked, &key) } else { act.to_owned() }
}

pub(super) fn step_kind(app: &App, asked: &Req, kind: StepKind) -> Result<String, Failure> {
    Ok(text(app, asked, &format!("editor.kind.{}", crate::record::dossier::word(kind)?)))
}

pub(super) fn channel(app: &App, asked: &Req, channel: Channel) -> Result<String, Failure> {
    Ok(text(app, asked, &format!("channel.{}", crate::record::dossier::word(channel)?)))
}

/// "Cấp lại: 3 ngày làm việc".
pub(super) fn limit(app: &App, asked: &Req, case: &LimitCase) -> Result<String, Failure> {
    Ok(labelled(&case.label, &limit_words(app.pages.texts(), asked.locale, case.limit)?))
}

/// "Cấp lại: 8.000 đồng / bản".
pub(super) fn fee(app: &App, asked: &Req, case: &FeeCase) -> String {
    let words = match &case.fee {
        Fee::Free => text(app, asked, "procedure.free"),
        Fee::SetByProvince => text(app, asked, "procedure.fee_province"),
        Fee::Amount { amount, per, by_page } => amount_words(app.pages.texts(), asked.locale, *amount, per, *by_page),
    };
    labelled(&case.label, &words)
}

/// "Cấp lại: Đơn đề nghị (1 bản chính, 2 bản sao)".
pub(super) fn paper(app: &App, asked: &Req, paper: &Paper) -> String {
    let texts = app.pages.texts();
    let count = |key: &str, count: u32| {
        (count > 0).then(|| texts.get(asked.locale, key, [("count", count.to_string().as_str())]))
    };
    let counts = [count("procedure.originals", paper.originals), count("procedure.copies", paper.copies)];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let words = if counts.is_empty() { paper.name.clone() } else { format!("{} ({})", paper.name, counts.join(", ")) };
    labelled(&paper.case, &words)
}

/// "Thẩm định – Phòng Tư pháp – Chuyên viên – 10 giờ làm việc".
pub(super) fn step(app: &App, asked: &Req, agency: &str, step: &Step) -> Result<String, Failure> {
    let mut words = vec![step.title.clone(), step_kind(app, asked, step.kind)?];
    if step.kind != StepKind::Parallel {
        words.push(office(asked, agency, &step.office));
        words.push(role(app, asked, &step.role));
        words.push(hours(app, asked, step.hours)?);
    }
    if step.four_eyes {
        words.push(text(app, asked, "editor.four_eyes"));
    }
    Ok(words.join(" – "))
}

pub(super) fn hours(app: &App, asked: &Req, hours: u32) -> Result<String, Failure> {
    let limit = motcua_domain::procedure::Limit {
        kind: motcua_domain::procedure::LimitKind::WorkingHours,
        count: hours.max(1),
    };
    limit_words(app.pages.texts(), asked.locale, limit)
}

fn labelled(label: &str, words: &str) -> String {
    if label.is_empty() { words.to_owned() } else { format!("{label}: {words}") }
}
