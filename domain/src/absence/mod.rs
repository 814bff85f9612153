//! Absence (vắng mặt): somebody is away from one day to another, and somebody else stands in (docs/rules/absence.md).
//!
//! A post is never without its owner: the substitute holds it *for* the absent, day by day, so that nothing has to be given
//! back when the absent returns. Days are local days of the site; the first and the last day are both included.

mod refusal;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::identity::{Post, Role};

pub use refusal::Refusal;

/// An absence may be entered this many days after it began: somebody fell ill and nobody had time to type. [SUB-06]
pub const BACK_MAX_DAYS: i32 = 31;

/// The longest absence, in days; who is away longer has another post, not a substitute. [SUB-06]
pub const LENGTH_MAX_DAYS: i32 = 366;

/// One role at one office (`agency/key`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PostKey {
    pub office: String,
    pub role: Role,
}

/// Somebody is away and somebody else stands in. [SUB-01]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub id: String,
    /// Who is away.
    pub login: String,
    /// First day away.
    pub from_on: Date,
    /// Last day away.
    pub to_on: Date,
    /// Who stands in.
    pub substitute: String,
    /// The only post that is handed over; `None` for all. [SUB-02]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<PostKey>,
    /// Key of the only procedure that is handed over; `None` for all. [SUB-02]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
}

/// A post held in one's own right, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub post: PostKey,
    pub from_on: Date,
    pub to_on: Option<Date>,
}

/// Somebody of the site with the posts of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub agency: String,
    pub postings: Vec<Posting>,
}

/// Everybody of the site by login.
pub type People = BTreeMap<String, Person>;

impl Person {
    /// The posts of their own on a day.
    pub fn posts(&self, day: Date) -> impl Iterator<Item = &PostKey> {
        let held = move |posting: &&Posting| posting.from_on <= day && posting.to_on.is_none_or(|to| day <= to);
        self.postings.iter().filter(held).map(|posting| &posting.post)
    }

    /// Whether they work on dossiers on a day: who only administers or audits stands in for nobody. [SUB-05]
    pub fn works_on(&self, day: Date) -> bool {
        self.posts(day).any(|post| can_be_lent(post.role))
    }
}

/// Administration and audit are nobody's to pass on: they are about trust in a person, not about work that waits. [SUB-02]
pub fn can_be_lent(role: Role) -> bool {
    !matches!(role, Role::Administrator | Role::Auditor)
}

/// What may pass from hand to hand: a post, for one procedure or for all. `post: None` stands for any post that no absence names.
#[derive(Clone, Copy)]
struct Duty<'a> {
    post: Option<&'a PostKey>,
    procedure: Option<&'a str>,
}

impl Absence {
    /// Whether it holds on a day.
    pub fn is_on(&self, day: Date) -> bool {
        self.from_on <= day && day <= self.to_on
    }

    /// Whether the whole of a duty is handed over. [SUB-03]
    fn covers(&self, duty: Duty<'_>) -> bool {
        (self.post.is_none() || self.post.as_ref() == duty.post)
            && (self.procedure.is_none() || self.procedure.as_deref() == duty.procedure)
    }

    /// Whether two absences have a day, a post and a procedure in common.
    fn meets(&self, other: &Absence) -> bool {
        fn same<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
            a.is_none() || b.is_none() || a == b
        }
        self.from_on <= other.to_on
            && other.from_on <= self.to_on
            && same(self.post.as_ref(), other.post.as_ref())
            && same(self.procedure.as_ref(), other.procedure.as_ref())
    }

    /// What is left of it when it is ended on a day: the person is back from that day on. `None` when it had not begun.
    ///
    /// # Errors
    /// [`Refusal::Over`] when its last day has passed. [SUB-09]
    pub fn ended(&self, today: Date) -> Result<Option<Absence>, Refusal> {
        if self.to_on < today {
            return Err(Refusal::Over { to: self.to_on });
        }
        let last = days_from(today, -1);
        Ok((self.from_on <= last).then(|| Absence { to_on: last, ..self.clone() }))
    }
}

