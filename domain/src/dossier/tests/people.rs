//! Substitutes, four eyes, and people with several posts.

use super::*;

/// Somebody of the office next door who stands in for a person at their post.
fn substitute(for_whom: &str, office: &str, role: Role, only: Option<&str>) -> Officer {
    let post = Post { acting_for: Some(for_whom.into()), procedure: only.map(Into::into), ..Post::own(office, role) };
    let mut stands_in = officer("thay", &[("huyen/secretariat", Role::Specialist)]);
    stands_in.posts.push(post);
    stands_in
}

fn of_justice() -> Officer {
    substitute("tuphap1", JUSTICE, Role::Specialist, None)
}

fn last(life: &Life) -> (&str, Option<&str>) {
    let recorded = life.events.last().unwrap();
    (&recorded.by, recorded.acting_for.as_deref())
}

#[test]
fn what_a_substitute_takes_belongs_to_the_absent_and_both_names_are_recorded() {
    // [SUB-01] [DOS-03]
    let mut life = Life::walk_to(1);
    life.by(&of_justice(), at(60), 0, Command::Claim).unwrap();
    assert_eq!((life.state.holder.as_deref(), last(&life)), (Some("tuphap1"), ("thay", Some("tuphap1"))));
    assert_eq!(life.by(&of_justice(), at(61), 0, Command::Claim), Err(Refusal::AlreadyYours));
    let held = Err(Refusal::HeldBy { account: "tuphap1".into() });
    assert_eq!(life.by(&who("tuphap2"), at(62), 0, forward()), held, "no colleague's");
    // Back again, the absent goes on without being given anything.
    life.by(&who("tuphap1"), at(63), 0, forward()).unwrap();
    assert_eq!(last(&life), ("tuphap1", None));
}

#[test]
fn a_substitute_goes_on_with_what_the_absent_holds_but_not_with_what_others_hold() {
    // [SUB-01] [DOS-03]
    let mut life = Life::walk_to(1);
    life.act("tuphap1", Command::Claim).unwrap();
    let of_other = substitute("tuphap2", JUSTICE, Role::Specialist, None);
    assert_eq!(life.by(&of_other, at(60), 0, forward()), Err(Refusal::HeldBy { account: "tuphap1".into() }));
    life.by(&of_justice(), at(61), 0, forward()).unwrap();
    assert_eq!(last(&life), ("thay", Some("tuphap1")));
}

#[test]
fn a_colleague_who_stands_in_has_two_posts_and_each_act_says_on_which() {
    // [SUB-01]
    let mut colleague = who("tuphap2");
    colleague.posts.push(Post { acting_for: Some("tuphap1".into()), ..Post::own(JUSTICE, Role::Specialist) });
    let mut life = Life::walk_to(1);
    life.by(&colleague, at(60), 0, Command::Claim).unwrap();
    assert_eq!((life.state.holder.as_deref(), last(&life).1), (Some("tuphap2"), None), "one's own post comes first");
    let mut life = Life::walk_to(1);
    life.act("tuphap1", Command::Claim).unwrap();
    life.by(&colleague, at(61), 0, forward()).unwrap();
    assert_eq!(last(&life), ("tuphap2", Some("tuphap1")), "what the absent holds is done for the absent");
}

#[test]
fn a_substitute_for_one_procedure_acts_on_and_sees_no_other() {
    // [SUB-02] [DOS-09]
    let mut life = Life::walk_to(1);
    for (only, may) in [("2.000815", true), ("1.001193", false)] {
        let stands_in = substitute("tuphap1", JUSTICE, Role::Specialist, Some(only));
        assert_eq!(may_see(&life.state, &stands_in), may);
        assert_eq!(can_act(&life.state, &life.state.task(0).unwrap(), &stands_in), may);
        assert_eq!(life.by(&stands_in, at(60), 0, Command::Claim).is_ok(), may);
    }
    let leads = |only| substitute("chutich", "huyen/elsewhere", Role::Leader, Some(only));
    assert!(may_see(&life.state, &leads("2.000815")) && !may_see(&life.state, &leads("1.001193")));
}

#[test]
fn what_is_assigned_to_a_substitute_belongs_to_the_absent() {
    // [SUB-01] [DOS-04]
    let mut life = Life::walk_to(1);
    life.act("truong", Command::Assign { to: of_justice() }).unwrap();
    assert_eq!(life.state.holder.as_deref(), Some("tuphap1"));
    let again = life.act("truong", Command::Assign { to: of_justice() });
    assert_eq!(again, Err(Refusal::HeldBy { account: "tuphap1".into() }));
    let stranger = substitute("motcua1", ONE_STOP, Role::OneStopOfficer, None);
    assert!(matches!(life.act("truong", Command::Assign { to: stranger }), Err(Refusal::NotOfThisStep { .. })));
}

