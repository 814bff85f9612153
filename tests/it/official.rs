//! Official reports as page, spreadsheet, paper and list. Rules: `docs/rules/reports.md`, `docs/rules/scores.md`.

use jiff::civil::{Date, date};
use motcua::platform::i18n::{Locale, Texts};
use motcua::view::reports::official::sheet::{Cell, Sheet};
use motcua::view::reports::official::{Format, Frame, Kind, written};

use crate::app::TestApp;
use crate::counter::*;
use crate::figures::{FEW, played};
use crate::letters::words;

both_engines! {
    every_report_adds_up_and_opens_what_is_behind_it,
    the_scores_say_what_is_left_out_and_what_would_raise_them,
    every_report_goes_out_as_every_kind_of_file,
    periods_are_chosen_and_bad_ones_are_told,
    whoever_sees_one_agency_reports_on_no_other,
    an_agency_that_was_merged_keeps_its_line,
}

const MAY: (Date, Date) = (date(2018, 5, 1), date(2018, 5, 31));

pub fn sheets(app: &TestApp, kind: Kind, agency: Option<&str>, period: (Date, Date)) -> Vec<Sheet> {
    let (registry, texts) = (app.registry(), Texts::embedded().unwrap());
    app.read(|tx| {
        let mut frame = Frame::new(&registry, &texts, Locale::Vi, period, app.now());
        frame.agency = agency.map(str::to_owned);
        frame.opens = true;
        frame.sheets(tx, kind)
    })
}

fn number(cell: &Cell) -> i64 {
    match cell.value() {
        Cell::Count(number, _) | Cell::Hundredths(number) => *number,
        other => panic!("{other:?} is no number"),
    }
}

fn every_report_adds_up_and_opens_what_is_behind_it(app: TestApp) {
    // [REP-04] [REP-09] [REP-12] [REP-13] [OTR-13]
    played(&app, FEW, Some(150));
    let june = (date(2018, 5, 1), date(2018, 6, 15));
    let form = sheets(&app, Kind::Form06, None, june);
    assert_eq!(form.len(), 2);
    for sheet in &form {
        let check = sheet.rows.iter().map(|row| row.cells.last().unwrap().shown(Locale::Vi));
        assert!(sheet.rows.len() > 3 && check.clone().all(|said| said == "đúng"), "{:?}", check.collect::<Vec<_>>());
        // Every line that sums is a formula, and every figure that is not nothing opens.
        let total = sheet.rows.last().unwrap();
        assert!(total.cells[2..].iter().all(|cell| matches!(cell, Cell::Formula(..))), "{total:?}");
        let figures = sheet.rows.iter().flat_map(|row| &row.cells[2..13]);
        assert!(figures.clone().all(|cell| (number(cell) > 0) != cell.href().is_empty()));
    }
    let page = app.as_officer("kiemtra").get("/desk/report/official/ii06?from=01/05/2018&to=15/06/2018").expect(200);
    assert!(page.shows("Biểu số II.06b/VPCP/KSTT") && page.shows("đúng") && !page.shows("sai</"));
    // The lists are as long as columns (10) and (13) of the form, and name nobody.
    let total = form[0].rows.last().unwrap();
    let late = sheets(&app, Kind::Late, None, june);
    let long: Vec<i64> = late.iter().map(|list| list.rows.len() as i64).collect();
    assert_eq!(long, [number(&total.cells[9]), number(&total.cells[12])]);
    assert!(long.iter().sum::<i64>() > 0);
    let listed = app.as_officer("kiemtra").get("/desk/report/official/late?from=01/05/2018&to=15/06/2018").expect(200);
    assert!(!listed.shows("Nguyễn Văn"));
    // Each figure of II.07b is as many procedures as its unit lists.
    for agency in ["pacnam", "bocbo"] {
        let form = sheets(&app, Kind::Form07, Some(agency), june);
        let [form, list] = form.as_slice() else { panic!("form and list") };
        let counts: Vec<i64> = form.rows[0].cells[2..].iter().map(number).collect();
        assert_eq!(counts[0], list.rows.len() as i64);
        assert!(counts[0] > 0 && counts[4] <= counts[0] && counts[8] <= counts[0]);
        let marked = |at: usize| list.rows.iter().filter(|row| row.cells[at] != Cell::Empty).count() as i64;
        assert_eq!((counts[4], counts[8]), (marked(5), marked(6)));
    }
    let all = sheets(&app, Kind::Form07, None, june);
    assert!(all[0].rows.len() > 5 && all[0].rows[0].cells[2].href().contains("agency="));
}

