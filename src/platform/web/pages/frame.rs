//! What every page is given besides its own struct: where it is, who looks, what just happened.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::platform::i18n::Locale;

/// Addresses the layout itself needs; `links` in templates, which hold no address of their own.
pub(super) const LINKS: Links = Links {
    home: "/",
    sign_in: "/sign-in",
    sign_out: "/sign-out",
    desk: "/desk",
    account: "/account",
    search: "/search",
    procedures: "/procedures",
    agencies: "/agencies",
    track: "/track",
    open: "/open",
    ledger: "/ledger",
};

#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Links {
    home: &'static str,
    sign_in: &'static str,
    sign_out: &'static str,
    desk: &'static str,
    account: &'static str,
    search: &'static str,
    procedures: &'static str,
    agencies: &'static str,
    track: &'static str,
    open: &'static str,
    ledger: &'static str,
}

/// `frame` in templates.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Frame {
    pub locale: Locale,
    /// Name of the site in the page's language ("Một cửa huyện Pác Nặm").
    pub site_name: String,
    /// Path and query of this page, for the language switch. Empty: no switch (the answer to a post, say).
    pub path: String,
    /// Who is signed in, if anybody.
    pub officer: Option<FrameOfficer>,
    /// One message left by the page before this one.
    pub flash: Option<Flash>,
    /// Whether the data is made up; says so on every page.
    pub demonstration: bool,
    /// The links under the header.
    pub nav: Vec<NavItem>,
    /// What the forms of the session carry; empty for whoever is not signed in. [ACC-07]
    pub csrf: String,
}

/// The signed-in person as the header shows them. Names of positions are dated data, so they come as words.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FrameOfficer {
    pub name: String,
    pub position: String,
    pub office: String,
    /// Names of those whom they stand in for today.
    pub acting_for: Vec<String>,
}

/// A link of the navigation; `text` is a locale key.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NavItem {
    pub text: &'static str,
    pub href: String,
    pub current: bool,
}

/// What happened, told once on the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flash {
    pub kind: FlashKind,
    /// Locale key of the sentence.
    pub key: String,
    pub params: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FlashKind {
    Success,
    Notice,
    Problem,
}

/// A form as it goes back to the person: what was typed, and what is wrong beside which field.
///
/// The macros of `templates/components/form.html` take it as it is: `form.input(page.form, "phone", t("…"))`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FormState {
    /// All values of a field in the order they were sent: ticked boxes come as several.
    pub values: BTreeMap<String, Vec<String>>,
    pub errors: Vec<FieldError>,
}

/// One fault of one field. An empty `field` is about the form as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    pub field: String,
    /// Locale key of the sentence.
    pub key: String,
    pub params: BTreeMap<String, String>,
}

/// A link of the language switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LanguageLink {
    pub tag: &'static str,
    pub href: String,
    pub current: bool,
}

impl Frame {
    /// This same page in each language; none where the page cannot be asked for again.
    pub fn languages(&self) -> Vec<LanguageLink> {
        if self.path.is_empty() {
            return Vec::new();
        }
        Locale::ALL
            .into_iter()
            .map(|locale| LanguageLink {
                tag: locale.tag(),
                href: with_language(&self.path, locale),
                current: locale == self.locale,
            })
            .collect()
    }
}

/// The address with `lang` set, whatever it was before.
fn with_language(path: &str, locale: Locale) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kept: String = query
        .split('&')
        .filter(|pair| !pair.is_empty() && *pair != "lang" && !pair.starts_with("lang="))
        .flat_map(|pair| [pair, "&"])
        .collect();
    format!("{path}?{kept}lang={locale}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_switch_keeps_the_rest_of_the_address() {
        assert_eq!(with_language("/procedures", Locale::En), "/procedures?lang=en");
        assert_eq!(with_language("/search?q=a%20b&lang=en&page=2", Locale::Vi), "/search?q=a%20b&page=2&lang=vi");
    }

    #[test]
    fn a_page_that_cannot_be_asked_for_again_has_no_language_switch() {
        assert_eq!(Frame::default().languages(), vec![]);
    }
}
