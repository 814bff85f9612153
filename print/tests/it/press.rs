use std::borrow::Cow;

use motcua_print::{FontError, MadeAt, Order, Press, PrintError, Printed, Run, Template, specimens};
use serde_json::{Value, json};

use crate::paper::{self, ISSUED, MADE_AT};
use crate::tools::OnDisk;

const PLAIN: &str = r#"#set page(width: 148mm, height: 210mm)
#set text(font: "Tinos", lang: "vi", fallback: false)
#json("data.json").text
"#;

fn set_source(source: &str, data: &Value) -> Result<Printed, PrintError> {
    let template =
        Template::new("letter.typ", source, &[("shared.typ", "#let shout(x) = upper(x)\n#let fail() = nowhere")])?;
    paper::press().set(&Order { template: &template, data, images: vec![] }, ISSUED)
}

/// Every Vietnamese letter that exists: twelve vowels with six tones, in both cases, and đ.
fn every_letter() -> String {
    let mut letters = String::from("Đ đ ");
    for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".chars() {
        for tone in ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"] {
            letters.push(vowel);
            letters.push_str(tone);
        }
        letters.push(' ');
    }
    letters
}

#[test]
fn every_vietnamese_letter_comes_out_of_the_pdf_composed() {
    use unicode_normalization::UnicodeNormalization;
    for style in ["text", "strong", "emph"] {
        let source = PLAIN.replace("#json(\"data.json\").text", &format!("#{style}(json(\"data.json\").text)"));
        let printed = set_source(&source, &json!({"text": every_letter()})).unwrap();
        let composed: String = every_letter().nfc().collect();
        assert_eq!(OnDisk::new(&printed.pdf).text(), composed.trim(), "style {style:?}");
    }
}

#[test]
fn the_same_order_gives_the_same_bytes() {
    let data = json!({"text": "Nguyễn Văn A"});
    assert_eq!(set_source(PLAIN, &data).unwrap().pdf, set_source(PLAIN, &data).unwrap().pdf);
}

#[test]
fn what_a_person_typed_is_text_and_never_markup() {
    let typed = r#"#panic("x") *đậm* $x$ @a \ <b> "q" 'q' -- ..."#;
    let printed = set_source(PLAIN, &json!({"text": typed})).unwrap();
    assert_eq!(OnDisk::new(&printed.pdf).text(), typed);
}

#[test]
fn a_character_without_a_glyph_is_marked_and_stops_nothing() {
    let printed = set_source(PLAIN, &json!({"text": "Nguyễn 漢 Văn 😀 A\u{0}\u{7}"})).unwrap();
    assert_eq!(OnDisk::new(&printed.pdf).text(), "Nguyễn \u{FFFD} Văn \u{FFFD} A");
}

#[test]
fn a_broken_template_is_named_with_its_line() {
    let broken = set_source("#set page(width: 148mm)\n\n#let x = (\n", &json!({})).unwrap_err();
    assert_eq!((broken.template.as_str(), broken.file.as_deref()), ("letter.typ", Some("letter.typ")));
    assert_eq!(broken.line, Some(3));
    assert_eq!(broken.to_string(), "cannot set letter.typ, letter.typ line 3: unclosed delimiter");
}

#[test]
fn a_fault_in_a_shared_file_is_named_there() {
    let broken = set_source("#import \"shared.typ\": fail\n#fail()", &json!({})).unwrap_err();
    assert_eq!((broken.file.as_deref(), broken.line), (Some("shared.typ"), Some(2)));
    assert_eq!(broken.message, "unknown variable: nowhere");
}

#[test]
fn a_fact_the_data_does_not_have_is_named_with_the_line_that_asks() {
    let broken = set_source(PLAIN, &json!({"texte": "x"})).unwrap_err();
    assert_eq!(broken.line, Some(3));
    assert!(broken.message.contains("\"text\""), "{broken}");
}

#[test]
fn a_template_reads_nothing_from_the_machine() {
    for source in ["#read(\"/etc/hostname\")", "#image(\"other.png\")", "#import \"@preview/tables:1.0.0\": x"] {
        let broken = set_source(source, &json!({})).unwrap_err();
        assert!(broken.message.contains("file not found"), "{source}: {broken}");
        assert_eq!(broken.line, Some(1), "{source}");
    }
}

#[test]
fn an_unknown_font_is_told_to_the_author() {
    let printed = set_source("#set text(font: (\"No Such Font\", \"Tinos\"))\nA", &json!({})).unwrap();
    assert_eq!(printed.warnings.len(), 1, "{:?}", printed.warnings);
    assert!(printed.warnings[0].contains("letter.typ line 1: unknown font family: no such font"));
}

#[test]
fn a_moment_outside_the_calendar_is_refused() {
    let template = Template::new("letter.typ", PLAIN, &[]).unwrap();
    let data = json!({"text": "x"});
    let order = Order { template: &template, data: &data, images: vec![] };
    let set_at = |made_at| paper::press().set(&order, Run { made_at, ..ISSUED }).unwrap_err().message;
    assert_eq!(set_at(MadeAt { month: 2, day: 30, ..MADE_AT }), "the moment is not in the calendar");
    assert_eq!(set_at(MadeAt { utc_offset_minutes: 24 * 60, ..MADE_AT }), "the offset from UTC is not a time zone");
}

#[test]
fn a_press_is_not_built_without_readable_fonts() {
    assert_eq!(Press::new(vec![]).err(), Some(FontError::None));
    assert_eq!(Press::new(vec![Cow::Borrowed(b"not a font")]).err(), Some(FontError::Unreadable(0)));
}

#[test]
fn one_press_serves_several_counters_at_once() {
    let press = paper::press();
    let template = paper::template("receipt", "tt01-2018");
    let usual = specimens("receipt").unwrap().into_iter().find(|specimen| specimen.name == "usual").unwrap();
    let set = || paper::set(&press, &template, &usual.data, usual.images.clone(), ISSUED).unwrap().pdf;
    let alone = set();
    std::thread::scope(|scope| {
        let counters: Vec<_> = (0..4).map(|_| scope.spawn(set)).collect();
        for counter in counters {
            assert_eq!(counter.join().unwrap(), alone);
        }
    });
}