fn the_scores_say_what_is_left_out_and_what_would_raise_them(app: TestApp) {
    // [SCR-01] [SCR-08] [SCR-11] [SCR-12] [SCR-14] [SCR-15] [SCR-16] [SCR-17] [SCR-20] [SCR-29] [SCR-33]
    played(&app, FEW, Some(150));
    let index = sheets(&app, Kind::Index, None, (date(2018, 5, 7), date(2018, 5, 31))).remove(0);
    let part = |code: &str| index.rows.iter().find(|row| row.cells[0] == Cell::text(code)).unwrap();
    let on_time = part("2.1");
    let (numerator, denominator) = (number(&on_time.cells[2]), number(&on_time.cells[3]));
    assert!(0 < numerator && numerator < denominator);
    assert_eq!(number(&on_time.cells[7]), 2_000 * numerator / denominator);
    assert!(on_time.cells[8].shown(Locale::Vi).contains("sẽ được thêm"));
    assert!(part("3.3").cells[8].shown(Locale::Vi).contains("Nhiều nhất"));
    assert!(number(&part("3.1").cells[2]) <= number(&part("3.1").cells[3]));
    assert!(number(&part("3.2").cells[2]) <= number(&part("3.2").cells[3]));
    for left_out in ["1.4", "3.6", "4.3", "5.4"] {
        assert!(
            part(left_out).cells[7] == Cell::Empty && part(left_out).cells[8].shown(Locale::Vi).contains("Không tính")
        );
    }
    let [sum, known] = index.rows.last_chunk().unwrap();
    assert_eq!((number(&sum.cells[6]), number(&sum.cells[7])), (10_000, number(&known.cells[7])));
    assert!(number(&known.cells[6]) < 10_000);
    // What the numbers open is as long as they are.
    let list = app.as_officer("kiemtra").get(&on_time.cells[2].href().replace("&amp;", "&")).expect(200);
    assert!(list.shows("Đúng hạn theo Quyết định 766"));
    let quality = sheets(&app, Kind::Quality, None, MAY).remove(0);
    let score = |at: usize| &quality.rows[at - 1].cells[6];
    assert!((0..=200).contains(&number(score(1))) && (0..=200).contains(&number(score(3))));
    for left_out in [2, 4, 6, 7, 8] {
        assert_eq!(*score(left_out), Cell::Empty);
        assert!(quality.rows[left_out - 1].cells[7].shown(Locale::Vi).starts_with("Không tính"));
    }
    assert!(quality.rows.last().unwrap().cells[7].shown(Locale::Vi).contains("Chưa xếp loại được"));
    // Before anything was received nothing is made up.
    let before = sheets(&app, Kind::Index, None, (date(2018, 1, 1), date(2018, 1, 31))).remove(0);
    let on_time = before.rows.iter().find(|row| row.cells[0] == Cell::text("2.1")).unwrap();
    assert_eq!(on_time.cells[7], Cell::Empty);
    assert!(on_time.cells[8].shown(Locale::Vi).contains("mẫu số bằng 0"));
}

fn every_report_goes_out_as_every_kind_of_file(app: TestApp) {
    // [REP-09] [REP-10] [REP-11]
    app.ready();
    app.count();
    let auditor = app.as_officer("kiemtra");
    for (_, kind) in Kind::ALL {
        for (format, begins) in [("xlsx", "PK"), ("pdf", "%PDF"), ("csv", "\u{feff}")] {
            let file = auditor.get(&format!("/desk/report/files/{kind}.{format}?period=m5&year=2018")).expect(200);
            assert!(file.bytes.starts_with(begins.as_bytes()), "{kind}.{format}");
            let name = file.headers["content-disposition"].to_str().unwrap();
            assert_eq!(name, format!("attachment; filename=\"{kind}-2018-05-01-2018-05-31.{format}\""));
        }
        for file in ["docx", ""] {
            auditor.get(&format!("/desk/report/files/{kind}.{file}?period=m5&year=2018")).expect(404);
        }
    }
    let text = auditor.get("/desk/report/files/ii06.csv?period=m5&year=2018").expect(200);
    assert!(text.text().contains("Tổng cộng,1,0,1,0,1,"), "{}", text.text());
    auditor.get("/desk/report/files/ii06.csv?period=q4&year=2018").expect(422);
    app.as_officer("quantri").get("/desk/report/files/late.csv?period=m5&year=2018").expect(403);
    app.as_officer("quantri").get("/desk/report/files/ii06.csv?period=m5&year=2018").expect(200);
    // The same twice is the same bytes.
    let sheets = sheets(&app, Kind::Form06, None, MAY);
    assert_eq!(paper(&app, &sheets, Format::Xlsx), paper(&app, &sheets, Format::Xlsx));
    let pdf = paper(&app, &sheets, Format::Pdf);
    let said = words(&app, &pdf);
    assert!(said.contains("II.06b/VPCP/KSTT") && said.contains("Tổng cộng") && said.contains("đúng"), "{said}");
}

