//! Turns a page struct into HTML.
//!
//! Two MiniJinja worlds. Pages (`templates/**`) are *strict*: a name the page struct does not have is a fault, so a
//! misspelt field never shows as an empty cell. The vendored components (`templates/govuk/**`) lean on undefined names
//! being empty, so they live in a *lenient* world of their own ([`components`]), reached from pages only through
//! `govuk("button", …)`. Each language has its own page environment, so that `t()` knows its language even inside an
//! imported macro. How to add a page: `docs/how-to/add-a-page.md`.

mod components;
mod escape;
mod frame;
mod functions;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use jiff::tz::TimeZone;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value, context};
use rust_embed::RustEmbed;
use serde::Serialize;

use self::components::Components;
pub use self::frame::{FieldError, Flash, FlashKind, FormState, Frame, FrameOfficer, NavItem};
use super::csrf;
use crate::platform::i18n::{Locale, Texts};

#[derive(RustEmbed)]
#[folder = "templates"]
struct TemplateFiles;

/// The renderer: templates compiled once, shared by all requests.
pub struct Pages {
    texts: Arc<Texts>,
    components: Arc<Components>,
    by_locale: BTreeMap<Locale, Environment<'static>>,
}

impl Pages {
    /// Reads texts and components. `zone` is where the people are who read the times on the pages.
    pub fn new(zone: TimeZone) -> anyhow::Result<Pages> {
        let texts = Arc::new(Texts::embedded()?);
        let components = Arc::new(Components::new());
        let mut by_locale = BTreeMap::new();
        for locale in Locale::ALL {
            let mut env = page_environment()?;
            functions::add_to(&mut env, locale, &zone, &texts, &components);
            by_locale.insert(locale, env);
        }
        Ok(Pages { texts, components, by_locale })
    }

    /// Renders `templates/<template>`; the page struct is `page` there, the frame is `frame`.
    pub fn render<S: Serialize>(&self, template: &str, page: S, frame: &Frame) -> anyhow::Result<String> {
        let env = self.by_locale.get(&frame.locale).with_context(|| format!("no pages in {}", frame.locale))?;
        let page = Value::from(Serde(page));
        let languages = Value::from(Serde(frame.languages()));
        let links = Value::from(Serde(frame::LINKS));
        let frame_value = Value::from(Serde(frame));
        env.get_template(template)
            .and_then(|found| found.render(context! { page, languages, links, frame => frame_value }))
            .map(|html| csrf::in_forms(html, &frame.csrf))
            .with_context(|| format!("render {template} in {}", frame.locale))
    }

    /// The HTML of one GOV.UK component (`error-summary`) for the parameters its documentation names.
    pub fn component(&self, name: &str, params: impl Serialize) -> anyhow::Result<String> {
        self.components.render(name, Value::from(Serde(params))).with_context(|| format!("render component {name}"))
    }

    /// The sentences, for what is not a page (problem details, notices, the command line).
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The names of all page templates, for tests that must see every one.
    pub fn template_names() -> impl Iterator<Item = String> {
        TemplateFiles::iter().map(String::from).filter(|name| name.ends_with(".html") && !name.starts_with("govuk/"))
    }
}

/// One embedded template file as text; none if there is no such file.
fn embedded_template(name: &str) -> Option<String> {
    let file = TemplateFiles::get(name)?;
    String::from_utf8(file.data.into_owned()).ok()
}

