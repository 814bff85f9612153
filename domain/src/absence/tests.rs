//! Examples of docs/rules/absence.md by rule number.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use jiff::civil::date;

use super::*;

fn key(office: &str, role: Role) -> PostKey {
    PostKey { office: office.into(), role }
}

fn person(agency: &str, posts: &[(&str, Role)]) -> Person {
    let posting = |(office, role): &(&str, Role)| Posting {
        post: key(office, *role),
        from_on: date(2018, 1, 1),
        to_on: Some(date(2019, 12, 31)),
    };
    Person { agency: agency.into(), postings: posts.iter().map(posting).collect() }
}

/// An office of three with its head, the counter, a commune, and somebody who only administers.
fn people() -> People {
    use Role::{Administrator, Leader, OfficeHead, OneStopOfficer, Specialist};
    [
        ("a", person("district", &[("district/justice", Specialist)])),
        ("b", person("district", &[("district/justice", Specialist)])),
        ("c", person("district", &[("district/justice", Specialist), ("district/counter", OneStopOfficer)])),
        ("head", person("district", &[("district/justice", OfficeHead)])),
        ("leader", person("district", &[("district/leaders", Leader), ("district/office", Administrator)])),
        ("admin", person("district", &[("district/office", Administrator)])),
        ("commune", person("commune", &[("commune/leaders", Leader)])),
        ("village", person("commune", &[("commune/desk", Specialist)])),
    ]
    .map(|(login, person)| (login.to_owned(), person))
    .into()
}

fn may(day: i8) -> Date {
    date(2018, 5, day)
}

fn today() -> Date {
    may(2)
}

fn away(login: &str, from: i8, to: i8, substitute: &str) -> Absence {
    Absence {
        id: format!("{login}{from}"),
        login: login.into(),
        from_on: may(from),
        to_on: may(to),
        substitute: substitute.into(),
        post: None,
        procedure: None,
    }
}

fn checked(new: &Absence, existing: &[Absence]) -> Vec<Refusal> {
    check(new, &people(), &[], existing, today())
}

fn acting(day: i8, login: &str, absences: &[Absence]) -> Vec<(String, String)> {
    posts_on(may(day), login, &people(), absences)
        .into_iter()
        .filter_map(|post| Some((post.acting_for?, post.office)))
        .collect()
}

fn one(owner: &str, office: &str) -> Vec<(String, String)> {
    vec![(owner.into(), office.into())]
}

#[test]
fn a_substitute_holds_the_posts_from_the_first_to_the_last_day() {
    // [SUB-01]
    let absences = [away("a", 4, 8, "b")];
    assert_eq!(checked(&absences[0], &[]), []);
    assert_eq!(acting(3, "b", &absences), []);
    assert_eq!(acting(4, "b", &absences), one("a", "district/justice"));
    assert_eq!(acting(8, "b", &absences), one("a", "district/justice"));
    assert_eq!(acting(9, "b", &absences), []);
    let own = posts_on(may(5), "b", &people(), &absences).remove(0);
    assert_eq!((own.office.as_str(), own.acting_for), ("district/justice", None));
}

#[test]
fn one_post_or_one_procedure_may_be_handed_over_and_administration_never() {
    // [SUB-02]
    let counter = Absence { post: Some(key("district/counter", Role::OneStopOfficer)), ..away("c", 4, 8, "a") };
    assert_eq!(checked(&counter, &[]), []);
    assert_eq!(acting(5, "a", &[counter]), one("c", "district/counter"));
    let matter = Absence { procedure: Some("2.000913".into()), ..away("a", 4, 8, "b") };
    let posts = posts_on(may(5), "b", &people(), &[matter]);
    assert_eq!(posts[1].procedure.as_deref(), Some("2.000913"));
    assert_eq!(acting(5, "a", &[away("leader", 4, 8, "a")]), one("leader", "district/leaders"));
    let nothing = |who: &str| vec![Refusal::NothingToHandOver { person: who.into() }];
    assert_eq!(checked(&away("admin", 4, 8, "a"), &[]), nothing("admin"));
    let other = Absence { post: Some(key("district/counter", Role::OneStopOfficer)), ..away("a", 4, 8, "b") };
    assert_eq!(checked(&other, &[]), nothing("a"));
}

