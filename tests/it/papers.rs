//! What is printed: numbered letters without gaps, control slips, slips, the register, many receipts in one file.

use motcua::record::dossier::{self, Found, Target};
use motcua_domain::dossier::{Command, PaperAsked, SupplementRequest};

use crate::app::TestApp;
use crate::counter::*;
use crate::letters::words;

both_engines! {
    each_numbered_letter_is_printed_as_it_was_then,
    the_control_slip_and_the_register_come_from_the_events,
    the_receipts_of_a_day_are_one_file,
    a_letter_of_another_agency_is_not_there,
}

fn act(app: &TestApp, login: &str, id: &str, command: Command) -> Found {
    let (ctx, registry, id) = (app.ctx(Some(login)), app.registry(), id.to_owned());
    app.write(move |tx| dossier::act(tx, &ctx, &registry, Target::now(&id), command.clone())).unwrap()
}

fn asked() -> Command {
    let items = vec![PaperAsked { name: "Giấy chứng nhận kết hôn".into(), originals: 1, copies: 2 }];
    Command::AskSupplement(Box::new(SupplementRequest {
        items,
        reason: "Bản chụp bị mờ".into(),
        ground: "Điều 17 Nghị định 61/2018/NĐ-CP".into(),
        ..SupplementRequest::default()
    }))
}

fn each_numbered_letter_is_printed_as_it_was_then(app: TestApp) {
    // [LET-02] [LET-08]
    let id = app.received().id;
    app.act(COUNTER, &id, "forward", &[]).expect(303);
    act(&app, SPECIALIST, &id, asked());
    act(&app, COUNTER, &id, Command::ReceiveSupplement { papers: vec![], note: String::new() });
    let to = jiff::civil::date(2018, 5, 15);
    act(&app, LEADER, &id, Command::Extend { to, reason: "Chờ xác minh tại xã".into() });
    act(&app, COUNTER, &id, Command::Withdraw { reason: "Không còn nhu cầu".into(), fee: String::new() });
    let letters = app.dossier(&id).dossier.letters;
    let print = |at: usize| {
        let path = format!("/desk/dossiers/{id}/letters/{}", letters[at].seq);
        words(&app, &app.as_officer(COUNTER).get(&path).expect(200).bytes)
    };
    assert_eq!(letters.iter().map(|letter| letter.number).collect::<Vec<_>>(), [1, 1, 1]);
    let supplement = print(0);
    for part in ["Giấy chứng nhận kết hôn", "Bản chụp bị mờ", "01/"] {
        assert!(supplement.contains(part), "{part} in {supplement}");
    }
    assert!(print(1).contains("Chờ xác minh tại xã") && print(1).contains("15/05/2018"));
    assert!(print(2).contains("Không còn nhu cầu"));
    // The receipt in force is the one after the supplement, and says why.
    let receipt =
        words(&app, &app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/receipt.pdf")).expect(200).bytes);
    assert!(receipt.contains("thay thế phiếu số 1"), "{receipt}");
    // The next of a kind has the next number.
    let other = app.received().id;
    act(&app, COUNTER, &other, Command::Withdraw { reason: "Rút".into(), fee: String::new() });
    assert_eq!(app.dossier(&other).dossier.letters[0].number, 2);
    app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/letters/1")).expect(404);
}

fn the_control_slip_and_the_register_come_from_the_events(app: TestApp) {
    // [LET-03]
    let id = app.ready().id;
    let slip = app.as_officer(HEAD).get(&format!("/desk/dossiers/{id}/control-slip.pdf")).expect(200);
    let slip = words(&app, &slip.bytes);
    for part in ["Phòng Tư pháp", &app.dossier(&id).dossier.code] {
        assert!(slip.contains(part), "{part} in {slip}");
    }
    let page = app.as_officer(COUNTER).get("/desk/register?from=01/05/2018&to=31/05/2018").expect(200);
    assert!(page.shows("/desk/register.pdf"));
    let register = app.as_officer(COUNTER).get("/desk/register.pdf?from=01/05/2018&to=31/05/2018").expect(200);
    assert!(words(&app, &register.bytes).contains(&app.dossier(&id).dossier.code));
    app.as_officer(COUNTER).get("/desk/register?from=31/05/2018&to=01/05/2018").expect(422);
    app.as_officer(COUNTER).get("/desk/register?from=soon&to=01/05/2018").expect(422);
    // A slip for many, confirmed or not.
    let waiting = app.received();
    let row = format!("{}.{}.0", waiting.id, waiting.dossier.version);
    let fields = [("to", "pacnam/justice"), ("office", "pacnam/one-stop"), ("row", row.as_str())];
    let made = app.as_officer(COUNTER).post("/desk/transfers", &fields).expect(303);
    let slip = app.as_officer(COUNTER).get(&format!("{}/slip.pdf", made.location)).expect(200);
    assert!(words(&app, &slip.bytes).contains(&waiting.dossier.code));
}

fn the_receipts_of_a_day_are_one_file(app: TestApp) {
    // [LET-13]
    let codes: Vec<String> = (0..3).map(|_| app.received().dossier.code).collect();
    let file = words(&app, &app.as_officer(COUNTER).get("/desk/receipts.pdf?day=04/05/2018").expect(200).bytes);
    assert!(codes.iter().all(|code| file.contains(code)));
    app.as_officer(COUNTER).get("/desk/receipts.pdf?day=05/05/2018").expect(404);
}

fn a_letter_of_another_agency_is_not_there(app: TestApp) {
    // [ACC-02]
    let id = app.received().id;
    app.as_officer("bocbo.motcua").get(&format!("/desk/dossiers/{id}/control-slip.pdf")).expect(404);
}

#[test]
fn an_adapted_template_that_is_broken_is_told_and_the_built_in_one_stays() {
    // [LET-15]
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("letters-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let own = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    own("stop.tt01-2018.typ", "#import \"stop.typ\": nothing-of-the-kind");
    own("refusal.tt01-2018.typ", "#let broken = (");
    own("receipt.tt03-2025.typ", include_str!("../../templates/letters/receipt.tt03-2025.typ"));
    let letters = motcua::record::letters::Letters::adapted(&folder).unwrap();
    let unfit: Vec<&str> = letters.unfit.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(unfit, ["refusal.tt01-2018.typ", "stop.tt01-2018.typ"], "{:?}", letters.unfit);
    assert!(letters.unfit.iter().all(|(name, reason)| reason.contains(name.split('.').next().unwrap())));
    std::fs::remove_dir_all(&folder).unwrap();
}
