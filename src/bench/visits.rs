//! What is measured: the things people do all day, each as one visit over HTTP.

use anyhow::Context as _;
use motcua_domain::identity::Role;
use motcua_domain::procedure::Tier;
use serde_json::{Value, json};

use super::server::Server;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::record::dossier::{Found, list};
use crate::registry::pack::AgencyKind;
use crate::registry::{Procedure, Registry, Standing};

/// Dossiers of an agency that are read again and again.
const SAMPLE: usize = 100;

/// Words that people type: with accents, without, with a slip.
const WORDS: [&str; 4] = ["dang ky khai sinh", "khai sihn", "chứng thực bản sao", "hộ kinh doanh"];

/// An agency that takes dossiers in, with somebody signed in at its counter.
struct Counter {
    token: String,
    /// Body of an intake.
    intake: Value,
    sample: Vec<Found>,
}

/// An office with much to do, and somebody of it.
struct Desk {
    token: String,
    office: String,
}

pub(super) struct Visits {
    agent: ureq::Agent,
    url: String,
    counters: Vec<Counter>,
    desks: Vec<Desk>,
}

/// One kind of visit.
pub(super) struct Visit<'a> {
    pub name: &'static str,
    visits: &'a Visits,
    how: fn(&Visits, usize) -> anyhow::Result<()>,
}

impl Visit<'_> {
    /// Whether it went well.
    pub fn pay(&self, turn: usize) -> bool {
        (self.how)(self.visits, turn).is_ok()
    }
}

impl Visits {
    /// Signs in at every counter and at the offices with the longest lists.
    pub fn prepare(db: &Db, registry: &Registry, server: &Server) -> Result<Self, Failure> {
        // Every client keeps its connection.
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections_per_host(64).build();
        let mut visits =
            Self { agent: config.into(), url: server.url.clone(), counters: Vec::new(), desks: Vec::new() };
        let password = registry.site.demo_password.clone().unwrap_or_default();
        let today = registry.local(crate::app::command_ctx().now).date();
        for agency in registry.agencies.values().filter(|agency| agency.kind == AgencyKind::Committee) {
            let officers = |office: &str, role| registry.people(office, role, today).into_iter().next();
            let one_stop = registry.one_stop(&agency.id).map(|(id, _)| id.to_owned());
            let officer = one_stop.and_then(|office| officers(&office, Role::OneStopOfficer));
            let (Some(officer), Some(procedure)) = (officer, commonest(registry, agency.tier)) else { continue };
            let sample = db.query(|tx| list::received(tx, Some(&agency.id), None, SAMPLE))?.rows;
            let token = visits.sign_in(&officer.account, &password).map_err(Failure::Fault)?;
            visits.counters.push(Counter { token, intake: intake(procedure), sample });
        }
        for office in registry.offices.keys() {
            let Some(officer) = registry.people(office, Role::Specialist, today).into_iter().next() else { continue };
            let (open, _) = db.query(|tx| list::count(tx, office, crate::app::command_ctx().now))?;
            if open >= list::COUNT_MAX {
                let token = visits.sign_in(&officer.account, &password).map_err(Failure::Fault)?;
                visits.desks.push(Desk { token, office: crate::platform::web::form::percent(office) });
            }
        }
        Ok(visits)
    }

