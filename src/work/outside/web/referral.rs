//! The one-stop refers a dossier to an agency outside: a link to hand over with the papers or to send, shown once.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use jiff::{SignedDuration, Timestamp};
use motcua_domain::dossier::Recorded;
use motcua_domain::identity::Role;
use serde::Serialize;

use super::matter::{Matter, matter};
use crate::platform::failure::{Failure, FieldError};
use crate::platform::web::form::{Form, percent};
use crate::platform::web::{Answer, App, FlashKind, FormState, Req, go, page_with};
use crate::record::dossier::{self, Found};
use crate::record::letters::{self, Issue, Referred};
use crate::record::mail::{self, Posted};
use crate::work::outside::{self, Link, Post, Referral, Seen, Standing};

#[derive(Serialize)]
struct ReferralPage {
    id: String,
    task: u32,
    matter: Matter,
    /// The newest link, if there is one.
    link: Option<LinkShown>,
    /// How many links there have been; a form that has not seen the last one makes none.
    seen: u32,
    mails: Vec<MailShown>,
    /// Where the office gets mail; empty where it gets none.
    email: String,
    /// Whether this installation sends mail at all.
    sends: bool,
    /// Other tasks of the dossier that lie at agencies outside.
    others: Vec<OtherTask>,
    form: FormState,
}

#[derive(Serialize)]
pub(super) struct LinkShown {
    pub standing: &'static str,
    pub made_at: String,
    pub made_by: String,
    pub last_day: String,
    pub opened_at: Option<String>,
    pub mailed: bool,
}

/// How a mail has fared, for people.
#[derive(Serialize)]
struct MailShown {
    to: String,
    made_at: String,
    sent_at: Option<String>,
    next_at: Option<String>,
    tries: i64,
    failed_because: Option<String>,
}

#[derive(Serialize)]
struct OtherTask {
    href: String,
    office: String,
    title: String,
}

/// The slip with the link on it; shown once.
#[derive(Serialize)]
struct SlipPage {
    id: String,
    task: u32,
    matter: Matter,
    /// Of the slip in its series.
    number: u32,
    /// For the form that prints the slip: the link is kept nowhere else.
    token: String,
    address: String,
    /// Picture of the address, as a data URL.
    qr: String,
    made_at: String,
    last_day: String,
    /// Where it was sent too; empty where it was not.
    mailed_to: String,
}

/// What a page of a dossier needs to read.
type Read = (Found, Vec<Recorded>, Vec<Posted>);

pub(super) async fn page(State(app): State<App>, asked: Req, Path(id): Path<String>) -> Answer {
    let query = asked.path.split_once('?').map_or("", |(_, query)| query);
    let form = Form::read(query);
    show(&app, &asked, &id, &form, Vec::new(), StatusCode::OK).await
}

