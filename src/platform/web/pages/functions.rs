//! What templates can call: sentences, components, addresses of assets, and values as people write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State};

use super::components::Components;
use crate::platform::i18n::{Locale, Texts};
use crate::platform::web::assets;

/// Gives an environment its functions and filters, bound to one language.
pub(super) fn add_to(
    env: &mut Environment<'static>,
    locale: Locale,
    zone: &TimeZone,
    texts: &Arc<Texts>,
    components: &Arc<Components>,
) {
    let sentences = Arc::clone(texts);
    env.add_function("t", move |key: &str, params: Option<Value>, named: Kwargs| {
        sentence(&sentences, locale, key, params, &named)
    });
    let sentences = Arc::clone(texts);
    env.add_function("has_text", move |key: &str| sentences.has(locale, key));
    let components = Arc::clone(components);
    env.add_function("govuk", move |state: &mut State, component: &str, params: Option<Value>, named: Kwargs| {
        components.call(state, component, params, named)
    });
    env.add_function("asset", |name: &str| {
        assets::href(name).ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no asset {name}")))
    });
    let here = zone.clone();
    env.add_filter("date", move |text: &str| read_moment(text, &here).map(|at| locale.date(at.date())));
    let here = zone.clone();
    env.add_filter("datetime", move |text: &str| read_moment(text, &here).map(|at| locale.date_time(at)));
    env.add_filter("number", move |number: i64| locale.number(number));
    let sentences = Arc::clone(texts);
    env.add_filter("money", move |amount: i64| {
        let amount = locale.number(amount);
        found(sentences.try_get(locale, "common.money", [("amount", amount.as_str())]), "common.money")
    });
}

/// `t("key", name=value)` or, for what comes ready from Rust, `t(error.key, error.params)`.
fn sentence(texts: &Texts, locale: Locale, key: &str, params: Option<Value>, named: &Kwargs) -> Result<String, Error> {
    let mut filled = BTreeMap::new();
    if let Some(params) = params.filter(|value| value.kind() == ValueKind::Map) {
        for name in params.try_iter()? {
            filled.insert(name.to_string(), params.get_item(&name)?.to_string());
        }
    }
    for name in named.args() {
        filled.insert(name.to_owned(), named.get::<Value>(name)?.to_string());
    }
    found(texts.try_get(locale, key, filled.iter().map(|(name, value)| (name.as_str(), value.as_str()))), key)
}

/// A fault of the texts stops the page while developing; people at the counter get the page with the bare key.
fn found<E: std::error::Error + Send + Sync + 'static>(text: Result<String, E>, key: &str) -> Result<String, Error> {
    match text {
        Ok(text) => Ok(text),
        Err(fault) if cfg!(debug_assertions) => {
            Err(Error::new(ErrorKind::InvalidOperation, fault.to_string()).with_source(fault))
        }
        Err(_) => Ok(key.to_owned()),
    }
}

/// Reads an instant (shown in the zone of the site), or a civil date with or without a time (shown as it is).
fn read_moment(text: &str, zone: &TimeZone) -> Result<civil::DateTime, Error> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(zone.to_datetime(at));
    }
    text.parse::<civil::DateTime>()
        .map_err(|fault| Error::new(ErrorKind::InvalidOperation, format!("{text:?} is not a date")).with_source(fault))
}