/// A post held for somebody who is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// Who holds it.
    pub login: String,
    /// `acting_for` says whose it is.
    pub post: Post,
}

/// Every post that is held for somebody else on a day. Where the substitute is away too, their substitute holds it; where
/// nobody is left, it is not in the list. [SUB-01] [SUB-03]
pub fn stand_ins(day: Date, people: &People, absences: &[Absence]) -> Vec<StandIn> {
    let on: Vec<&Absence> = absences.iter().filter(|absence| absence.is_on(day)).collect();
    let mut held = Vec::new();
    for absence in &on {
        let Some(owner) = people.get(&absence.login) else { continue };
        for post in owner.posts(day).filter(|post| can_be_lent(post.role)) {
            let duty = Duty { post: Some(post), procedure: absence.procedure.as_deref() };
            if !absence.covers(duty) {
                continue;
            }
            if let Some(login) = holder(day, duty, &absence.login, people, &on) {
                let post = Post {
                    office: post.office.clone(),
                    role: post.role,
                    acting_for: Some(absence.login.clone()),
                    procedure: absence.procedure.clone(),
                };
                held.push(StandIn { login: login.to_owned(), post });
            }
        }
    }
    held
}

/// The posts of somebody on a day: their own first, then those they hold for others. Being away takes none of one's own:
/// whoever comes in may work. [SUB-08]
pub fn posts_on(day: Date, login: &str, people: &People, absences: &[Absence]) -> Vec<Post> {
    let Some(person) = people.get(login) else { return Vec::new() };
    let mut posts: Vec<Post> = person.posts(day).map(|post| Post::own(post.office.clone(), post.role)).collect();
    if person.works_on(day) {
        let others = stand_ins(day, people, absences).into_iter().filter(|stand_in| stand_in.login == login);
        posts.extend(others.map(|stand_in| stand_in.post));
    }
    posts
}

/// Whether somebody has handed over the whole of a post on a day: who assigns work does not offer them. [SUB-11]
pub fn is_away(day: Date, login: &str, post: &PostKey, absences: &[Absence]) -> bool {
    let duty = Duty { post: Some(post), procedure: None };
    absences.iter().any(|absence| absence.login == login && absence.is_on(day) && absence.covers(duty))
}

/// Follows a duty from its owner to whoever is there; nobody when the chain ends with somebody without a post, or turns
/// back (which [`check`] refuses, but old data must not hang the program).
fn holder<'a>(day: Date, duty: Duty<'_>, owner: &'a str, people: &People, on: &[&'a Absence]) -> Option<&'a str> {
    let mut at = owner;
    let mut seen = BTreeSet::from([owner]);
    let agency = people.get(owner).map(|person| person.agency.as_str());
    let leads = duty.post.is_some_and(|post| post.role == Role::Leader);
    let may = |person: &Person| person.works_on(day) && (!leads || Some(person.agency.as_str()) == agency);
    while let Some(absence) = on.iter().find(|absence| absence.login == at && absence.covers(duty)) {
        at = &absence.substitute;
        if !seen.insert(at) || !people.get(at).is_some_and(may) {
            return None;
        }
    }
    Some(at)
}

/// Everything that keeps an absence from being entered; nothing for a good one. `above` are the agencies above that of the
/// absent; `existing` are the absences that hold, without this one.
pub fn check(new: &Absence, people: &People, above: &[String], existing: &[Absence], today: Date) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if new.to_on < new.from_on {
        refusals.push(Refusal::EndsBeforeItBegins);
    } else if new.to_on < today {
        refusals.push(Refusal::Over { to: new.to_on });
    } else if new.from_on < days_from(today, -BACK_MAX_DAYS) {
        refusals.push(Refusal::TooLongAgo { max: BACK_MAX_DAYS });
    } else if days_from(new.from_on, LENGTH_MAX_DAYS) <= new.to_on {
        refusals.push(Refusal::TooLong { max: LENGTH_MAX_DAYS });
    }
    // Days that make no sense would only bring more sentences about the same mistake.
    if !refusals.is_empty() {
        refusals.extend(who(new, people, above, &[today]));
        return refusals;
    }
    let days: Vec<Date> = days(new.from_on, new.to_on).collect();
    refusals.extend(who(new, people, above, &days));
    if let Some(other) = existing.iter().find(|other| other.login == new.login && other.meets(new)) {
        let (substitute, from, to) = (other.substitute.clone(), other.from_on, other.to_on);
        refusals.push(Refusal::AwayAlready { substitute, from, to });
    } else if let Some(way) = circle(new, existing) {
        refusals.push(Refusal::Circle { way });
    }
    refusals
}

