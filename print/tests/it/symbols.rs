use motcua_print::{Letter, Order, Receipt, Run, Standard, Template, code128_svg, kinds, qr_svg, specimen, specimens};
use serde_json::json;

use crate::paper::{self, FORM_SETS, ISSUED};
use crate::tools::OnDisk;

/// A sheet with nothing but the picture, so that only its own quiet zone is around it.
fn scan(svg: String, dpi: u32) -> Vec<String> {
    let source = "#set page(width: auto, height: auto, margin: 0pt, fill: black)\n#image(\"symbol.svg\", alt: \"x\")";
    let template = Template::new("symbol.typ", source, &[]).unwrap();
    let images = vec![("symbol.svg".to_owned(), svg.into_bytes())];
    let order = Order { template: &template, data: &json!({}), images };
    let run = Run { standard: Standard::Pdf17, ..ISSUED };
    OnDisk::new(&paper::press().set(&order, run).unwrap().pdf).scan(dpi)
}

#[test]
fn every_character_of_code_128_is_read_back() {
    let printable: String = (' '..='~').collect();
    for text in printable.as_bytes().chunks(24).map(|part| std::str::from_utf8(part).unwrap()) {
        assert_eq!(scan(code128_svg(text).unwrap(), 150), [format!("CODE-128:{text}")]);
    }
}

#[test]
fn codes_that_mix_letters_and_runs_of_digits_are_read_back() {
    for text in ["000.00.15.H03-180504-0001", "H03.01.15-26-123456", "1234", "12345", "A1234567B", "0", "99"] {
        assert_eq!(scan(code128_svg(text).unwrap(), 150), [format!("CODE-128:{text}")]);
    }
}

#[test]
fn a_qr_code_keeps_addresses_and_accents() {
    for text in ["https://motcua.example/tra-cuu/000.00.15.H03-180504-0001?x=1&y=2", "Nguyễn Văn A, xã Bộc Bố"]
    {
        assert_eq!(scan(qr_svg(text).unwrap(), 300), [format!("QR-Code:{text}")]);
    }
}

/// The oldest office printers draw 150 dots to the inch in black and white.
#[test]
fn the_receipt_is_scanned_from_a_coarse_print() {
    // [LET-12]
    for form_set in FORM_SETS {
        for name in ["usual", "corrected", "long"] {
            let receipt: Receipt = specimen(name).unwrap();
            let letter = OnDisk::new(&paper::print(form_set, &receipt).pdf);
            for dpi in [150, 200, 300] {
                let read = letter.scan(dpi);
                assert!(read.contains(&format!("QR-Code:{}", receipt.qr().unwrap())), "{dpi} dpi: {read:?}");
                assert!(read.contains(&format!("CODE-128:{}", receipt.barcode().unwrap())), "{dpi} dpi: {read:?}");
            }
        }
    }
}

#[test]
fn the_codes_of_every_kind_are_scanned_from_a_coarse_print() {
    // [LET-12]
    for kind in kinds() {
        let usual = specimens(kind).unwrap().into_iter().find(|specimen| specimen.name == "usual").unwrap();
        let read = OnDisk::new(&paper::print_specimen(kind, FORM_SETS[1], "usual", ISSUED).pdf).scan(150);
        for (picture, kind_of_code) in [("qr.svg", "QR-Code:"), ("barcode.svg", "CODE-128:")] {
            let shown = usual.images.iter().any(|(name, _)| name == picture);
            assert_eq!(read.iter().any(|code| code.starts_with(kind_of_code)), shown, "{kind} {picture}: {read:?}");
        }
    }
}