/// Makes the link. The page that shows it is the answer itself: the link is kept nowhere, so it cannot be asked for again.
pub(super) async fn make(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let by_mail = match form.text("how") {
        "print" => false,
        "mail" if app.mailer.is_some() => true,
        _ => {
            let errors = vec![FieldError::new("how", "form.choose")];
            return show(&app, &asked, &id, &form, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let referral = Referral {
        dossier: id.clone(),
        task: form.text("task").parse().unwrap_or_default(),
        seen: form.text("seen").parse().unwrap_or_default(),
    };
    let (ctx, registry, here) = (asked.ctx.clone(), asked.registry.clone(), app.clone());
    let made = app
        .db
        .write("outside.refer", move |tx| {
            let post = Post { texts: here.pages.texts(), base_url: &here.base_url };
            let made = outside::refer(tx, &ctx, &registry, &referral, by_mail.then_some(&post))?;
            let events = dossier::timeline(tx, &made.found.id)?;
            Ok((made, events))
        })
        .await;
    let (made, events) = match made {
        Ok(made) => made,
        Err(Failure::Refused(sentence)) => {
            let errors = vec![FieldError { field: String::new(), sentence }];
            return show(&app, &asked, &id, &form, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Err(Failure::Conflict) => {
            let errors = vec![FieldError::new("", "outside.made_meanwhile")];
            return show(&app, &asked, &id, &form, errors, StatusCode::CONFLICT).await;
        }
        Err(other) => return Err(other),
    };
    let task = made.link.task(&made.found.dossier).ok_or(Failure::Conflict)?;
    let post = Post { texts: app.pages.texts(), base_url: &app.base_url };
    let address = post.address(&made.token);
    let svg = motcua_print::qr_svg(&address).map_err(Failure::fault)?;
    let email = asked.registry.offices.get(&made.link.office).map_or_else(String::new, |office| office.email.clone());
    let shown = link_shown(&asked, &made.link, &made.found);
    let page = SlipPage {
        id: made.found.id.clone(),
        task: task.number,
        matter: matter(&asked, &made.found, &task, &events),
        number: made.link.slip_number,
        token: made.token,
        qr: format!("data:image/svg+xml,{}", percent(&svg).replace('+', "%20")),
        address,
        made_at: shown.made_at,
        last_day: shown.last_day,
        mailed_to: if by_mail { email } else { String::new() },
    };
    Ok(page_with(&app, &asked, StatusCode::OK, "outside/slip.html", page)?.into_response())
}

/// The slip as a letter of the office, for whoever still has the page with the link before them. [LNK-08]
pub(super) async fn slip(State(app): State<App>, asked: Req, Path(id): Path<String>, form: Form) -> Answer {
    let (ctx, token, officer) = (asked.ctx.clone(), form.text("token").to_owned(), asked.officer()?.clone());
    let (seen, events) = app
        .db
        .read(move |tx| {
            let found = dossier::visible(tx, &officer, &id)?;
            let one_stop = found.dossier.one_stop();
            let refers = officer.post(one_stop, Role::OneStopOfficer, &found.dossier.subject.procedure).is_some();
            let seen = outside::look(tx, &ctx, &token)?;
            if !refers || seen.found.id != found.id {
                return Err(Failure::NotFound);
            }
            let events = dossier::timeline(tx, &found.id)?;
            Ok((seen, events))
        })
        .await?;
    if seen.standing != Standing::Open {
        let path = format!("/desk/dossiers/{}/referral?task={}", seen.found.id, seen.link.stay.task);
        return go(&path, FlashKind::Problem, "outside.link_ended", &[]);
    }
    let name = format!("inline; filename=\"referral-{}.pdf\"", seen.found.dossier.code);
    let address = Post { texts: app.pages.texts(), base_url: &app.base_url }.address(form.text("token"));
    let bytes = letters::shop().send(move || set_slip(&app, &asked, &seen, &events, &address)).await??;
    Ok(([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}

fn set_slip(app: &App, asked: &Req, seen: &Seen, events: &[Recorded], address: &str) -> Result<Vec<u8>, Failure> {
    let (registry, link, dossier) = (&asked.registry, &seen.link, &seen.found.dossier);
    let task = link.task(dossier).ok_or(Failure::NotFound)?;
    let matter = matter(asked, &seen.found, &task, events);
    let asks = [matter.asked, matter.note].into_iter().filter(|text| !text.is_empty());
    let issue = Issue { registry, texts: app.pages.texts(), base_url: &app.base_url, now: asked.ctx.now, vouch: None };
    let referred = Referred {
        dossier,
        number: link.slip_number,
        to: registry.office_name(&link.office),
        asked: asks.collect(),
        answer_by: task.due_at.unwrap_or(link.expires_at),
        link: address,
        // The last minute of the last day.
        link_until: link.expires_at - SignedDuration::from_mins(1),
        made_at: link.made_at,
        made_by: &link.made_by,
    };
    app.letters.referral(&issue, &referred)
}

async fn show(app: &App, asked: &Req, id: &str, form: &Form, errors: Vec<FieldError>, status: StatusCode) -> Answer {
    let (officer, stream) = (asked.officer()?.clone(), id.to_owned());
    let (found, events, mails): Read = app
        .db
        .read(move |tx| {
            let found = dossier::visible(tx, &officer, &stream)?;
            let events = dossier::timeline(tx, &found.id)?;
            let mails = mail::about(tx, &found.id)?;
            Ok((found, events, mails))
        })
        .await?;
    let registry = &asked.registry;
    let tasks = outside::referable(registry, &found.dossier);
    let wanted: Option<u32> = form.text("task").parse().ok();
    let chosen = tasks.iter().find(|task| wanted.is_none_or(|wanted| wanted == task.number));
    let Some(task) = chosen else {
        return go(&format!("/desk/dossiers/{}", found.id), FlashKind::Notice, "outside.not_there", &[]);
    };
    let (here, number) = (found.clone(), task.number);
    let link = app
        .db
        .read(move |tx| match here.dossier.task(number) {
            Some(task) => outside::newest(tx, &here, &task),
            None => Ok(None),
        })
        .await?;
    let local = |at: Timestamp| asked.locale.date_time(registry.local(at));
    let page = ReferralPage {
        task: task.number,
        matter: matter(asked, &found, task, &events),
        seen: link.as_ref().map_or(0, |link| link.number),
        link: link.map(|link| link_shown(asked, &link, &found)),
        mails: mails
            .into_iter()
            .map(|posted| MailShown {
                to: posted.to,
                made_at: local(posted.made_at),
                sent_at: posted.sent_at.map(local),
                next_at: posted.next_at.map(local),
                tries: posted.tries,
                failed_because: posted.failed_because,
            })
            .collect(),
        email: registry.offices.get(task.office).map_or_else(String::new, |office| office.email.clone()),
        sends: app.mailer.is_some(),
        others: tasks
            .iter()
            .filter(|other| other.number != task.number)
            .map(|other| OtherTask {
                href: format!("/desk/dossiers/{}/referral?task={}", found.id, other.number),
                office: registry.office_name(other.office).to_owned(),
                title: other.title.to_owned(),
            })
            .collect(),
        id: found.id.clone(),
        form: form.state(errors),
    };
    page_with(app, asked, status, "outside/referral.html", page)
}

pub(super) fn link_shown(asked: &Req, link: &Link, found: &Found) -> LinkShown {
    let registry = &asked.registry;
    let local = |at: Timestamp| asked.locale.date_time(registry.local(at));
    let last_day = registry.local(link.expires_at).date().yesterday().unwrap_or_default();
    LinkShown {
        standing: link.standing(&found.dossier, asked.ctx.now).as_str(),
        made_at: local(link.made_at),
        made_by: registry.account_name(&link.made_by).to_owned(),
        last_day: asked.locale.date(last_day),
        opened_at: link.opened_at.map(local),
        mailed: link.mail.is_some(),
    }
}
