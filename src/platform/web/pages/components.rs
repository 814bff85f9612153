//! The vendored GOV.UK-style components, in a template world of their own.
//!
//! `templates/govuk/` holds the macros of govuk-frontend-jinja unchanged, so that an update is a copy. They lean on
//! undefined names being empty and on Python's string methods; pages must do neither.

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior};

use super::{embedded_template, escape};

/// The prefix under which the vendored macros import one another.
const PACKAGE: &str = "govuk_frontend_jinja/";

/// The components, compiled when first asked for.
pub(super) struct Components {
    env: Environment<'static>,
}

impl Components {
    pub(super) fn new() -> Components {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Chainable);
        env.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        env.set_formatter(escape::write_value);
        env.set_auto_reload(false);
        env.set_loader(|name| {
            Ok(name.strip_prefix(PACKAGE).and_then(|name| embedded_template(&format!("govuk/{name}"))))
        });
        Components { env }
    }

    /// The HTML of a component (`error-summary`) for the parameters its documentation names.
    pub(super) fn render(&self, component: &str, params: Value) -> Result<String, Error> {
        let template = self.env.get_template(&format!("{PACKAGE}components/{component}/macro.html"))?;
        let mut module = template.render_captured(())?;
        module.with_state_mut(|state| state.call_macro(&macro_name(component), &[params]))
    }

    /// What `govuk(component, params)` and `govuk(component, name=value, …)` in a page do.
    pub(super) fn call(
        &self,
        state: &mut State,
        component: &str,
        params: Option<Value>,
        named: Kwargs,
    ) -> Result<Value, Error> {
        let params = match params.filter(|value| value.kind() == ValueKind::Map) {
            Some(params) => params,
            None => {
                let pair = |name: &str| Ok((name.to_owned(), named.get::<Value>(name)?));
                Value::from_pairs(named.args().map(pair).collect::<Result<Vec<_>, Error>>()?)
            }
        };
        refuse_undefined(state, component, &params)?;
        self.render(component, params).map(Value::from_safe_string)
    }
}

/// `error-summary` → `govukErrorSummary`.
fn macro_name(component: &str) -> String {
    let mut name = String::from("govuk");
    for word in component.split('-') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

/// The lenient side would show a misspelt name as nothing, so it is caught on the way in. An `x if y` without `else`
/// is meant to be nothing and passes.
fn refuse_undefined(state: &mut State, place: &str, value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Undefined => state
            .format(value.clone())
            .map(drop)
            .map_err(|_| Error::new(ErrorKind::UndefinedError, format!("{place} is given a name that does not exist"))),
        ValueKind::Map => value.try_iter()?.try_for_each(|key| {
            let inner = value.get_item(&key)?;
            refuse_undefined(state, &format!("{place}.{key}"), &inner)
        }),
        ValueKind::Seq => {
            value.try_iter()?.try_for_each(|inner| refuse_undefined(state, &format!("{place}[]"), &inner))
        }
        _ => Ok(()),
    }
}
