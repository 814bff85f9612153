//! The published fixtures of govuk-frontend 6.3.0, rendered by our components: what the maintainers expect is what we
//! serve. An update of the vendored macros is right when this passes again.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use motcua::platform::web::Pages;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fixture {
    name: String,
    options: minijinja::Value,
    html: String,
}

#[test]
fn every_published_fixture_of_every_component_comes_out_as_published() {
    let json = include_str!("../fixtures/govuk/components.json");
    let by_component: BTreeMap<String, Vec<Fixture>> = serde_json::from_str(json).unwrap();
    let pages = Pages::new(TimeZone::UTC).unwrap();
    let mut same = 0;
    for (component, fixtures) in &by_component {
        for fixture in fixtures {
            let html = pages.component(component, &fixture.options);
            let html = html.unwrap_or_else(|fault| panic!("{component}, {}: {fault:#}", fixture.name));
            assert_eq!(squeezed(&html), squeezed(&fixture.html), "{component}, {}", fixture.name);
            same += 1;
        }
    }
    assert_eq!(same, 657);
}

/// HTML without what a browser does not show: white space beside a tag, and how much of it there is elsewhere.
fn squeezed(html: &str) -> String {
    let one_line = html.split_whitespace().collect::<Vec<_>>().join(" ");
    one_line.replace("> ", ">").replace(" <", "<").replace(" >", ">").replace("&#x27;", "&#39;")
}
