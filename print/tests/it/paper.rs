//! The press with the project's own fonts and templates, and letters set by it: for the tests and for `examples/proof.rs`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use motcua_print::{
    Images, Letter, MadeAt, Order, Press, PrintError, Printed, Run, Standard, Standing, Template, specimens,
};
use serde_json::Value;

pub const FORM_SETS: [&str; 2] = ["tt01-2018", "tt03-2025"];

pub const MADE_AT: MadeAt = MadeAt { year: 2018, month: 5, day: 4, hour: 15, minute: 10, utc_offset_minutes: 7 * 60 };

pub const ISSUED: Run = Run { made_at: MADE_AT, standard: Standard::PdfA2b, standing: Standing::Issued };

pub const PREVIEW: Run = Run { standing: Standing::Preview, ..ISSUED };

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn press() -> Press {
    let fonts = ["Regular", "Bold", "Italic", "BoldItalic"].map(|style| {
        let file = project().join(format!("assets/fonts/Tinos-{style}.ttf"));
        Cow::Owned(std::fs::read(file).expect("the fonts are in the project"))
    });
    Press::new(fonts.into()).expect("the fonts are readable")
}

/// The files of `templates/letters`, by name.
pub fn files() -> BTreeMap<String, String> {
    let folder = std::fs::read_dir(project().join("templates/letters")).expect("the templates are in the project");
    folder
        .flatten()
        .map(|file| (file.file_name().into_string(), std::fs::read_to_string(file.path())))
        .map(|(name, text)| (name.expect("a plain name"), text.expect("the template is text")))
        .collect()
}

pub fn templates() -> BTreeMap<String, Template> {
    let files = files();
    Template::folder(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).expect("the templates are Typst")
}

pub fn template(kind: &str, form_set: &str) -> Template {
    templates().remove(&format!("{kind}.{form_set}.typ")).expect("there is a template for each kind and form set")
}

pub fn set(press: &Press, template: &Template, data: &Value, images: Images, run: Run) -> Result<Printed, PrintError> {
    press.set(&Order { template, data, images }, run)
}

/// Sets a letter from the template of its kind.
pub fn print<L: Letter>(form_set: &str, letter: &L) -> Printed {
    let images = letter.images().expect("codes and addresses have pictures");
    let data = serde_json::to_value(letter).expect("a letter is JSON");
    set(&press(), &template(L::KIND, form_set), &data, images, ISSUED).expect("the letter is set")
}

/// Sets one of the sample letters.
pub fn print_specimen(kind: &str, form_set: &str, name: &str, run: Run) -> Printed {
    let found = specimens(kind).expect("the kind has specimens").into_iter().find(|specimen| specimen.name == name);
    let specimen = found.unwrap_or_else(|| panic!("{kind} has no specimen {name}"));
    set(&press(), &template(kind, form_set), &specimen.data, specimen.images, run).expect("the letter is set")
}