fn page_environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.set_formatter(escape::write_value);
    // While developing, templates come from the source tree and change without a build; a released program has no tree.
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    if cfg!(debug_assertions) && tree.is_dir() {
        env.set_loader(minijinja::path_loader(tree));
    } else {
        env.set_auto_reload(false);
        env.set_loader(|name| Ok(embedded_template(name)));
    }
    Ok(env)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
    use super::*;

    fn pages() -> Pages {
        Pages::new(TimeZone::get("Asia/Ho_Chi_Minh").unwrap()).unwrap()
    }

    fn say(source: &str, locale: Locale, page: impl Serialize) -> Result<String, minijinja::Error> {
        pages().by_locale[&locale].render_named_str("try.html", source, context! { page => Value::from(Serde(page)) })
    }

    #[test]
    fn a_name_the_page_does_not_have_is_a_fault() {
        assert!(say("{{ page.nmae }}", Locale::Vi, context! { name => "x" }).is_err());
    }

    #[test]
    fn text_cannot_become_markup() {
        let page = context! { name => "</b> \"a\" & 'b'" };
        assert_eq!(
            say("<b title=\"{{ page.name }}\">", Locale::Vi, page).unwrap(),
            "<b title=\"&lt;/b&gt; &quot;a&quot; &amp; &#39;b&#39;\">"
        );
    }

    #[test]
    fn a_component_is_told_about_a_name_the_page_does_not_have() {
        let fault = say(r#"{{ govuk("tag", text=page.nmae) }}"#, Locale::Vi, context! { name => "x" }).unwrap_err();
        assert!(format!("{fault:#}").contains("text"), "{fault:#}");
        assert!(say(r#"{{ govuk("input", name="a", label={"text": page.nmae}) }}"#, Locale::Vi, context! {}).is_err());
    }

    #[test]
    fn a_component_escapes_text_and_leaves_out_what_is_not_asked_for() {
        let html =
            say(r#"{{ govuk("tag", text=page.name, id="a" if false) }}"#, Locale::Vi, context! { name => "<b>" });
        assert_eq!(html.unwrap().trim(), "<strong class=\"govuk-tag\">\n  &lt;b&gt;\n</strong>");
    }

    #[test]
    fn an_unknown_component_is_a_fault() {
        assert!(say(r#"{{ govuk("buton", text="x") }}"#, Locale::Vi, ()).is_err());
    }

    #[test]
    fn dates_and_amounts_are_written_as_people_here_write_them() {
        let page = context! { at => "2018-05-04T08:10:00Z", on => "2018-05-04", fee => 1_250_000 };
        let source = "{{ page.at|datetime }} · {{ page.on|date }} · {{ page.at|date }} · {{ page.fee|number }}";
        assert_eq!(say(source, Locale::Vi, &page).unwrap(), "04/05/2018 15:10 · 04/05/2018 · 04/05/2018 · 1.250.000");
        assert_eq!(say(source, Locale::En, &page).unwrap(), "4 May 2018, 15:10 · 4 May 2018 · 4 May 2018 · 1,250,000");
        assert_eq!(say("{{ page.fee|money }}", Locale::Vi, &page).unwrap(), "1.250.000 đồng");
    }

    #[test]
    fn a_missing_text_is_a_fault_while_developing_and_its_bare_key_in_production() {
        let said = say(r#"{{ t("no.such.text") }}"#, Locale::Vi, ());
        assert_eq!(said.ok().as_deref(), if cfg!(debug_assertions) { None } else { Some("no.such.text") });
    }

    #[test]
    fn what_is_not_a_date_is_a_fault_and_not_an_odd_cell() {
        assert!(say("{{ page.on|date }}", Locale::Vi, context! { on => "yesterday" }).is_err());
    }

    /// Every text a template asks for by name exists; a key put together at run time is tested by its page.
    #[test]
    fn every_text_named_in_a_template_exists_in_both_languages() {
        let texts = Texts::embedded().unwrap();
        let mut missing = Vec::new();
        for name in Pages::template_names() {
            let source = embedded_template(&name).unwrap();
            for (before, after) in source.match_indices(r#"t(""#).map(|(at, _)| source.split_at(at)) {
                let Some((key, behind)) = after[3..].split_once('"') else { continue };
                let is_call = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let is_whole = behind.starts_with([')', ',']);
                if is_call && is_whole && !Locale::ALL.into_iter().all(|locale| texts.has(locale, key)) {
                    missing.push(format!("{name}: {key}"));
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }
}
