//! What must hold of every set of absences that was let in one after the other. Rules: docs/rules/absence.md.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const PEOPLE: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const OFFICES: [&str; 2] = ["x/one", "x/two"];
const PROCEDURES: [&str; 2] = ["1.000001", "1.000002"];
const DAYS: i32 = 20;

fn day(number: i32) -> Date {
    days_from(date(2018, 5, 1), number)
}

/// Everybody works at the first office, every second one also at the other; the last one leaves in the middle.
fn people() -> People {
    let posting = |office: &str, to_on| Posting {
        post: PostKey { office: office.into(), role: Role::Specialist },
        from_on: date(2018, 1, 1),
        to_on,
    };
    let person = |at: usize| {
        let to_on = (at == 5).then(|| day(DAYS / 2));
        let mut postings = vec![posting("x/one", to_on)];
        postings.extend(at.is_multiple_of(2).then(|| posting("x/two", to_on)));
        Person { agency: "x".into(), postings }
    };
    PEOPLE.iter().enumerate().map(|(at, login)| ((*login).to_owned(), person(at))).collect()
}

fn absence() -> impl Strategy<Value = Absence> {
    let post = proptest::option::of(0usize..2);
    let procedure = proptest::option::weighted(0.4, 0usize..2);
    (0usize..6, 0usize..6, 0..DAYS, 0..8i32, post, procedure).prop_map(
        |(login, substitute, from, length, post, procedure)| Absence {
            id: String::new(),
            login: PEOPLE[login].into(),
            from_on: day(from),
            to_on: day(from + length),
            substitute: PEOPLE[substitute].into(),
            post: post.map(|at| PostKey { office: OFFICES[at].into(), role: Role::Specialist }),
            procedure: procedure.map(|at| PROCEDURES[at].into()),
        },
    )
}

/// Those of a list that are let in, in this order.
fn let_in(proposed: Vec<Absence>) -> Vec<Absence> {
    let mut accepted = Vec::new();
    for new in proposed {
        if check(&new, &people(), &[], &accepted, day(0)).is_empty() {
            accepted.push(new);
        }
    }
    accepted
}

/// Says by itself, without the program's own following of chains, to whom each person hands a duty on a day.
fn handed_to<'a>(login: &str, on: Date, office: &str, procedure: Option<&str>, all: &'a [Absence]) -> Vec<&'a str> {
    let fits = |absence: &&Absence| {
        absence.login == login
            && absence.from_on <= on
            && on <= absence.to_on
            && absence.post.as_ref().is_none_or(|post| post.office == office)
            && absence.procedure.as_deref().is_none_or(|only| Some(only) == procedure)
    };
    all.iter().filter(fits).map(|absence| absence.substitute.as_str()).collect()
}

fn duties() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let procedures = [None, Some(PROCEDURES[0]), Some(PROCEDURES[1])];
    OFFICES.into_iter().flat_map(move |office| procedures.map(|procedure| (office, procedure)))
}

proptest! {
    #[test]
    fn no_circle_is_ever_let_in(proposed in proptest::collection::vec(absence(), 0..24)) {
        // [SUB-04]
        let all = let_in(proposed);
        for (on, (office, procedure)) in days(day(0), day(DAYS + 8)).flat_map(|on| duties().map(move |duty| (on, duty))) {
            for owner in PEOPLE {
                let mut at = owner.to_owned();
                for _ in 0..=PEOPLE.len() {
                    let next = handed_to(&at, on, office, procedure, &all);
                    prop_assert!(next.len() < 2, "{at} has two substitutes on {on}");
                    let Some(next) = next.first() else { at.clear(); break };
                    at = (*next).to_owned();
                }
                prop_assert!(at.is_empty(), "from {owner} on {on} the way never ends");
            }
        }
    }

    #[test]
    fn a_post_of_somebody_away_is_held_by_one_person_who_is_there(
        proposed in proptest::collection::vec(absence(), 0..24),
    ) {
        // [SUB-01] [SUB-03] [SUB-07]
        let (all, people) = (let_in(proposed), people());
        for on in days(day(0), day(DAYS + 8)) {
            let held = stand_ins(on, &people, &all);
            let mut seen = std::collections::BTreeSet::new();
            for stand_in in &held {
                let (post, login) = (&stand_in.post, stand_in.login.as_str());
                let owner = post.acting_for.clone().unwrap();
                let procedure = post.procedure.as_deref();
                prop_assert!(seen.insert((owner.clone(), post.office.clone(), post.procedure.clone())));
                prop_assert_eq!(handed_to(&owner, on, &post.office, procedure, &all).len(), 1);
                prop_assert!(handed_to(login, on, &post.office, procedure, &all).is_empty(), "{} is away", login);
                prop_assert!(people[login].works_on(on));
                prop_assert!(people[&owner].posts(on).any(|own| own.office == post.office));
            }
            // And nothing is forgotten: what is not held ends with somebody who has no post any more.
            for absence in all.iter().filter(|absence| absence.is_on(on)) {
                for post in people[&absence.login].posts(on).filter(|post| absence.post.as_ref().is_none_or(|p| p == *post)) {
                    let there = seen.contains(&(absence.login.clone(), post.office.clone(), absence.procedure.clone()));
                    let (mut at, mut ends) = (absence.login.clone(), false);
                    for _ in PEOPLE {
                        let next = handed_to(&at, on, &post.office, absence.procedure.as_deref(), &all);
                        let Some(next) = next.first() else { break };
                        at = (*next).to_owned();
                        ends |= !people[&at].works_on(on);
                    }
                    prop_assert_eq!(there, !ends, "{} on {}", absence.login.clone(), on);
                }
            }
        }
    }

    #[test]
    fn nobody_keeps_a_post_after_the_last_day(proposed in proptest::collection::vec(absence(), 0..24), until in 0..DAYS) {
        // [SUB-01] [SUB-09]
        let (all, people) = (let_in(proposed), people());
        let ended: Vec<Absence> = all.iter().filter_map(|absence| match absence.ended(day(until)) {
            Ok(left) => left,
            Err(_) => Some(absence.clone()),
        }).collect();
        for on in days(day(until), day(DAYS + 8)) {
            for login in PEOPLE {
                let posts = posts_on(on, login, &people, &ended);
                prop_assert!(posts.iter().all(|post| post.acting_for.is_none()), "{login} on {on}");
            }
        }
    }

    #[test]
    fn being_away_takes_nothing_of_ones_own(proposed in proptest::collection::vec(absence(), 0..24), number in 0..DAYS) {
        // [SUB-08]
        let (all, people) = (let_in(proposed), people());
        for login in PEOPLE {
            let own = |absences: &[Absence]| -> Vec<Post> {
                let posts = posts_on(day(number), login, &people, absences);
                posts.into_iter().filter(|post| post.acting_for.is_none()).collect()
            };
            prop_assert_eq!(own(&all), own(&[]));
        }
    }
}
