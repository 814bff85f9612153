//! A dossier on a plain route, step by step.

use super::*;

#[test]
fn a_dossier_goes_from_the_counter_through_two_offices_and_a_leader_to_the_hand() {
    // [DOS-01] [DOS-05] [DOS-06]
    let mut life = Life::walk_to(5);
    assert_eq!((life.state.status, life.state.settled_at.is_some()), (Status::Ready, true));
    life.act("motcua2", recipient(None)).unwrap();
    assert_eq!(life.state.status, Status::Returned);
    assert_eq!(Dossier::fold(&life.events).unwrap(), life.state);
}

#[test]
fn only_the_office_and_role_of_the_step_act() {
    // [DOS-02]
    let mut life = Life::walk_to(1);
    for stranger in ["motcua1", "taichinh1", "truong", "chutich", "kiemtra"] {
        assert!(matches!(life.act(stranger, Command::Claim), Err(Refusal::NotYourStep { .. })), "{stranger}");
    }
}

#[test]
fn a_claimed_step_is_its_holders_alone() {
    // [DOS-03]
    let mut life = Life::walk_to(1);
    life.act("tuphap1", Command::Claim).unwrap();
    assert_eq!(life.act("tuphap2", forward()), Err(Refusal::HeldBy { account: "tuphap1".into() }));
    assert_eq!(life.act("tuphap1", Command::Claim), Err(Refusal::AlreadyYours));
    life.act("tuphap1", forward()).unwrap();
}

#[test]
fn officers_at_the_counter_replace_one_another() {
    // [DOS-03]
    let mut life = Life::begin();
    life.act("motcua2", forward()).unwrap();
}

#[test]
fn the_head_assigns_also_away_from_the_holder() {
    // [DOS-04]
    let mut life = Life::walk_to(1);
    life.act("tuphap1", Command::Claim).unwrap();
    assert_eq!(life.act("tuphap1", Command::Assign { to: who("tuphap2") }), Err(Refusal::OnlyHeadAssigns));
    assert_eq!(
        life.act("truong", Command::Assign { to: who("taichinh1") }),
        Err(Refusal::NotOfThisStep { account: "taichinh1".into() })
    );
    life.act("truong", Command::Assign { to: who("tuphap2") }).unwrap();
    assert_eq!(life.state.holder.as_deref(), Some("tuphap2"));
}

#[test]
fn work_before_signing_proposes_and_signing_needs_a_proposal() {
    // [DOS-05]
    let mut life = Life::walk_to(2);
    assert_eq!(life.act("taichinh1", forward()), Err(Refusal::NotProposed));
    let mut life = Life::walk_to(1);
    let propose = Command::Propose { outcome: Outcome::Grant, note: String::new() };
    assert_eq!(life.act("tuphap1", propose), Err(Refusal::WrongStep));
    let mut life = Life::walk_to(3);
    assert_eq!(life.act("truong", forward()), Err(Refusal::WrongStep));
}

#[test]
fn a_refusal_carries_its_reason_to_the_counter() {
    // [DOS-05] [DOS-07]
    let mut life = Life::walk_to(2);
    let refuse = |note: &str| Command::Propose { outcome: Outcome::Refuse, note: note.into() };
    assert_eq!(life.act("taichinh1", refuse("  ")), Err(Refusal::ReasonMissing));
    life.act("taichinh1", refuse("Không đủ điều kiện")).unwrap();
    life.act("truong", Command::Approve { note: String::new() }).unwrap();
    life.act("chutich", Command::Approve { note: String::new() }).unwrap();
    assert_eq!(life.state.outcome(), Some(Outcome::Refuse));
    assert_eq!(life.state.refusal.as_deref(), Some("Không đủ điều kiện"));
}

#[test]
fn a_leader_returns_to_the_last_work_and_the_proposal_falls() {
    // [DOS-07]
    let mut life = Life::walk_to(4);
    assert_eq!(life.act("chutich", Command::Return { reason: String::new() }), Err(Refusal::ReasonMissing));
    life.act("chutich", Command::Return { reason: "Thiếu chữ ký".into() }).unwrap();
    assert_eq!((life.state.step, life.state.proposal.clone()), (2, None));
}

#[test]
fn sending_back_goes_only_to_an_earlier_step_and_unsettles() {
    // [DOS-06] [DOS-07]
    let mut life = Life::walk_to(5);
    let back = |to| Command::SendBack { to, reason: "Sai tên".into() };
    assert_eq!(life.act("motcua1", back(5)), Err(Refusal::NotEarlier));
    life.act("motcua1", back(1)).unwrap();
    assert_eq!((life.state.status, life.state.settled_at), (Status::InProgress, None));
}