#[test]
fn heads_and_counters_are_stood_in_for_too() {
    // [SUB-01] [DOS-04] [DOS-11] [DOS-17]
    let head = substitute("truong", JUSTICE, Role::OfficeHead, None);
    let mut life = Life::walk_to(1);
    life.by(&head, at(60), 0, Command::Assign { to: who("tuphap2") }).unwrap();
    assert_eq!(last(&life), ("thay", Some("truong")));
    life.by(&head, at(61), 0, stop()).unwrap();
    let counter = substitute("motcua1", ONE_STOP, Role::OneStopOfficer, None);
    let mut life = Life::walk_to(1);
    life.by(&counter, at(60), 0, withdraw()).unwrap();
    assert_eq!((last(&life), life.events.last().unwrap().office.as_str()), (("thay", Some("motcua1")), ONE_STOP));
}

/// Work and signature with four eyes, done by whom.
fn signed(proposes: &Officer, signs: &Officer, four_eyes: bool) -> Result<(), Refusal> {
    let Event::Accepted(mut acceptance) = accepted().event else { panic!("not accepted") };
    acceptance.subject.route = vec![
        step(StepKind::Intake, ONE_STOP, Role::OneStopOfficer),
        step(StepKind::Work, JUSTICE, Role::Specialist),
        Step { four_eyes, ..step(StepKind::Sign, JUSTICE, Role::OfficeHead) },
        step(StepKind::Return, ONE_STOP, Role::OneStopOfficer),
    ];
    let mut life = Life::of(recorded(1, at(0), "motcua1", Event::Accepted(acceptance)));
    life.act("motcua1", forward()).unwrap();
    life.by(proposes, at(60), 0, propose(Outcome::Grant)).unwrap();
    life.by(signs, at(120), 0, approve())
}

#[test]
fn where_four_eyes_are_asked_for_two_people_answer_for_it() {
    // [RTE-11]
    let both = officer("caca", &[(JUSTICE, Role::Specialist), (JUSTICE, Role::OfficeHead)]);
    let for_both = |whom: &str| {
        let post = |role| Post { acting_for: Some(whom.into()), ..Post::own(JUSTICE, role) };
        Officer {
            account: "thay".into(),
            agency: "huyen".into(),
            posts: vec![post(Role::Specialist), post(Role::OfficeHead)],
        }
    };
    let cases: [(&str, Officer, Officer, bool); 7] = [
        ("two people", who("tuphap1"), who("truong"), true),
        ("one with two posts", both.clone(), both.clone(), false),
        ("one who stands in for one", for_both("caca"), for_both("caca"), false),
        ("one who stands in for two", for_both("tuphap1"), for_both("truong"), false),
        ("on the post of who proposed", both.clone(), for_both("caca"), false),
        ("who signs, by their substitute", for_both("caca"), both, false),
        ("a substitute and another", of_justice(), who("truong"), true),
    ];
    for (case, proposes, signs, may) in cases {
        let done = signed(&proposes, &signs, true);
        assert_eq!(done, if may { Ok(()) } else { Err(Refusal::FourEyes) }, "{case}");
        assert_eq!(signed(&proposes, &signs, false), Ok(()), "{case}");
    }
}

#[test]
fn four_eyes_look_at_the_answer_of_their_own_leg() {
    // [RTE-11] [RTE-06]
    let mut route = routes::with_legs();
    route[1].legs[1].steps[1].four_eyes = true;
    let mut life = Life::received("2018-11-05 08:00", working_days(10), AfterSupplement::Restart, route);
    life.at("2018-11-05 09:00", "motcua1", 0, forward()).unwrap();
    let both = officer("caca", &[(JUSTICE, Role::Specialist), (JUSTICE, Role::OfficeHead)]);
    life.by(&both, on("2018-11-05 10:00"), routes::LEAD, propose(Outcome::Grant)).unwrap();
    assert_eq!(life.by(&both, on("2018-11-05 11:00"), routes::LEAD, approve()), Err(Refusal::FourEyes));
    life.at("2018-11-05 11:00", "truong", routes::LEAD, approve()).unwrap();
}