    /// Everything that is measured, in this order.
    pub fn all(&self) -> Vec<Visit<'_>> {
        let visit = |name, how| Visit { name, visits: self, how };
        let mut all = vec![
            visit("public search (page)", Self::search),
            visit("tracking (API)", Self::track),
            visit("one dossier (screen)", Self::dossier_screen),
            visit("one dossier (API)", Self::dossier),
        ];
        if !self.desks.is_empty() {
            all.push(visit("work list (screen)", Self::work_list_screen));
            all.push(visit("work list (API)", Self::work_list));
        }
        all.push(visit("intake (API)", |visits, turn| visits.take_in(turn).map(|_| ())));
        all.push(visit("intake to receipt as PDF (API)", Self::receipt));
        all
    }

    fn search(&self, turn: usize) -> anyhow::Result<()> {
        let words = WORDS.get(turn % WORDS.len()).copied().unwrap_or_default();
        self.get(&format!("/search?q={}", crate::platform::web::form::percent(words)), None).map(|_| ())
    }

    fn track(&self, turn: usize) -> anyhow::Result<()> {
        let (_, found) = self.counter(turn)?;
        let dossier = &found.dossier;
        let number = dossier.applicant().phone.as_deref().context("a telephone number")?;
        let body = json!({ "code": dossier.code, "last_four": motcua_domain::identity::last_four(number) });
        self.post("/api/v1/tracking", None, &body).map(|_| ())
    }

    fn dossier_screen(&self, turn: usize) -> anyhow::Result<()> {
        let (counter, found) = self.counter(turn)?;
        self.get(&format!("/desk/dossiers/{}", found.id), Some(&counter.token)).map(|_| ())
    }

    fn dossier(&self, turn: usize) -> anyhow::Result<()> {
        let (counter, found) = self.counter(turn)?;
        self.get(&format!("/api/v1/dossiers/{}", found.id), Some(&counter.token)).map(|_| ())
    }

    fn work_list_screen(&self, turn: usize) -> anyhow::Result<()> {
        let desk = self.desks.get(turn % self.desks.len().max(1)).context("an office")?;
        self.get(&format!("/desk?office={}", desk.office), Some(&desk.token)).map(|_| ())
    }

    fn work_list(&self, turn: usize) -> anyhow::Result<()> {
        let desk = self.desks.get(turn % self.desks.len().max(1)).context("an office")?;
        self.get(&format!("/api/v1/worklist?office={}", desk.office), Some(&desk.token)).map(|_| ())
    }

    fn take_in(&self, turn: usize) -> anyhow::Result<(String, &str)> {
        let counter = self.counters.get(turn % self.counters.len().max(1)).context("a counter")?;
        let answer = self.post("/api/v1/dossiers", Some(&counter.token), &counter.intake)?;
        let receipt = answer.get("receipt_url").and_then(Value::as_str).context("no receipt")?;
        Ok((receipt.to_owned(), &counter.token))
    }

    fn receipt(&self, turn: usize) -> anyhow::Result<()> {
        let (receipt, token) = self.take_in(turn)?;
        let pdf = self.get(&receipt, Some(token))?;
        pdf.starts_with(b"%PDF").then_some(()).context("no PDF")
    }

    /// A counter and one of its dossiers, another each turn.
    fn counter(&self, turn: usize) -> anyhow::Result<(&Counter, &Found)> {
        let counter = self.counters.get(turn % self.counters.len().max(1)).context("a counter")?;
        let at = turn / self.counters.len().max(1) % counter.sample.len().max(1);
        Ok((counter, counter.sample.get(at).context("a dossier")?))
    }

    fn sign_in(&self, login: &str, password: &str) -> anyhow::Result<String> {
        let answer = self.post("/api/v1/session", None, &json!({ "login": login, "password": password }))?;
        Ok(answer.get("token").and_then(Value::as_str).context("no token in the answer")?.to_owned())
    }

    /// Pages know a session by its cookie, the API by its header; sending both serves both.
    fn get(&self, path: &str, token: Option<&str>) -> anyhow::Result<Vec<u8>> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some(token) = token {
            let header = if path.starts_with("/api/") { "Authorization" } else { "Cookie" };
            let value = if path.starts_with("/api/") {
                format!("Bearer {token}")
            } else {
                format!("{}={token}", crate::platform::web::SESSION_COOKIE)
            };
            request = request.header(header, value);
        }
        let mut answer = request.call()?;
        anyhow::ensure!(answer.status().as_u16() == 200, "GET {path}: {}", answer.status());
        Ok(answer.body_mut().read_to_vec()?)
    }

    fn post(&self, path: &str, token: Option<&str>, body: &Value) -> anyhow::Result<Value> {
        let mut request = self.agent.post(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut answer = request.send_json(body)?;
        anyhow::ensure!(answer.status().is_success(), "POST {path}: {}", answer.status());
        Ok(answer.body_mut().read_json()?)
    }
}

/// The procedure of a tier that people ask for most.
fn commonest(registry: &Registry, tier: Tier) -> Option<&Procedure> {
    let weights = registry.site.simulation.as_ref().map(|figures| &figures.procedures);
    let weight = |procedure: &Procedure| weights.and_then(|weights| weights.get(&procedure.key)).copied().unwrap_or(1);
    let published = |procedure: &&Procedure| procedure.tier == tier && procedure.standing == Standing::Published;
    registry.procedures.iter().filter(published).max_by_key(|procedure| weight(procedure))
}

fn intake(procedure: &Procedure) -> Value {
    let papers: Vec<Value> = procedure
        .record
        .papers
        .iter()
        .map(|paper| json!({ "name": paper.name, "originals": paper.originals.max(1), "copies": paper.copies }))
        .collect();
    json!({ "tier": procedure.tier, "procedure": procedure.key, "channel": "direct",
        "particulars": { "applicant": { "name": "Nguyễn Văn A", "phone": "0999000001" }, "papers": papers,
            "fee_way": "no_fee", "return_via": "counter" } })
}
