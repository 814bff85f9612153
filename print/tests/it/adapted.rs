//! Templates that an office has changed: what is wrong with them is told with its place, before a letter depends on it.

use motcua_print::{CheckError, SpecimenError, Template, check, kinds, specimens};

use crate::paper::{self, FORM_SETS};

/// The project's templates with one file changed as an office might.
fn adapted(file: &str, change: impl Fn(&str) -> String) -> Result<Template, motcua_print::PrintError> {
    let mut files = paper::files();
    let text = change(files.get(file).unwrap());
    files.insert(file.to_owned(), text);
    let all = Template::folder(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    all.map(|mut all| all.remove("apology.tt03-2025.typ").unwrap())
}

#[test]
fn the_templates_of_the_project_pass_their_own_check() {
    // [LET-14]
    let press = paper::press();
    for (name, template) in paper::templates() {
        let checked = check(&press, &template).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(checked.len(), specimens(template.kind()).unwrap().len());
        for one in checked {
            assert!(one.warnings.is_empty() && one.pages > 0, "{name} {}: {:?}", one.specimen, one.warnings);
        }
    }
}

#[test]
fn a_template_that_is_not_typst_is_refused_when_it_is_read() {
    // [LET-14]
    let broken = adapted("apology.typ", |text| text.replace("prose[", "prose[["));
    let fault = broken.unwrap_err();
    assert_eq!(fault.file.as_deref(), Some("apology.typ"));
    assert!(fault.line.is_some() && fault.to_string().contains("apology.typ line"), "{fault}");
    let fault = Template::new("apology.tt03-2025.typ", "#let x = 1\n#let = 2\n", &[]).unwrap_err();
    assert_eq!(fault.to_string(), "cannot set apology.tt03-2025.typ, apology.tt03-2025.typ line 2: expected pattern");
}

#[test]
fn a_misspelt_word_of_a_template_is_found_by_the_check() {
    // [LET-14]
    let template = adapted("apology.typ", |text| text.replace("addressee(d.person)", "addresee(d.person)")).unwrap();
    let fault = check(&paper::press(), &template).unwrap_err();
    let CheckError::Unfit { fault, .. } = &fault else { panic!("{fault}") };
    assert_eq!((fault.file.as_deref(), fault.message.as_str()), (Some("apology.typ"), "unknown variable: addresee"));
    let line = paper::files()["apology.typ"].lines().position(|line| line.contains("addressee(")).unwrap() + 1;
    assert_eq!(fault.line, Some(line));
}

#[test]
fn a_layout_that_forgets_people_without_a_telephone_is_found_by_the_check() {
    // [LET-14]
    let template =
        adapted("apology.typ", |text| text.replace("  v(1.5mm)", "  d.person.phone.replace(\" \", \"\")\n  v(1.5mm)"))
            .unwrap();
    let fault = check(&paper::press(), &template).unwrap_err().to_string();
    assert!(fault.contains("apology.typ line") && fault.ends_with("(specimen \"least\")"), "{fault}");
}

#[test]
fn a_fact_that_letters_of_the_kind_do_not_have_is_found_by_the_check() {
    // [LET-14]
    let template = adapted("apology.typ", |text| text.replace("d.new_due_at", "d.new_due")).unwrap();
    let fault = check(&paper::press(), &template).unwrap_err().to_string();
    assert!(fault.contains("new_due"), "{fault}");
}

#[test]
fn an_office_may_change_words_and_layout() {
    // [LET-14]
    let template = adapted("apology.typ", |text| text.replace("chân thành xin lỗi", "thành thật xin lỗi")).unwrap();
    assert!(check(&paper::press(), &template).is_ok());
}

#[test]
fn a_template_for_no_known_kind_is_told_which_kinds_there_are() {
    let template = Template::new("recipt.tt03-2025.typ", "A", &[]).unwrap();
    let fault = check(&paper::press(), &template).unwrap_err();
    assert!(matches!(&fault, CheckError::Specimen(SpecimenError::UnknownKind { kind, .. }) if kind == "recipt"));
    assert!(fault.to_string().contains("receipt, certification-receipt"), "{fault}");
}

#[test]
fn an_odd_font_is_told_but_does_not_stop() {
    let template =
        adapted("common.typ", |text| text.replace("font: \"Tinos\"", "font: (\"Arial\", \"Tinos\")")).unwrap();
    let checked = check(&paper::press(), &template).unwrap();
    assert!(checked.iter().all(|one| one.warnings.iter().any(|odd| odd.contains("common.typ line"))), "{checked:?}");
}

#[test]
fn every_kind_has_a_usual_specimen_and_one_with_the_least() {
    for kind in kinds() {
        let names: Vec<String> = specimens(kind).unwrap().into_iter().map(|specimen| specimen.name).collect();
        assert!(["usual", "least"].iter().all(|name| names.contains(&(*name).to_owned())), "{kind}: {names:?}");
    }
    assert_eq!(FORM_SETS.len() * kinds().count(), paper::templates().len());
}

#[test]
fn specimens_name_nobody() {
    let known = ["Nguyễn Văn A", "Nguyễn Thị B", "Nguyễn Văn C", "Cán bộ một cửa số 1", "Chuyên viên số 1"];
    for kind in kinds() {
        for specimen in specimens(kind).unwrap() {
            let data = specimen.data.to_string();
            let left = known.iter().fold(data.clone(), |text, name| text.replace(name, ""));
            assert!(!left.contains("Nguyễn "), "{kind} {}: {left}", specimen.name);
        }
    }
}
