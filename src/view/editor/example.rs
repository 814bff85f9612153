//! One worked example as a form: who comes with what and when, what happens then, and what must come of it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::civil::DateTime;
use motcua_domain::exam::{ActKind, EXAMPLES_MAX, Example, ExampleAct, Expected, LETTERS};
use motcua_domain::procedure::{Channel, Version};
use motcua_domain::text::{clean, fold};
use serde::Serialize;

use super::route::{Choice, all_offices, shown_at};
use super::rows::{Row, cell, is_blank, operate, read as read_rows, row, write};
use super::texts::{CHANNELS, lines};
use super::{Head, Known, base, change, known, no_draft, tables, was_slower, words};
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::web::form::Form;
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::registry::editor::{self, Part};
use crate::registry::exam::World;
use crate::work::intake::date;

/// Longest title and description, in characters.
const TEXT_MAX: usize = 500;

#[derive(Serialize)]
struct ExamplePage {
    head: Head,
    action: String,
    list_href: String,
    seen: i64,
    is_new: bool,
    form: FormState,
    agencies: Vec<Choice>,
    cases: Vec<String>,
    /// The papers of the version, to be ticked: name and case.
    papers: Vec<PaperChoice>,
    acts: Vec<usize>,
    act_kinds: Vec<Choice>,
    way: Vec<usize>,
    offices: Vec<Choice>,
    letters: Vec<Choice>,
}

#[derive(Serialize)]
struct PaperChoice {
    name: String,
    case: String,
}

/// Which example is edited: its place, or a new one.
fn place(word: &str, record: &Version) -> Result<Option<usize>, Failure> {
    if word == "new" {
        return Ok(None);
    }
    let at = word.parse::<usize>().ok().filter(|at| *at < record.examples.len());
    at.map(Some).ok_or(Failure::NotFound)
}

pub(super) async fn show(State(app): State<App>, asked: Req, Path((key, word)): Path<(String, String)>) -> Answer {
    let known = known(&app, &asked, &key).await?;
    let Some(draft) = &known.draft else { return no_draft(&key) };
    let form = match place(&word, &draft.body)?.and_then(|at| draft.body.examples.get(at)) {
        Some(example) => fill(example, &draft.body),
        None => blank(&asked, &key)?,
    };
    render(&app, &asked, &key, &word, &known, &form, Vec::new())
}

pub(super) async fn submit(
    State(app): State<App>,
    asked: Req,
    Path((key, word)): Path<(String, String)>,
    mut form: Form,
) -> Answer {
    let known = known(&app, &asked, &key).await?;
    if form.text("do") == "reckon" {
        let errors = reckon(&asked, &key, &known, &mut form);
        return render(&app, &asked, &key, &word, &known, &form, errors);
    }
    let (act, way) = (blank_act(), row([("office", String::new())]));
    if operate(&mut form, "acts", &act) || operate(&mut form, "way", &way) {
        return render(&app, &asked, &key, &word, &known, &form, Vec::new());
    }
    match read(&form) {
        Err(errors) => render(&app, &asked, &key, &word, &known, &form, errors),
        Ok(example) => save(&app, &asked, &key, &word, &form, example).await,
    }
}

