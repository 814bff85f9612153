use motcua_print::{Order, Standard, Template, code128_svg, qr_svg};
use serde_json::json;

use crate::specimen::{self, MADE_AT};
use crate::tools::OnDisk;

/// A sheet with nothing but the picture, so that only its own quiet zone is around it.
fn scan(svg: String, dpi: u32) -> Vec<String> {
    let source = "#set page(width: auto, height: auto, margin: 0pt, fill: black)\n#image(\"symbol.svg\", alt: \"x\")";
    let template = Template::new("symbol.typ", source, &[]).unwrap();
    let images = vec![("symbol.svg".to_owned(), svg.into_bytes())];
    let order = Order { template: &template, data: &json!({}), images, made_at: MADE_AT, standard: Standard::Pdf17 };
    OnDisk::new(&specimen::press().set(&order).unwrap().pdf).scan(dpi)
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
    let press = specimen::press();
    for law in ["tt01-2018", "tt03-2025"] {
        let template = specimen::template(&format!("receipt.{law}.typ"));
        for receipt in [specimen::receipt(), specimen::reissued_receipt(), specimen::long_receipt()] {
            let letter = OnDisk::new(&specimen::set_receipt(&press, &template, &receipt).pdf);
            for dpi in [150, 200, 300] {
                let read = letter.scan(dpi);
                assert!(read.contains(&format!("QR-Code:{}", receipt.tracking_url)), "{dpi} dpi: {read:?}");
                assert!(read.contains(&format!("CODE-128:{}", receipt.code)), "{dpi} dpi: {read:?}");
            }
        }
    }
}
