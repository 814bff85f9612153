//! Letters as an independent reader sees them. Rules: `docs/rules/letters.md`.

use std::path::Path;
use std::process::Command;

use motcua::work::intake::{ParticularsInput, PersonInput, check_particulars};

use crate::app::TestApp;
use crate::counter::*;

both_engines! {
    the_receipt_comes_out_with_every_accent_and_its_codes_can_be_scanned,
    a_dossier_keeps_the_form_of_the_law_it_was_received_under,
    what_is_certified_by_the_page_is_counted_and_has_a_receipt_of_its_own,
}

/// Runs a program of the machine over a file of the test; a machine without it fails here with its package.
fn read_with(program: &str, package: &str, arguments: &[&str], folder: &Path) -> String {
    let run = Command::new(program).args(arguments).current_dir(folder).output();
    let run = run.unwrap_or_else(|error| panic!("{program}: {error}; install {package}"));
    String::from_utf8(run.stdout).unwrap()
}

pub fn words(app: &TestApp, pdf: &[u8]) -> String {
    std::fs::write(app.store.folder.join("letter.pdf"), pdf).unwrap();
    let text = read_with("pdftotext", "poppler-utils", &["-layout", "letter.pdf", "-"], &app.store.folder);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn scanned(app: &TestApp) -> String {
    let folder = &app.store.folder;
    read_with("pdftoppm", "poppler-utils", &["-r", "200", "-gray", "-singlefile", "letter.pdf", "page"], folder);
    read_with("zbarimg", "zbar-tools", &["--quiet", "--nodbus", "page.pgm"], folder)
}

fn receipt(app: &TestApp, id: &str) -> Vec<u8> {
    let page = app.as_officer(COUNTER).get(&format!("/desk/dossiers/{id}/receipt.pdf")).expect(200);
    assert_eq!(page.kind, "application/pdf");
    page.bytes
}

fn the_receipt_comes_out_with_every_accent_and_its_codes_can_be_scanned(app: TestApp) {
    let found = app.received();
    let text = words(&app, &receipt(&app, &found.id));
    let code = found.dossier.code.as_str();
    for part in ["Nguyễn Văn A", "Nà Coóc, Bộc Bố", "Phiếu yêu cầu", code, "0912345678", "Cộng hòa xã hội chủ nghĩa"]
    {
        assert!(text.to_lowercase().contains(&part.to_lowercase()), "{part} is not in: {text}");
    }
    let symbols = scanned(&app);
    assert!(symbols.contains(&format!("CODE-128:{code}")), "{symbols}");
    assert!(symbols.lines().any(|line| line.starts_with("QR-Code:https://motcua.example/")), "{symbols}");
}

fn a_dossier_keeps_the_form_of_the_law_it_was_received_under(app: TestApp) {
    // [LET-01]
    let early = app.received().id;
    let old = words(&app, &receipt(&app, &early));
    let late = app.at("2026-05-04T08:00:00+07:00").received().id;
    let new = words(&app, &receipt(&app, &late));
    // The form of 2018 still asks for the card that the law of 2025 does not know any more.
    assert!(old.contains("Số CMND/") && !new.contains("CMND") && new.contains("Số định danh cá nhân/"), "{old}\n{new}");
    assert_eq!(words(&app, &receipt(&app, &early)), old, "printed again years later");
}

#[test]
fn an_intake_that_nobody_could_follow_is_not_complete() {
    // [IDN-04]
    let today = jiff::civil::date(2018, 5, 4);
    let with = |applicant: PersonInput, acting: Option<PersonInput>| {
        let input = serde_json::json!({ "applicant": {} });
        let mut input: ParticularsInput = serde_json::from_value(input).unwrap();
        (input.applicant, input.acting, input.authority) = (applicant, acting, "cha đẻ".into());
        let errors = check_particulars(input, today, &[]).err().unwrap_or_default();
        errors.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    let person =
        |phone: &str| PersonInput { name: "Nguyễn Văn A".into(), phone: phone.into(), ..PersonInput::default() };
    assert_eq!(with(person(""), None), ["applicant.phone"]);
    assert_eq!(with(person("0912345678"), None), Vec::<String>::new());
    assert_eq!(with(person(""), Some(person("0912345678"))), Vec::<String>::new());
    assert_eq!(with(PersonInput::default(), Some(person("12"))), ["applicant.name", "acting.phone"]);
}

/// Certified copies, for a fee by the page.
const CERTIFIED: &str = "2.000815";

fn what_is_certified_by_the_page_is_counted_and_has_a_receipt_of_its_own(app: TestApp) {
    // [CAT-20]
    let clerk = app.as_officer(COUNTER);
    let path = format!("/desk/intake/district/{CERTIFIED}");
    let form = clerk.get(&path).expect(200);
    assert!(
        form.shows("Số bản chứng thực")
            && !clerk.get("/desk/intake/district/2.000913").expect(200).shows("Số bản chứng thực")
    );
    let token = form.hidden("token");
    let with = |pages: &str, certify: &str, amount: &str, act: &str| {
        let fields = [
            ("token", token.as_str()),
            ("applicant.name", "Nguyễn Văn A"),
            ("applicant.phone", "0912345678"),
            ("papers.7.name", "Hợp đồng thuê nhà"),
            ("papers.7.pages", pages),
            ("papers.7.certify", certify),
            ("papers.8.name", "Giấy khai sinh"),
            ("papers.8.pages", "1"),
            ("papers.8.certify", "3"),
            ("sets", "1"),
            ("case", "0"),
            ("channel", "direct"),
            ("place", ""),
            ("fee_way", "before"),
            ("fee_amount", amount),
            ("return_via", "counter"),
            ("do", act),
        ];
        clerk.post(&path, &fields)
    };
    assert!(with("6", "", "", "check").expect(422).shows("ghi cả số trang và số bản"));
    assert!(with("6", "4", "2000", "check").expect(422).shows("phí là 38.000 đồng"));
    let checked = with("6", "4", "", "check").expect(200);
    assert!(checked.text().contains("value=\"38000\""), "the sum is shown before it is taken");
    let made = with("6", "4", "38000", "accept").expect(303);
    let id = made.location.rsplit('/').next().unwrap().to_owned();
    let dossier = app.dossier(&id).dossier;
    let fees: Vec<i64> = dossier.particulars.papers.iter().map(|paper| paper.certify.unwrap().fee).collect();
    assert_eq!((fees, dossier.particulars.fee.amount), (vec![32_000, 6_000], 38_000));
    let printed = words(&app, &receipt(&app, &id));
    for part in ["(Chứng thực)", "Hợp đồng thuê nhà", "38.000", dossier.code.as_str()] {
        assert!(printed.contains(part), "{part} in {printed}");
    }
}