#[test]
fn sent_back_to_be_signed_again_the_proposal_stands() {
    // [DOS-07]
    let mut life = Life::walk_to(5);
    life.act("motcua1", Command::SendBack { to: 4, reason: "Thiếu dấu".into() }).unwrap();
    assert_eq!(life.state.outcome(), Some(Outcome::Grant));
    life.act("chutich", approve()).unwrap();
    assert_eq!(life.state.status, Status::Ready);
}

#[test]
fn reasons_have_a_limit() {
    // [DOS-07]
    let mut life = Life::walk_to(1);
    let long = Command::SendBack { to: 0, reason: "x".repeat(REASON_MAX + 1) };
    assert_eq!(life.act("tuphap1", long), Err(Refusal::ReasonTooLong { max: REASON_MAX }));
}

#[test]
fn a_proxy_shows_an_authorisation() {
    // [DOS-08]
    let mut life = Life::walk_to(5);
    assert_eq!(life.act("motcua1", recipient(Some(" "))), Err(Refusal::RecipientMissing));
    life.act("motcua1", recipient(Some("Giấy ủy quyền số 1"))).unwrap();
}

#[test]
fn offices_of_the_route_and_leaders_of_the_agency_see_a_dossier() {
    // [DOS-09]
    let life = Life::begin();
    for seeing in ["motcua1", "tuphap2", "taichinh1", "truong", "chutich"] {
        assert!(may_see(&life.state, &who(seeing)), "{seeing}");
    }
    assert!(!may_see(&life.state, &who("kiemtra")));
    let mut elsewhere = officer("bocbo.chutich", &[("bocbo/leaders", Role::Leader)]);
    elsewhere.agency = "bocbo".into();
    assert!(!may_see(&life.state, &elsewhere));
}

#[test]
fn a_closed_dossier_refuses_everything() {
    // [DOS-10]
    let mut life = Life::walk_to(5);
    life.act("motcua1", recipient(None)).unwrap();
    for command in [forward(), Command::Claim, recipient(None)] {
        assert_eq!(life.act("motcua1", command), Err(Refusal::Closed));
    }
}

#[test]
fn a_correction_voids_the_receipt_and_keeps_number_and_promise() {
    // [DOS-11]
    let mut life = Life::walk_to(2);
    let before = life.state.clone();
    let mut changed = particulars();
    changed.applicant.name = "Nguyễn Văn Á".into();
    let correct = |particulars: &Particulars, reason: &str| Command::Correct {
        reason: reason.into(),
        particulars: Box::new(particulars.clone()),
    };
    assert_eq!(life.act("taichinh1", correct(&changed, "Sai tên")), Err(Refusal::OnlyOneStop));
    assert_eq!(life.act("motcua2", correct(&changed, "")), Err(Refusal::ReasonMissing));
    assert_eq!(life.act("motcua2", correct(&particulars(), "Sai tên")), Err(Refusal::NothingChanged));
    life.act("motcua2", correct(&changed, "Sai tên")).unwrap();
    assert_eq!(life.state.receipt, 2);
    assert_eq!((&life.state.code, &life.state.promise, life.state.step), (&before.code, &before.promise, before.step));
}

#[test]
fn a_dossier_refused_at_intake_is_closed_from_the_start() {
    // [DOS-12] [DOS-10]
    let refusal = IntakeRefusal {
        code: "H-180504-0002".into(),
        agency: "huyen".into(),
        channel: Channel::Direct,
        subject: subject(),
        applicant: particulars().applicant,
        reason: "Không thuộc thẩm quyền".into(),
        missing: Vec::new(),
    };
    let first = Recorded { event: Event::RefusedAtIntake(Box::new(refusal)), ..accepted() };
    let state = Dossier::begin(&first).unwrap();
    assert_eq!((state.status, state.promise.clone()), (Status::RefusedAtIntake, None));
    assert_eq!(decide_at(&state, at(9), &who("motcua1"), 0, forward()), Err(Refusal::Closed));
}

#[test]
fn only_a_first_event_begins_a_dossier() {
    // [DOS-01]
    let claimed = Recorded { event: Event::Claimed { account: "tuphap1".into(), task: 0 }, ..accepted() };
    assert_eq!(Dossier::begin(&claimed), None);
    assert_eq!(Dossier::fold(&[]), None);
}
