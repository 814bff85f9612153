//! The catalogue of procedures in the terms of CPSV-AP 3, and the list of datasets in those of DCAT-AP, both as JSON-LD. [OPN-02]

use axum::extract::State;
use axum::http::HeaderMap;
use motcua_domain::procedure::{Channel, Fee, Limit, LimitKind, Version};
use serde_json::{Value, json};

use super::Data;
use crate::platform::web::form::percent;
use crate::platform::web::{Answer, App, Req};
use crate::registry::{Procedure, Standing};
use crate::view::shown;

const JSON_LD: &str = "application/ld+json";

/// A text in Vietnamese, the language of the sources.
fn vi(text: &str) -> Value {
    json!({ "@language": "vi", "@value": text })
}

/// A service with what is known of it; nothing is said of what is not.
struct Service(serde_json::Map<String, Value>);

impl Service {
    fn say(&mut self, term: &str, value: Value) {
        let nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty) || value.as_str() == Some("");
        if !nothing {
            self.0.insert(term.to_owned(), value);
        }
    }
}

pub(super) async fn procedures(State(app): State<App>, asked: Req, headers: HeaderMap) -> Answer {
    let registry = &asked.registry;
    let data = Data::new(JSON_LD, "catalogue.jsonld", &format!("{} {}", registry.revision, registry.as_of));
    if data.is_known(&headers) {
        return Ok(data.unchanged());
    }
    let offered = |procedure: &&Procedure| matches!(procedure.standing, Standing::Published | Standing::Outside { .. });
    let mut graph: Vec<Value> = Vec::new();
    for procedure in registry.procedures.iter().filter(offered) {
        graph.push(service(&app, &asked, procedure)?);
    }
    for agency in registry.agencies.values() {
        graph.push(json!({
            "@id": agency_id(&app, &agency.id),
            "@type": "cv:PublicOrganisation",
            "dct:identifier": agency.id,
            "dct:title": vi(&agency.name),
            "skos:prefLabel": vi(&agency.name),
            "dct:spatial": agency.place,
        }));
    }
    let document = json!({
        "@context": {
            "cpsv": "http://purl.org/vocab/cpsv#",
            "cv": "http://data.europa.eu/m8g/",
            "dct": "http://purl.org/dc/terms/",
            "eli": "http://data.europa.eu/eli/ontology#",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@graph": graph,
    });
    Ok(data.answer(serde_json::to_vec(&document)?))
}

fn agency_id(app: &App, agency: &str) -> String {
    format!("{}/agencies/{}", app.base_url, percent(agency))
}

fn service(app: &App, asked: &Req, procedure: &Procedure) -> Result<Value, crate::platform::failure::Failure> {
    let record = &procedure.record;
    let id = format!("{}/procedures/{}/{}", app.base_url, procedure.tier.as_str(), percent(&procedure.key));
    let mut service = Service(serde_json::Map::new());
    service.say("@id", json!(id));
    service.say("@type", json!("cpsv:PublicService"));
    service.say("dct:identifier", json!(record.code.as_ref().unwrap_or(&procedure.key)));
    service.say("dct:title", vi(&record.name));
    // A procedure has no description of its own: it says what comes out of it, and within which time.
    let texts = app.pages.texts();
    let mut described = Vec::new();
    if !record.result.is_empty() {
        described.push(record.result.clone());
    }
    for case in &record.limits {
        let words = shown::limit_words(texts, crate::platform::i18n::Locale::Vi, case.limit)?;
        described.push(if case.label.is_empty() { words } else { format!("{}: {words}", case.label) });
    }
    let described = if described.is_empty() { record.name.clone() } else { described.join(". ") };
    service.say("dct:description", vi(&described));
    service.say("dct:language", json!("http://publications.europa.eu/resource/authority/language/VIE"));
    service.say("cv:thematicArea", json!({ "@type": "skos:Concept", "skos:prefLabel": vi(&record.field) }));
    service.say("cv:hasCompetentAuthority", Value::Array(authorities(app, asked, procedure)));
    service.say("cv:hasLegalResource", record.legal_basis.iter().map(|text| legal(text)).collect());
    service.say("cpsv:hasInput", inputs(&id, record));
    if !record.result.is_empty() {
        service.say("cpsv:produces", json!({ "@type": "cv:Output", "dct:title": vi(&record.result) }));
    }
    service.say("cv:hasCost", costs(record));
    // One time is one time; several depend on the case, and the description tells them.
    if let [only] = record.limits.as_slice() {
        service.say("cv:processingTime", json!({ "@type": "xsd:duration", "@value": duration(only.limit) }));
    }
    service.say("cv:hasChannel", record.channels.iter().map(|channel| channel_of(*channel)).collect());
    service.say("foaf:page", json!({ "@id": id }));
    service.say("dct:source", json!(record.source));
    Ok(Value::Object(service.0))
}

/// Who decides: an agency outside, or each that takes it in.
fn authorities(app: &App, asked: &Req, procedure: &Procedure) -> Vec<Value> {
    let registry = &asked.registry;
    if let Some(agency) = registry.decided_outside(procedure) {
        return vec![json!({ "@id": agency_id(app, &agency.id) })];
    }
    let taking = registry.agencies.values().filter(|agency| registry.takes_in(procedure, &agency.id));
    taking.map(|agency| json!({ "@id": agency_id(app, &agency.id) })).collect()
}

fn legal(text: &str) -> Value {
    json!({ "@type": "eli:LegalResource", "dct:title": vi(text) })
}

fn inputs(id: &str, record: &Version) -> Value {
    let one = |(at, paper): (usize, &motcua_domain::procedure::Paper)| {
        let mut evidence = json!({
            "@id": format!("{id}#paper-{}", at + 1),
            "@type": "cv:Evidence",
            "dct:identifier": format!("{}", at + 1),
            "dct:title": vi(&paper.name),
        });
        if let (false, Some(evidence)) = (paper.case.is_empty(), evidence.as_object_mut()) {
            evidence.insert("dct:description".to_owned(), vi(&paper.case));
        }
        evidence
    };
    record.papers.iter().enumerate().map(one).collect()
}

/// What the province sets is not known here.
fn costs(record: &Version) -> Value {
    let one = |case: &motcua_domain::procedure::FeeCase| {
        let (value, per) = match &case.fee {
            Fee::Free => (0, ""),
            Fee::Amount { amount, per, .. } => (*amount, per.as_str()),
            Fee::SetByProvince => return None,
        };
        let mut cost = json!({
            "@type": "cv:Cost",
            "cv:value": value,
            "cv:currency": { "@id": "http://publications.europa.eu/resource/authority/currency/VND" },
        });
        let words: Vec<&str> = [case.label.as_str(), per].into_iter().filter(|text| !text.is_empty()).collect();
        if let (false, Some(cost)) = (words.is_empty(), cost.as_object_mut()) {
            cost.insert("dct:description".to_owned(), vi(&words.join("; ")));
        }
        Some(cost)
    };
    record.fees.iter().filter_map(one).collect()
}

/// Days of work are told as days; the description says which.
fn duration(limit: Limit) -> String {
    match limit.kind {
        LimitKind::WorkingDays | LimitKind::CalendarDays => format!("P{}D", limit.count),
        LimitKind::Months => format!("P{}M", limit.count),
        LimitKind::WorkingHours => format!("PT{}H", limit.count),
    }
}

fn channel_of(channel: Channel) -> Value {
    let word = match channel {
        Channel::Direct => "Trực tiếp",
        Channel::Online => "Trực tuyến",
        Channel::Post => "Bưu chính",
    };
    json!({ "@type": "cv:Channel", "dct:type": { "@type": "skos:Concept", "skos:prefLabel": vi(word) } })
}

pub(super) async fn datasets(State(app): State<App>, asked: Req, headers: HeaderMap) -> Answer {
    let found = super::snapshot(&app, &asked).await?;
    let logs =
        found.as_ref().map(|found| super::figures::logs(&asked.registry, found, asked.ctx.now)).unwrap_or_default();
    let (site, base) = (&asked.registry.site, &app.base_url);
    let as_of = found.as_ref().map(super::Snapshot::as_of).unwrap_or_default();
    let data = Data::new(JSON_LD, "datasets.jsonld", &format!("{} {as_of} {logs:?}", asked.registry.revision));
    if data.is_known(&headers) {
        return Ok(data.unchanged());
    }
    let say = |key: &str| {
        let texts = app.pages.texts();
        let told = |locale| texts.say(locale, key, &std::collections::BTreeMap::new());
        let (vi, en) = (told(crate::platform::i18n::Locale::Vi), told(crate::platform::i18n::Locale::En));
        json!([{ "@language": "vi", "@value": vi }, { "@language": "en", "@value": en }])
    };
    let distribution = |path: &str, media: &str| {
        json!({
            "@type": "dcat:Distribution",
            "dcat:accessURL": { "@id": format!("{base}{path}") },
            "dcat:downloadURL": { "@id": format!("{base}{path}") },
            "dcat:mediaType": { "@id": format!("https://www.iana.org/assignments/media-types/{media}") },
            "dct:license": { "@id": site.open.licence_url },
        })
    };
    let modified = found.as_ref().map(|found| found.taken_at.to_string());
    let dataset = |name: &str, title: &str, described: &str, distributions: Vec<Value>| {
        json!({
            "@id": format!("{base}/open#{name}"),
            "@type": "dcat:Dataset",
            "dct:identifier": format!("{}-{name}", site.id),
            "dct:title": say(title),
            "dct:description": say(described),
            "dct:publisher": { "@id": agency_id(&app, &site.main_agency) },
            "dct:accrualPeriodicity": { "@id": "http://publications.europa.eu/resource/authority/frequency/MONTHLY" },
            "dct:modified": modified,
            "dcat:distribution": distributions,
        })
    };
    let lines = logs.iter().map(|path| distribution(path, "application/x-ndjson")).collect();
    let sets = [
        dataset(
            "procedures",
            "open.procedures",
            "open.procedures_lead",
            vec![distribution("/open/catalogue.jsonld", JSON_LD)],
        ),
        dataset(
            "figures",
            "open.figures",
            "open.figures_lead",
            vec![distribution("/open/figures.csv", "text/csv"), distribution("/open/figures.json", "application/json")],
        ),
        dataset("log", "open.log", "open.log_lead", lines),
    ];
    let mut graph = vec![
        json!({
            "@id": format!("{base}/open"),
            "@type": "dcat:Catalog",
            "dct:title": [{ "@language": "vi", "@value": site.name.vi }, { "@language": "en", "@value": site.name.en }],
            "dct:description": say("open.lead"),
            "dct:publisher": { "@id": agency_id(&app, &site.main_agency) },
            "dct:license": { "@id": site.open.licence_url },
            "dcat:dataset": sets.iter().map(|set| json!({ "@id": set.get("@id") })).collect::<Vec<_>>(),
        }),
        json!({
            "@id": agency_id(&app, &site.main_agency),
            "@type": "foaf:Agent",
            "foaf:name": vi(asked.registry.agency_name(&site.main_agency)),
        }),
    ];
    graph.extend(sets);
    let document = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@graph": graph,
    });
    Ok(data.answer(serde_json::to_vec(&document)?))
}
