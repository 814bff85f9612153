//! Papers that are asked for, as typed in rows: `paper.0.name`, `paper.0.originals`, `paper.0.copies`.

use motcua_domain::dossier::{ITEMS_MAX, PaperAsked};
use motcua_domain::text::clean;

use crate::platform::failure::{FieldError, Sentence};
use crate::platform::web::form::Form;

/// Longest name of a paper.
pub const NAME_MAX: usize = 1_000;
/// Most originals or copies of one paper.
pub const COUNT_MAX: u32 = 999;

/// How many rows to show: those that were typed, or asked for with the button, and at least `least`.
pub fn rows(form: &Form, base: &str, least: usize) -> usize {
    let wanted = form.text("rows").parse().unwrap_or(0);
    typed(form, base).max(wanted).clamp(least, ITEMS_MAX)
}

fn typed(form: &Form, base: &str) -> usize {
    let row = |name: &str| name.strip_prefix(base)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok();
    form.pairs().iter().filter_map(|(name, _)| row(name)).max().map_or(0, |last| last.min(ITEMS_MAX - 1) + 1)
}

/// The papers that were typed, and what is wrong with them; rows left empty are no papers.
pub fn read(form: &Form, base: &str) -> (Vec<PaperAsked>, Vec<FieldError>) {
    let (mut papers, mut errors) = (Vec::new(), Vec::new());
    for at in 0..typed(form, base) {
        let field = |name: &str| format!("{base}.{at}.{name}");
        let mut wrong = |name: &str, sentence: Sentence| errors.push(FieldError { field: field(name), sentence });
        let count = |name: &str| {
            let typed = form.text(&field(name));
            if typed.is_empty() { Some(0) } else { typed.parse().ok().filter(|number: &u32| *number <= COUNT_MAX) }
        };
        let counts = [("originals", count("originals")), ("copies", count("copies"))];
        for (kind, _) in counts.iter().filter(|(_, count)| count.is_none()) {
            wrong(kind, Sentence::new("intake.paper_count").with("row", at + 1));
        }
        let [originals, copies] = counts.map(|(_, count)| count.unwrap_or_default());
        let name = clean(form.text(&field("name")));
        if name.chars().count() > NAME_MAX {
            wrong("name", Sentence::new("form.too_long").with("max", NAME_MAX));
        }
        if name.is_empty() && originals + copies > 0 {
            wrong("name", Sentence::new("intake.paper_name_missing"));
        }
        let counted = counts.iter().all(|(_, count)| count.is_some());
        if !name.is_empty() && counted && originals + copies == 0 {
            wrong("originals", Sentence::new("refusal.copies_missing"));
        }
        if !name.is_empty() {
            papers.push(PaperAsked { name, originals, copies });
        }
    }
    (papers, errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_with_their_mistakes() {
        let form = Form::read(
            "p.0.name=+T%E1%BB%9D+khai&p.0.originals=1&p.1.name=&p.2.copies=2&p.3.name=x&p.3.copies=hai&p.4.name=y&q.9.name=y",
        );
        let (papers, errors) = read(&form, "p");
        let names: Vec<&str> = papers.iter().map(|paper| paper.name.as_str()).collect();
        assert_eq!(names, ["Tờ khai", "x", "y"]);
        let wrong: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(wrong, ["p.2.name", "p.3.copies", "p.4.originals"]);
        assert_eq!((rows(&form, "p", 5), rows(&form, "q", 5)), (5, 10));
    }

    #[test]
    fn a_row_number_out_of_reason_makes_no_endless_form() {
        let form = Form::read("p.999999999.name=x&rows=88888888");
        assert_eq!(rows(&form, "p", 5), ITEMS_MAX);
        assert!(read(&form, "p").0.is_empty());
    }
}