async fn save(app: &App, asked: &Req, key: &str, word: &str, form: &Form, example: Example) -> Answer {
    let seen = form.text("seen").parse().unwrap_or(0);
    let at: Option<usize> = word.parse().ok();
    let (ctx, of, new) = (asked.ctx.clone(), key.to_owned(), Arc::new(example));
    let done = change(app, asked, "draft.save", move |tx, _| {
        // Of two examples with one title nobody could say which failed.
        let Some(draft) = editor::draft(tx, &of)? else { return Err(Failure::refused("editor.draft_gone_only")) };
        let same = |(place, known): (usize, &Example)| Some(place) != at && fold(&known.title) == fold(&new.title);
        if draft.body.examples.iter().enumerate().any(same) {
            return Err(Failure::Invalid(vec![FieldError::new("title", "editor.example_twice")]));
        }
        if at.is_none() && draft.body.examples.len() >= EXAMPLES_MAX {
            let sentence = Sentence::new("editor.examples_full").with("max", EXAMPLES_MAX);
            return Err(Failure::Invalid(vec![FieldError { field: String::new(), sentence }]));
        }
        editor::save(tx, &ctx, &of, seen, Part::Examples, |version| {
            match at.and_then(|at| version.examples.get_mut(at)) {
                Some(known) => known.clone_from(&new),
                None => version.examples.push((*new).clone()),
            }
        })
    });
    let errors = match done.await {
        Ok(()) => return go(&format!("{}/exam", base(key)), FlashKind::Success, "editor.saved", &[]),
        Err(Failure::Invalid(errors)) => errors,
        Err(Failure::Refused(sentence)) if sentence.key == "editor.draft_gone_only" => {
            vec![FieldError::new("", "editor.draft_gone_only")]
        }
        Err(Failure::Refused(sentence)) if was_slower(&sentence) => vec![FieldError { field: String::new(), sentence }],
        Err(other) => return Err(other),
    };
    let now = known(app, asked, key).await?;
    render(app, asked, key, word, &now, form, errors)
}

/// Fills in what the program finds where nothing is expected yet. Whoever sits the exam should reckon for themselves first;
/// it saves typing the offices. [EXM-02]
fn reckon(asked: &Req, key: &str, known: &Known, form: &mut Form) -> Vec<FieldError> {
    let mut supposed = form.clone();
    // What is expected has to be something for the example to be read at all.
    if form.text("expect.due").is_empty() {
        supposed.set("expect.due", "01/01/2000 08:00".to_owned());
    }
    let unsaid = form.text("expect.fee").is_empty() && form.text("by_province") != "yes";
    if unsaid {
        supposed.set("expect.fee", "0".to_owned());
    }
    let example = match read(&supposed) {
        Ok(example) => example,
        Err(errors) => return errors,
    };
    let Some(draft) = &known.draft else { return vec![FieldError::new("", "editor.draft_gone_only")] };
    let procedures = asked.registry.with_record(key, &draft.body);
    let found = match World::of(&asked.registry).play(&procedures, &example) {
        Ok(found) => found,
        Err(lacking) => {
            let params = lacking.said.params.into_iter().map(|(name, value)| (name.to_owned(), value));
            let sentence = Sentence { key: lacking.said.key.to_owned(), params: params.collect() };
            return vec![FieldError { field: String::new(), sentence }];
        }
    };
    let mut errors = Vec::new();
    if form.text("expect.due").is_empty() {
        match found.due {
            Ok(due) => form.set("expect.due", moment(due)),
            Err(why) => {
                let params = why.params.into_iter().map(|(name, value)| (name.to_owned(), value));
                let sentence = Sentence { key: why.key.to_owned(), params: params.collect() };
                errors.push(FieldError { field: "expect.due".to_owned(), sentence });
            }
        }
    }
    match found.fees.first() {
        Some(Some(fee)) if unsaid => form.set("expect.fee", fee.to_string()),
        Some(None) if unsaid => form.set("by_province", "yes".to_owned()),
        _ => {}
    }
    if read_rows(form, "way").iter().all(|row| is_blank(row, &["office"])) {
        let rows: Vec<Row> = found.route.into_iter().map(|office| row([("office", office)])).collect();
        write(form, "way", &rows);
    }
    if values(form, "letters").is_empty() {
        let letters = found.letters.iter().map(|letter| ("letters".to_owned(), (*letter).to_owned()));
        *form = form.pairs().iter().cloned().chain(letters).collect();
    }
    errors
}