fn paper(app: &TestApp, sheets: &[Sheet], format: Format) -> Vec<u8> {
    let (registry, texts) = (app.registry(), Texts::embedded().unwrap());
    let issue = motcua::record::letters::Issue { registry: &registry, texts: &texts, base_url: "", now: app.now() };
    let letters = motcua::record::letters::Letters::new().unwrap();
    written(sheets, format, None, &letters, &issue).unwrap()
}

fn periods_are_chosen_and_bad_ones_are_told(app: TestApp) {
    // [REP-08] [OTR-05]
    app.received();
    app.count();
    let leader = app.as_officer(LEADER);
    for page in ["/desk/report", "/desk/report/official/ii06"] {
        for (period, days) in [
            ("m5", "31/05/2018"),
            ("q2", "30/06/2018"),
            ("h1", "30/06/2018"),
            ("n9", "30/09/2018"),
            ("y", "31/12/2018"),
        ] {
            let shown = leader.get(&format!("{page}?period={period}&year=2018")).expect(200);
            assert!(shown.shows(days), "{period}: {}", shown.text());
        }
        for (asked, said) in [
            ("period=m5&year=hai", "Nhập năm bằng bốn chữ số"),
            ("period=q1&year=2030", "Kỳ báo cáo chưa bắt đầu"),
            ("from=31/05/2018&to=01/05/2018", "Ngày cuối phải sau ngày đầu"),
            ("from=31/02/2018&to=01/05/2018", "31/02/2018"),
        ] {
            let shown = leader.get(&format!("{page}?{asked}")).expect(422);
            assert!(shown.shows(said), "{asked}: {}", shown.text());
        }
    }
    // A period without anything is a form of noughts, and no score is made up.
    let empty = leader.get("/desk/report/official/ii06?period=m1&year=2018").expect(200);
    assert!(empty.shows("Tổng cộng") && empty.shows("đúng"));
    leader.get("/desk/report/official/nothing").expect(404);
}

fn whoever_sees_one_agency_reports_on_no_other(app: TestApp) {
    // [REP-07] [ACC-02]
    app.received();
    app.count();
    let leader = app.as_officer(LEADER);
    for (_, kind) in Kind::ALL {
        leader.get(&format!("/desk/report/official/{kind}?period=m5&year=2018&agency=pacnam")).expect(200);
        leader.get(&format!("/desk/report/official/{kind}?period=m5&year=2018&agency=bocbo")).expect(404);
        leader.get(&format!("/desk/report/files/{kind}.csv?period=m5&year=2018&agency=bocbo")).expect(404);
        app.as_officer("kiemtra")
            .get(&format!("/desk/report/official/{kind}?period=m5&year=2018&agency=bocbo"))
            .expect(200);
        app.as_officer(COUNTER).get(&format!("/desk/report/official/{kind}")).expect(403);
    }
    app.as_officer("quantri").get("/desk/report/official/late?period=m5&year=2018").expect(403);
}

fn an_agency_that_was_merged_keeps_its_line(app: TestApp) {
    // [REP-06] Gone from the registry in the middle of the period: by what its dossiers say.
    app.received();
    app.count();
    app.store.behind_its_back("UPDATE figure SET agency = 'xa-cu'");
    app.store.behind_its_back("UPDATE figure_dossier SET agency = 'xa-cu'");
    let auditor = app.as_officer("kiemtra");
    assert!(auditor.get("/desk/report/official/ii06?period=m5&year=2018").expect(200).shows("xa-cu"));
    for (_, kind) in Kind::ALL {
        for format in ["csv", "xlsx", "pdf"] {
            auditor.get(&format!("/desk/report/files/{kind}.{format}?period=m5&year=2018&agency=xa-cu")).expect(200);
        }
        auditor.get(&format!("/desk/report/official/{kind}?period=m5&year=2018&agency=xa-cu")).expect(200);
    }
    app.write(motcua::record::figures::forget).unwrap();
    app.count();
}
