//! Many letters in one file, long registers, and letters that are only looked at.

use motcua_print::{Letter, Order, Printed, Receipt, Register, Run, kinds, specimen};
use serde_json::Value;

use crate::paper::{self, FORM_SETS, ISSUED, PREVIEW};
use crate::tools::{OnDisk, assert_says};

fn set_many<L: Letter>(letters: &[L], run: Run) -> Printed {
    let template = paper::template(L::KIND, FORM_SETS[0]);
    let data: Vec<Value> = letters.iter().map(|letter| serde_json::to_value(letter).unwrap()).collect();
    let orders: Vec<Order> = data
        .iter()
        .zip(letters)
        .map(|(data, letter)| Order { template: &template, data, images: letter.images().unwrap() })
        .collect();
    paper::press().set_many("Nhiều phiếu", &orders, run).unwrap()
}

fn receipt_of(i: usize) -> Receipt {
    let mut receipt: Receipt = specimen(if i % 10 == 3 { "long" } else { "usual" }).unwrap();
    let code = format!("000.00.15.H03-180504-{i:04}");
    receipt.tracking_url = Some(format!("https://motcua.example/tra-cuu/{code}"));
    receipt.code = Some(code);
    receipt
}

#[test]
fn two_hundred_receipts_are_one_file_and_each_keeps_its_own_pages() {
    // [LET-13]
    let receipts: Vec<Receipt> = (1..=200).map(receipt_of).collect();
    let printed = set_many(&receipts, ISSUED);
    assert_eq!((printed.pages, printed.warnings.len()), (220, 0));
    assert!(printed.pdf.len() < 4_000_000, "{} bytes", printed.pdf.len());
    let file = OnDisk::new(&printed.pdf);
    let pages: Vec<String> = file.lines().split("--- page ---\n").map(str::to_owned).collect();
    assert_says(&pages[0], &["Mã hồ sơ: 000.00.15.H03-180504-0001"]);
    assert_says(&pages[2], &["000.00.15.H03-180504-0003", "Trang 1/2"]);
    assert_says(&pages[3], &["Mã hồ sơ: 000.00.15.H03-180504-0003 Trang 2/2"]);
    assert_says(&pages[219], &["Mã hồ sơ: 000.00.15.H03-180504-0200"]);
    assert!(!pages[219].contains("Trang"), "{}", pages[219]);
    assert_says(&file.metadata(), &["<pdfaid:part>2</pdfaid:part>", "Nhiều phiếu"]);
    assert!(file.fonts().lines().skip(2).all(|face| face.contains("Tinos") && face.contains("yes")));
}

#[test]
fn a_letter_of_a_batch_can_be_scanned_like_one_alone() {
    let file = OnDisk::new(&set_many(&[receipt_of(7), receipt_of(8)], ISSUED).pdf);
    let read = file.scan(150);
    assert!(read.contains(&"CODE-128:000.00.15.H03-180504-0007".to_owned()), "{read:?}");
}

#[test]
fn a_batch_of_nothing_is_refused() {
    let fault = paper::press().set_many("Nhiều phiếu", &[], ISSUED).unwrap_err();
    assert_eq!(fault.to_string(), "cannot set Nhiều phiếu: no letters were given");
}

fn long_register() -> Register {
    let mut register: Register = specimen("usual").unwrap();
    register.rows = register.rows.iter().cycle().take(600).cloned().collect();
    for (i, row) in register.rows.iter_mut().enumerate() {
        row.received_at.month = if i < 450 { 5 } else { 6 };
        row.code = format!("000.00.15.H03-1805{:02}-{:04}", i % 28 + 1, i + 1);
    }
    register
}

#[test]
fn a_register_is_cut_by_month_and_loses_no_row() {
    // [LET-07]
    let parts = long_register().in_parts();
    let cut: Vec<_> = parts.iter().map(|part| (part.first, part.rows.len(), part.part, part.parts)).collect();
    assert_eq!(cut, [(1, 400, 1, 3), (401, 50, 2, 3), (451, 150, 3, 3)]);
    let rows: Vec<_> = parts.into_iter().flat_map(|part| part.rows).collect();
    assert_eq!(rows, long_register().rows);
}

#[test]
fn a_register_of_one_month_or_of_nothing_stays_whole() {
    for name in ["usual", "least"] {
        let register: Register = specimen(name).unwrap();
        assert_eq!(register.clone().in_parts(), [register]);
    }
}

#[test]
fn the_parts_of_a_register_are_one_book() {
    // [LET-07]
    let printed = set_many(&long_register().in_parts(), ISSUED);
    let text = OnDisk::new(&printed.pdf).text();
    assert_eq!(text.matches("SỔ THEO DÕI HỒ SƠ").count(), 1);
    assert_eq!(text.matches("Tháng 6 năm 2018").count(), 1);
    assert_eq!(text.matches("NGƯỜI LẬP SỔ").count(), 1);
    assert_eq!(text.matches("000.00.15.H03-1805").count(), 600);
    assert_says(&text, &["Sổ này có 600 hồ sơ.", &format!("Trang {}", printed.pages)]);
    for page in 1..=printed.pages {
        assert_eq!(text.matches(&format!("Trang {page} ")).count(), usize::from(page < printed.pages), "page {page}");
    }
}

#[test]
fn a_preview_is_marked_on_every_page_of_every_kind() {
    // [LET-08]
    for kind in kinds() {
        for form_set in FORM_SETS {
            let issued = paper::print_specimen(kind, form_set, "usual", ISSUED);
            let preview = paper::print_specimen(kind, form_set, "usual", PREVIEW);
            assert_eq!(issued.pages, preview.pages, "{kind} {form_set}");
            let (issued, text) = (OnDisk::new(&issued.pdf).text(), OnDisk::new(&preview.pdf).raw());
            assert_eq!(text.matches("BẢN XEM TRƯỚC").count(), preview.pages, "{kind} {form_set}: {text}");
            assert!(!issued.contains("BẢN XEM TRƯỚC"));
        }
    }
}

#[test]
fn a_batch_can_be_looked_at_before_it_is_signed() {
    // [LET-08]
    let printed = set_many(&[receipt_of(1), receipt_of(2)], PREVIEW);
    assert_eq!(OnDisk::new(&printed.pdf).raw().matches("BẢN XEM TRƯỚC").count(), 2);
}