/// Whether the absent has something to hand over and the substitute may take it. [SUB-05]
fn who(new: &Absence, people: &People, above: &[String], days: &[Date]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let wanted = |post: &PostKey| can_be_lent(post.role) && new.post.as_ref().is_none_or(|only| only == post);
    let absent = people.get(&new.login);
    if !absent.is_some_and(|person| days.iter().any(|day| person.posts(*day).any(wanted))) {
        refusals.push(Refusal::NothingToHandOver { person: new.login.clone() });
    }
    let substitute = new.substitute.clone();
    if substitute == new.login {
        refusals.push(Refusal::Themself);
        return refusals;
    }
    let person = people.get(&substitute);
    let idle = |day: &&Date| !person.is_some_and(|person| person.works_on(**day));
    if let Some(day) = days.iter().find(idle) {
        refusals.push(Refusal::SubstituteWithoutPost { substitute, day: *day });
    } else if let (Some(person), Some(absent)) = (person, absent)
        && person.agency != absent.agency
        && !above.contains(&person.agency)
    {
        refusals.push(Refusal::FromElsewhere { substitute });
    } else if let (Some(person), Some(absent)) = (person, absent)
        && person.agency != absent.agency
        && days.iter().any(|day| absent.posts(*day).any(|post| wanted(post) && post.role == Role::Leader))
    {
        refusals.push(Refusal::LeaderFromElsewhere { substitute });
    }
    refusals
}

/// The way on which a post would come back to whoever handed it over, if there is a day on which it would. [SUB-04]
///
/// Who stands in for whom only changes on the first day of an absence, and only for the posts and procedures that absences
/// name: looking at those is looking at all.
fn circle(new: &Absence, existing: &[Absence]) -> Option<Vec<String>> {
    let within = |day: &Date| new.is_on(*day);
    let days: BTreeSet<Date> = existing.iter().map(|other| other.from_on).filter(within).chain([new.from_on]).collect();
    let posts: BTreeSet<Option<&PostKey>> = match &new.post {
        Some(post) => [Some(post)].into(),
        None => existing.iter().map(|other| other.post.as_ref()).chain([None]).collect(),
    };
    let procedures: BTreeSet<Option<&str>> = match &new.procedure {
        Some(procedure) => [Some(procedure.as_str())].into(),
        None => existing.iter().map(|other| other.procedure.as_deref()).chain([None]).collect(),
    };
    for day in days {
        let on: Vec<&Absence> = existing.iter().filter(|other| other.is_on(day)).collect();
        for post in &posts {
            for procedure in &procedures {
                let found = way_back(new, Duty { post: *post, procedure: *procedure }, &on);
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

fn way_back(new: &Absence, duty: Duty<'_>, on: &[&Absence]) -> Option<Vec<String>> {
    let mut way = vec![new.login.clone(), new.substitute.clone()];
    while let Some(next) = on.iter().find(|other| Some(&other.login) == way.last() && other.covers(duty)) {
        let back = next.substitute == new.login;
        if !back && way.contains(&next.substitute) {
            return None;
        }
        way.push(next.substitute.clone());
        if back {
            return Some(way);
        }
    }
    None
}

/// Every day from one to another, both included.
pub fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |day| *day <= to)
}

/// A day so many days later; at the end of the calendar, its last day.
fn days_from(day: Date, count: i32) -> Date {
    day.saturating_add(Span::new().days(count))
}