#[test]
fn where_the_substitute_is_away_too_theirs_stands_in_for_both() {
    // [SUB-03]
    let mut absences = vec![away("a", 4, 8, "b"), away("b", 6, 7, "c")];
    assert_eq!(acting(5, "b", &absences), one("a", "district/justice"));
    assert_eq!(acting(6, "b", &absences), []);
    let both = [one("a", "district/justice"), one("b", "district/justice")].concat();
    assert_eq!(acting(6, "c", &absences), both);
    assert_eq!(acting(8, "b", &absences), one("a", "district/justice"));
    // Away for one procedure, one still stands in for a whole post, but not for that procedure alone.
    absences[1].procedure = Some("2.000913".into());
    assert_eq!(acting(6, "b", &absences), one("a", "district/justice"));
    absences[0].procedure = Some("2.000913".into());
    assert_eq!(acting(6, "b", &absences), []);
    assert_eq!(acting(6, "c", &absences), both);
}

#[test]
fn a_circle_is_refused_and_its_way_is_told() {
    // [SUB-04]
    let circle = |way: &[&str]| vec![Refusal::Circle { way: way.iter().map(|login| (*login).into()).collect() }];
    let existing = [away("a", 4, 8, "b"), away("b", 7, 9, "c")];
    assert_eq!(checked(&away("c", 8, 12, "a"), &existing), circle(&["c", "a", "b", "c"]));
    assert_eq!(checked(&away("b", 1, 4, "a"), &existing[..1]), circle(&["b", "a", "b"]));
    assert_eq!(checked(&away("c", 9, 12, "a"), &existing), [], "they share no day");
    // Two that swap different posts stand in one another's way nowhere.
    let counter = Absence { post: Some(key("district/counter", Role::OneStopOfficer)), ..away("c", 4, 8, "a") };
    let justice = Absence { post: Some(key("district/justice", Role::Specialist)), ..away("a", 4, 8, "c") };
    assert_eq!(checked(&justice, std::slice::from_ref(&counter)), []);
    assert_eq!(checked(&away("a", 4, 8, "c"), &[counter]), circle(&["a", "c", "a"]));
    // Also where it only closes for one procedure.
    let matter = Absence { procedure: Some("x".into()), ..away("c", 4, 8, "a") };
    assert_eq!(checked(&away("a", 4, 8, "c"), &[matter]), circle(&["a", "c", "a"]));
}

#[test]
fn old_data_with_a_circle_hangs_nothing() {
    // [SUB-04]
    let absences = [away("a", 4, 8, "b"), away("b", 4, 8, "a")];
    assert_eq!(acting(5, "a", &absences), []);
    assert_eq!(acting(5, "b", &absences), []);
}

#[test]
fn a_substitute_is_somebody_else_of_the_agency_or_above_with_a_post_on_every_day() {
    // [SUB-05]
    assert_eq!(checked(&away("a", 4, 8, "a"), &[]), [Refusal::Themself]);
    let without = |who: &str, day| vec![Refusal::SubstituteWithoutPost { substitute: who.into(), day }];
    assert_eq!(checked(&away("a", 4, 8, "nobody"), &[]), without("nobody", may(4)));
    assert_eq!(checked(&away("a", 4, 8, "admin"), &[]), without("admin", may(4)));
    let late = Absence { from_on: date(2019, 12, 30), to_on: date(2020, 1, 2), ..away("a", 4, 8, "b") };
    assert_eq!(checked(&late, &[]), without("b", date(2020, 1, 1)));
    let elsewhere = vec![Refusal::FromElsewhere { substitute: "commune".into() }];
    assert_eq!(checked(&away("leader", 4, 8, "commune"), &[]), elsewhere);
    let up = away("village", 4, 8, "a");
    assert_eq!(checked(&up, &[]), [Refusal::FromElsewhere { substitute: "a".into() }]);
    let above = ["district".to_owned()];
    assert_eq!(check(&up, &people(), &above, &[], today()), []);
    // Whoever leads an agency is replaced by somebody of the agency, along the whole chain.
    let leader = vec![Refusal::LeaderFromElsewhere { substitute: "a".into() }];
    assert_eq!(check(&away("commune", 4, 8, "a"), &people(), &above, &[], today()), leader);
    let chain = [away("commune", 4, 8, "village"), up];
    assert_eq!(acting(5, "a", &chain), one("village", "commune/desk"));
}