fn render(
    app: &App,
    asked: &Req,
    key: &str,
    word: &str,
    known: &Known,
    form: &Form,
    errors: Vec<FieldError>,
) -> Answer {
    let slower = errors.iter().any(|error| was_slower(&error.sentence));
    let status = match (slower, errors.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (_, true) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let now = known.draft.as_ref().map_or(0, |draft| draft.version);
    let record = known.draft.as_ref().map_or(&known.held(asked)?.record, |draft| &draft.body);
    let (_, agency) = shown_at(asked, key)?;
    let at = if form.text("agency").is_empty() { agency } else { form.text("agency").to_owned() };
    let choice = |value: &str, text: String| Choice { value: value.to_owned(), text };
    let mut papers: Vec<PaperChoice> = Vec::new();
    for paper in &record.papers {
        if !papers.iter().any(|known| known.name == paper.name) {
            papers.push(PaperChoice { name: paper.name.clone(), case: paper.case.clone() });
        }
    }
    let page = ExamplePage {
        head: known.head(asked, key)?,
        action: format!("{}/examples/{word}", base(key)),
        list_href: format!("{}/edit/examples", base(key)),
        seen: if slower { now } else { form.text("seen").parse().unwrap_or(now) },
        is_new: word == "new",
        agencies: agencies(asked, key),
        cases: tables::cases(record),
        papers,
        acts: (0..read_rows(form, "acts").len()).collect(),
        act_kinds: ActKind::ALL
            .iter()
            .map(|kind| choice(kind.as_str(), words::text(app, asked, &format!("exam.act.{}", kind.as_str()))))
            .collect(),
        way: (0..read_rows(form, "way").len()).collect(),
        offices: all_offices(asked, &at),
        letters: LETTERS.iter().map(|letter| choice(letter, words::letter(app, asked, letter))).collect(),
        form: form.state(words::told(app, asked, &at, errors)),
    };
    page_with(app, asked, status, "editor/example.html", page)
}

/// The agencies that take the procedure in, at any tier.
fn agencies(asked: &Req, key: &str) -> Vec<Choice> {
    let registry = &asked.registry;
    let tiers = registry.procedures.iter().filter(|procedure| procedure.key == key).map(|procedure| procedure.tier);
    let agencies = tiers.flat_map(|tier| registry.receiving(tier));
    agencies.map(|agency| Choice { value: agency.id.clone(), text: agency.name.clone() }).collect()
}

// --- between the example and its form -----------------------------------------------------------------------------------

fn blank_act() -> Row {
    row([("kind", ""), ("from", ""), ("to", "")].map(|(field, value)| (field, value.to_owned())))
}

fn blank(asked: &Req, key: &str) -> Result<Form, Failure> {
    let (_, agency) = shown_at(asked, key)?;
    let pairs = [("agency", agency), ("channel", "direct".to_owned())];
    Ok(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn fill(example: &Example, record: &Version) -> Form {
    let channel = CHANNELS.iter().find(|(_, channel)| *channel == example.channel).map_or("", |(word, _)| *word);
    let of_version = |name: &String| record.papers.iter().find(|paper| fold(&paper.name) == fold(name));
    let others: Vec<&str> = example.papers.iter().filter(|n| of_version(n).is_none()).map(String::as_str).collect();
    let fee = example.expect.fee.map_or_else(String::new, |fee| fee.to_string());
    let mut pairs: Vec<(String, String)> = [
        ("title", example.title.clone()),
        ("agency", example.agency.clone()),
        ("who", example.who.clone()),
        ("case", example.case.clone()),
        ("channel", channel.to_owned()),
        ("received", moment(example.received)),
        ("other_papers", others.join("\n")),
        ("expect.fee", fee),
        ("expect.due", moment(example.expect.due)),
        ("by_province", if example.expect.fee.is_none() { "yes".to_owned() } else { String::new() }),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    pairs.extend(example.papers.iter().filter_map(of_version).map(|p| ("papers".to_owned(), p.name.clone())));
    pairs.extend(example.expect.letters.iter().map(|letter| ("letters".to_owned(), letter.clone())));
    let mut form: Form = pairs.into_iter().collect();
    let acts = example.acts.iter().map(|act| {
        let to = act.to.map_or_else(String::new, moment);
        row([("kind", act.kind.as_str().to_owned()), ("from", moment(act.from)), ("to", to)])
    });
    write(&mut form, "acts", &acts.collect::<Vec<_>>());
    let way = example.expect.route.iter().map(|office| row([("office", office.clone())]));
    write(&mut form, "way", &way.collect::<Vec<_>>());
    form
}

/// As people type it: `24/04/2018 09:00`.
fn moment(at: DateTime) -> String {
    at.strftime("%d/%m/%Y %H:%M").to_string()
}

fn read_moment(text: &str) -> Option<DateTime> {
    let text = clean(text).replace('T', " ");
    let (day, time) = text.split_once(' ')?;
    Some(date(day)?.to_datetime(tables::time(time)??))
}

fn values(form: &Form, name: &str) -> Vec<String> {
    form.pairs().iter().filter(|(field, value)| field == name && !value.is_empty()).map(|(_, v)| v.clone()).collect()
}

fn read(form: &Form) -> Result<Example, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut text = |field: &str, missing: &str| {
        let text = clean(form.text(field));
        if text.is_empty() && !missing.is_empty() {
            errors.push(FieldError::new(field, missing));
        } else if text.chars().count() > TEXT_MAX {
            errors.push(super::too_long(field, TEXT_MAX));
        }
        text
    };
    let title = text("title", "editor.example_title_missing");
    let who = text("who", "editor.example_who_missing");
    let agency = text("agency", "form.choose");
    let case = text("case", "");
    let channel = CHANNELS.iter().find(|(word, _)| *word == form.text("channel")).map(|(_, channel)| *channel);
    if channel.is_none() {
        errors.push(FieldError::new("channel", "form.choose"));
    }
    let mut at = |field: &str| {
        let at = read_moment(form.text(field));
        if at.is_none() {
            errors.push(FieldError::new(field, "editor.moment_wrong"));
        }
        at.unwrap_or_default()
    };
    let (received, due) = (at("received"), at("expect.due"));
    let acts = read_acts(form, &mut errors);
    let fee = tables::amount(form.text("expect.fee"));
    match (form.text("by_province") == "yes", form.text("expect.fee").is_empty(), fee) {
        (true, false, _) => errors.push(FieldError::new("expect.fee", "editor.fee_beside_province")),
        (false, _, None) => errors.push(FieldError::new("expect.fee", "editor.fee_expected")),
        _ => {}
    }
    let way = read_rows(form, "way");
    let route = way.iter().map(|row| cell(row, "office")).filter(|office| !office.is_empty()).collect();
    let mut papers = values(form, "papers");
    papers.extend(lines(form.text("other_papers")));
    let letters = LETTERS.iter().map(|letter| (*letter).to_owned());
    let chosen = values(form, "letters");
    let letters = letters.filter(|letter| chosen.contains(letter)).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Example {
        title,
        agency,
        who,
        case,
        channel: channel.unwrap_or(Channel::Direct),
        papers,
        received,
        acts,
        expect: Expected { fee, due, route, letters },
    })
}

fn read_acts(form: &Form, errors: &mut Vec<FieldError>) -> Vec<ExampleAct> {
    let mut acts = Vec::new();
    for (at, row) in read_rows(form, "acts").iter().enumerate().filter(|(_, r)| !is_blank(r, &["kind", "from", "to"])) {
        let mut wrong = |field: &str, key: &str| {
            let sentence = Sentence::new(key).with("row", at + 1);
            errors.push(FieldError { field: format!("acts.{at}.{field}"), sentence });
        };
        let kind = ActKind::parse(&cell(row, "kind"));
        let (from, to) = (read_moment(&cell(row, "from")), read_moment(&cell(row, "to")));
        if kind.is_none() {
            wrong("kind", "form.choose");
        }
        if from.is_none() {
            wrong("from", "editor.moment_wrong");
        }
        if to.is_none() && !cell(row, "to").is_empty() {
            wrong("to", "editor.moment_wrong");
        }
        if to.zip(from).is_some_and(|(to, from)| to < from) {
            wrong("to", "editor.act_ends_before");
        }
        if let (Some(kind), Some(from)) = (kind, from) {
            acts.push(ExampleAct { kind, from, to });
        }
    }
    acts
}
