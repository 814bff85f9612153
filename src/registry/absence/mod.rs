//! Absence: who is away, and who stands in for them. Owns the table `absence`; every change is in the ledger as well.
//!
//! What a substitute may do follows from the registry of the day ([`crate::registry::Registry::officer`]): entering or ending
//! an absence makes the registry grow, and every process knows within seconds. Rules: `docs/rules/absence.md`.

mod store;
pub mod web;

use jiff::civil::Date;
use motcua_domain::absence::{self, Absence, Person, PostKey, can_be_lent};
use motcua_domain::identity::{Officer, Role};

use super::Registry;
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::{Failure, FieldError, Sentence};
use crate::platform::ledger::{self, NewEvent};

/// The stream in the ledger for absences.
pub const STREAM: &str = "absence";

/// An absence as somebody enters it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub login: String,
    pub from_on: Date,
    pub to_on: Date,
    pub substitute: String,
    /// The only post handed over; `None` for all.
    pub post: Option<PostKey>,
    /// Key of the only procedure handed over; `None` for all.
    pub procedure: Option<String>,
}

/// By what right somebody enters or ends an absence. [SUB-10]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// Their own.
    Own,
    /// Of somebody of an agency they lead.
    Leader,
    /// Of somebody of these offices, which they head; for what is done there.
    Head(Vec<String>),
    /// Of somebody of an agency they administer.
    Administrator,
}

/// By what right somebody enters an absence of another, if by any. [SUB-10]
pub fn right(registry: &Registry, by: &Officer, login: &str) -> Option<Right> {
    let person = registry.person(login)?;
    if by.account == login {
        return Some(Right::Own);
    }
    let at_agency = |role| by.posts.iter().any(|p| p.role == role && registry.agency_of(&p.office) == person.agency);
    if at_agency(Role::Leader) {
        return Some(Right::Leader);
    }
    let heads = |office: &str| by.holds(office, Role::OfficeHead);
    let mut offices: Vec<String> = person.postings.iter().map(|posting| posting.post.office.clone()).collect();
    offices.retain(|office| heads(office));
    offices.dedup();
    if !offices.is_empty() {
        return Some(Right::Head(offices));
    }
    at_agency(Role::Administrator).then_some(Right::Administrator)
}

/// Enters an absence. What is wrong comes all at once, each beside its field.
pub fn enter(tx: &mut Tx, ctx: &Ctx, registry: &Registry, entry: Entry) -> Result<Absence, Failure> {
    let by = ctx.officer()?;
    let right = right(registry, by, &entry.login).ok_or(Failure::NotFound)?;
    let today = registry.local(ctx.now).date();
    let new = Absence {
        id: ctx.new_id()?,
        login: entry.login,
        from_on: entry.from_on,
        to_on: entry.to_on,
        substitute: entry.substitute,
        post: entry.post,
        procedure: entry.procedure,
    };
    let agency = registry.person(&new.login).map_or("", |person| person.agency.as_str());
    let above = registry.agencies_above(agency, today.max(new.from_on));
    let existing: Vec<Absence> = store::not_over(tx, today)?.into_iter().map(|entered| entered.absence).collect();
    let refusals = absence::check(&new, registry.people_by_login(), &above, &existing, today);
    let mut errors: Vec<FieldError> = refusals.iter().map(error).collect();
    errors.extend(beyond(registry, by, &right, &new, today));
    if !errors.is_empty() {
        return Err(Failure::Invalid(errors));
    }
    store::insert(tx, &new, &by.account, ctx.now)?;
    record(tx, ctx, "absence_entered", &serde_json::to_value(&new)?)?;
    super::store::grow(tx)?;
    Ok(new)
}

/// What the right of whoever enters does not reach. [SUB-10]
fn beyond(registry: &Registry, by: &Officer, right: &Right, new: &Absence, today: Date) -> Option<FieldError> {
    match right {
        Right::Head(offices) => {
            let mine = |post: &PostKey| offices.contains(&post.office);
            let within = match &new.post {
                Some(post) => mine(post),
                None => registry.person(&new.login).is_some_and(|person| lendable(person, today).all(mine)),
            };
            (!within).then(|| FieldError::new("post", "absence.only_your_office"))
        }
        Right::Administrator if new.substitute == by.account => {
            Some(FieldError::new("substitute", "absence.not_yourself"))
        }
        _ => None,
    }
}

/// The posts somebody can hand over now or later.
pub fn lendable(person: &Person, today: Date) -> impl Iterator<Item = &PostKey> {
    let left = person.postings.iter().filter(move |posting| posting.to_on.is_none_or(|to| today <= to));
    left.map(|posting| &posting.post).filter(|post| can_be_lent(post.role))
}

/// Ends an absence before its last day: from today on the person is back. One that has not begun is as if it never was. [SUB-09]
pub fn end(tx: &mut Tx, ctx: &Ctx, registry: &Registry, id: &str) -> Result<Absence, Failure> {
    let found = store::by_id(tx, id)?.ok_or(Failure::NotFound)?.absence;
    right(registry, ctx.officer()?, &found.login).ok_or(Failure::NotFound)?;
    let today = registry.local(ctx.now).date();
    let left = found.ended(today).map_err(|refusal| Failure::Refused(sentence(&refusal)))?;
    match &left {
        Some(left) => store::shorten(tx, id, left.to_on)?,
        None => store::remove(tx, id)?,
    }
    let last = left.map(|left| left.to_on.to_string());
    record(tx, ctx, "absence_ended", &serde_json::json!({ "id": id, "login": found.login, "last_on": last }))?;
    super::store::grow(tx)?;
    Ok(found)
}

/// An absence with who entered it.
pub struct Entered {
    pub absence: Absence,
    pub by: String,
}

/// The absences that are not over on a day, and those that ended since another; each in order of time.
pub fn since(tx: &mut Tx, day: Date) -> Result<Vec<Entered>, Failure> {
    store::not_over(tx, day)
}

/// All absences, in order of their last day.
pub(super) fn all(tx: &mut Tx) -> Result<Vec<Absence>, Failure> {
    // Older than the oldest law the program knows.
    Ok(store::not_over(tx, Date::constant(2000, 1, 1))?.into_iter().map(|entered| entered.absence).collect())
}

fn error(refusal: &absence::Refusal) -> FieldError {
    FieldError { field: refusal.field().to_owned(), sentence: sentence(refusal) }
}

fn sentence(refusal: &absence::Refusal) -> Sentence {
    refusal.params().into_iter().fold(Sentence::new(refusal.key()), |said, (name, value)| said.with(name, value))
}

fn record(tx: &mut Tx, ctx: &Ctx, kind: &'static str, body: &serde_json::Value) -> Result<(), Failure> {
    let by = ctx.officer()?.account.clone();
    let version = ledger::version(tx, STREAM)?;
    ledger::append(tx, ctx, STREAM, version, &by, "", vec![NewEvent { kind, body: body.to_string() }])
}