#[test]
fn the_days_are_in_order_not_over_not_long_ago_and_not_too_many() {
    // [SUB-06]
    assert_eq!(checked(&away("a", 8, 4, "b"), &[]), [Refusal::EndsBeforeItBegins]);
    assert_eq!(checked(&away("a", 1, 1, "b"), &[]), [Refusal::Over { to: may(1) }]);
    let since = |from| Absence { from_on: from, ..away("a", 4, 8, "b") };
    assert_eq!(checked(&since(date(2018, 4, 1)), &[]), []);
    assert_eq!(checked(&since(date(2018, 3, 31)), &[]), [Refusal::TooLongAgo { max: 31 }]);
    let until = |to| Absence { to_on: to, ..away("a", 4, 8, "b") };
    assert_eq!(checked(&until(date(2019, 5, 4)), &[]), []);
    assert_eq!(checked(&until(date(2019, 5, 5)), &[]), [Refusal::TooLong { max: 366 }]);
}

#[test]
fn one_post_has_one_substitute_a_day() {
    // [SUB-07]
    let existing = [away("a", 4, 8, "b")];
    let already = vec![Refusal::AwayAlready { substitute: "b".into(), from: may(4), to: may(8) }];
    assert_eq!(checked(&away("a", 8, 12, "c"), &existing), already);
    assert_eq!(checked(&away("a", 9, 12, "c"), &existing), []);
    let matter = Absence { procedure: Some("x".into()), ..away("a", 5, 6, "c") };
    assert_eq!(checked(&matter, &existing), already);
    let other = Absence { procedure: Some("y".into()), ..away("a", 5, 6, "b") };
    assert_eq!(checked(&other, &[matter]), []);
}

#[test]
fn who_is_away_keeps_their_own_posts() {
    // [SUB-08]
    let posts = posts_on(may(5), "a", &people(), &[away("a", 4, 8, "b")]);
    assert_eq!(posts, [Post::own("district/justice", Role::Specialist)]);
}

#[test]
fn ended_early_the_posts_are_back_that_day() {
    // [SUB-09]
    let absence = away("a", 4, 8, "b");
    assert_eq!(absence.ended(may(6)).unwrap().unwrap().to_on, may(5));
    assert_eq!(absence.ended(may(4)).unwrap(), None, "the first day is today: it never was");
    assert_eq!(absence.ended(may(2)).unwrap(), None);
    assert_eq!(absence.ended(may(9)), Err(Refusal::Over { to: may(8) }));
}

#[test]
fn only_who_handed_over_all_of_a_post_is_away_from_it() {
    // [SUB-11]
    let justice = key("district/justice", Role::Specialist);
    assert!(is_away(may(5), "a", &justice, &[away("a", 4, 8, "b")]));
    assert!(!is_away(may(9), "a", &justice, &[away("a", 4, 8, "b")]));
    let matter = Absence { procedure: Some("x".into()), ..away("a", 4, 8, "b") };
    assert!(!is_away(may(5), "a", &justice, &[matter]));
    let counter = Absence { post: Some(key("district/counter", Role::OneStopOfficer)), ..away("c", 4, 8, "a") };
    assert!(!is_away(may(5), "c", &justice, &[counter]));
}

#[test]
fn every_refusal_names_its_field_and_what_it_is_about() {
    let way = Refusal::Circle { way: vec!["a".into(), "b".into(), "a".into()] };
    assert_eq!((way.key(), way.field()), ("absence.circle", "substitute"));
    assert_eq!(way.params(), [("way", "a → b → a".to_owned())]);
}
