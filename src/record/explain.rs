//! A dossier in words: its limit, why the date is this one, what somebody else has just done.

use std::collections::BTreeMap;

use motcua_domain::dossier::Recorded;
use motcua_domain::procedure::ByPage;

use super::dossier::word;
use crate::platform::failure::{Failure, Sentence};
use crate::platform::i18n::{Locale, Texts};
use crate::registry::Registry;

/// Why this date: the sentences of the promise.
pub fn reasons(texts: &Texts, locale: Locale, reasons: &serde_json::Value) -> Vec<String> {
    let steps = reasons.as_array().map(Vec::as_slice).unwrap_or_default();
    steps
        .iter()
        .filter_map(|step| {
            let mut params: BTreeMap<String, String> = serde_json::from_value(step.get("params")?.clone()).ok()?;
            params.iter_mut().for_each(|(name, value)| localise(locale, name, value));
            Some(texts.say(locale, step.get("key")?.as_str()?, &params))
        })
        .collect()
}

/// A sentence of the clock: moments and dates are written in the reader's language.
pub fn sentence(texts: &Texts, locale: Locale, sentence: &Sentence) -> String {
    let mut params = sentence.params.clone();
    params.iter_mut().for_each(|(name, value)| localise(locale, name, value));
    texts.say(locale, &sentence.key, &params)
}

/// The clock gives moments and dates as ISO text under names that end in `_at` and `_on`.
fn localise(locale: Locale, name: &str, value: &mut String) {
    let local = match name.rsplit('_').next() {
        Some("at") => value.parse().map(|at| locale.date_time(at)),
        Some("on") => value.parse().map(|on| locale.date(on)),
        _ => return,
    };
    if let Ok(local) = local {
        *value = local;
    }
}

/// The limit in words; none is "the same day", and one is not a plural everywhere.
pub fn limit_words(texts: &Texts, locale: Locale, limit: motcua_domain::procedure::Limit) -> Result<String, Failure> {
    let params = BTreeMap::from([("count".to_owned(), limit.count.to_string())]);
    let kind = word(limit.kind)?;
    let key = match limit.count {
        0 => "limit.same_day".to_owned(),
        1 => format!("limit.one.{kind}"),
        _ => format!("limit.{kind}"),
    };
    Ok(texts.say(locale, &key, &params))
}

/// An amount with what it is for one of, and how it gets less where it is counted by the page. [CAT-20]
pub fn amount_words(texts: &Texts, locale: Locale, amount: i64, per: &str, by_page: Option<ByPage>) -> String {
    let money = |amount: i64| texts.say(locale, "money.dong", &[("amount".to_owned(), locale.number(amount))].into());
    let words = if per.is_empty() { money(amount) } else { format!("{} / {per}", money(amount)) };
    let Some(ByPage { full, further, most }) = by_page else { return words };
    let params = [
        ("from".to_owned(), (full + 1).to_string()),
        ("further".to_owned(), money(further)),
        ("most".to_owned(), money(most)),
    ];
    format!("{words} ({})", texts.say(locale, "procedure.fee_by_page", &params.into()))
}

/// Who was faster, with what and when; for an officer who was looking at an older state.
pub fn meanwhile(registry: &Registry, texts: &Texts, locale: Locale, last: Option<&Recorded>) -> Sentence {
    let Some(last) = last else { return Sentence::new("problem.conflict_detail") };
    Sentence::new("dossier.meanwhile")
        .with("by", registry.account_name(&last.by))
        .with("at", locale.date_time(registry.local(last.at)))
        .with("what", texts.say(locale, &format!("event.{}", last.event.kind()), &BTreeMap::new()))
}
