//! Plays a plan through `/api/v1` of a running demonstration server, saying with each request what time it is.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, bail};
use motcua_domain::dossier::{FeeWay, Outcome, Particulars, Person};
use serde_json::{Value, json};

use super::plan::{Act, Case, Plan, What};
use super::play;
use crate::platform::failure::Failure;
use crate::registry::Registry;

/// Clients at once. Each plays whole dossiers, so that the acts of one keep their order.
const CLIENTS: usize = 8;

/// Plays everything; returns how many acts were done.
pub fn play(url: &str, password: &str, registry: &Registry, plan: &Plan) -> Result<usize, Failure> {
    let server = Server::sign_in(url, password, registry, plan).map_err(Failure::Fault)?;
    let done = AtomicUsize::new(0);
    let played: anyhow::Result<()> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (server, done) = (&server, &done);
                scope.spawn(move || {
                    let mine = plan.acts.iter().filter(|act| act.case % CLIENTS == client);
                    let mut ids = BTreeMap::new();
                    for act in mine {
                        let case = plan.cases.get(act.case).context("a case of the plan")?;
                        server.perform(case, act, &mut ids)?;
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        clients.into_iter().try_for_each(|client| match client.join() {
            Ok(played) => played,
            Err(_) => bail!("a client stopped"),
        })
    });
    played.map_err(Failure::Fault)?;
    Ok(done.into_inner())
}

struct Server {
    agent: ureq::Agent,
    url: String,
    /// Session of each account.
    tokens: BTreeMap<String, String>,
}

impl Server {
    fn sign_in(url: &str, password: &str, registry: &Registry, plan: &Plan) -> anyhow::Result<Self> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).build();
        let mut server =
            Self { agent: config.into(), url: url.trim_end_matches('/').to_owned(), tokens: BTreeMap::new() };
        let accounts = registry.staff.keys().filter(|login| plan.acts.iter().any(|act| act.by == **login));
        for login in accounts {
            let answer =
                server.post("/api/v1/session", None, None, &json!({ "login": login, "password": password }))?;
            let token = answer.get("token").and_then(Value::as_str).context("no token in the answer")?;
            server.tokens.insert(login.clone(), token.to_owned());
        }
        Ok(server)
    }

    fn post(&self, path: &str, token: Option<&str>, now: Option<&str>, body: &Value) -> anyhow::Result<Value> {
        let mut request = self.agent.post(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        if let Some(now) = now {
            request = request.header("Motcua-Now", now);
        }
        let mut answer = request.send_json(body).with_context(|| format!("POST {path}"))?;
        let status = answer.status();
        let said: Value = answer.body_mut().read_json().unwrap_or(Value::Null);
        if !status.is_success() {
            bail!("POST {path}: {status}: {said}");
        }
        Ok(said)
    }

    fn perform(&self, case: &Case, act: &Act, ids: &mut BTreeMap<usize, String>) -> anyhow::Result<()> {
        let token = self.tokens.get(&act.by).map(String::as_str);
        let now = act.at.to_string();
        let (path, body) = match &act.what {
            What::Accept => (
                "/api/v1/dossiers".to_owned(),
                json!({ "tier": case.tier, "procedure": case.procedure, "case": 0, "channel": case.channel,
                    "particulars": particulars(&case.particulars) }),
            ),
            What::RefuseAtIntake => (
                "/api/v1/refusals".to_owned(),
                json!({ "tier": case.tier, "procedure": case.procedure, "channel": case.channel,
                    "applicant": person(&case.particulars.applicant), "reason": play::REASON }),
            ),
            what => {
                let id = ids.get(&act.case).context("an act before its dossier was received")?;
                let mut body = command(what, case);
                if let (Some(task), Some(fields)) = (act.main_or_leg(), body.as_object_mut()) {
                    fields.insert("task".to_owned(), json!(task));
                }
                (format!("/api/v1/dossiers/{id}/acts"), body)
            }
        };
        let answer = self.post(&path, token, Some(&now), &body)?;
        if matches!(act.what, What::Accept | What::RefuseAtIntake) {
            let id = answer.get("id").and_then(Value::as_str).context("no id in the answer")?;
            ids.insert(act.case, id.to_owned());
        }
        Ok(())
    }
}

fn person(person: &Person) -> Value {
    json!({ "name": person.name, "id_number": person.id_number.as_ref().map_or("", |number| number.as_str()),
        "phone": person.phone.as_deref().unwrap_or(""), "address": person.address })
}

fn particulars(particulars: &Particulars) -> Value {
    let mut out = json!({ "applicant": person(&particulars.applicant), "papers": particulars.papers,
        "sets": particulars.sets, "fee_way": fee_way(particulars.fee.way), "fee_amount": particulars.fee.amount,
        "return_via": particulars.return_via, "note": particulars.note });
    if let (Some(acting), Some(fields)) = (&particulars.acting, out.as_object_mut()) {
        fields.insert("acting".to_owned(), person(&acting.person));
        fields.insert("authority".to_owned(), json!(acting.authority));
    }
    out
}

fn fee_way(way: FeeWay) -> &'static str {
    match way {
        FeeWay::Before => "before",
        FeeWay::After => "after",
        FeeWay::NoFee => "no_fee",
        FeeWay::Exempt => "exempt",
    }
}

fn command(what: &What, case: &Case) -> Value {
    let reason = play::REASON;
    match what {
        What::Claim => json!({ "act": "claim" }),
        What::SendBack => json!({ "act": "send_back", "to_step": 0, "reason": reason }),
        What::Propose(Outcome::Grant) => json!({ "act": "propose", "outcome": "grant" }),
        What::Propose(Outcome::Refuse) => json!({ "act": "propose", "outcome": "refuse", "note": reason }),
        What::Approve => json!({ "act": "approve" }),
        What::Return => json!({ "act": "return", "reason": reason }),
        What::HandOver { proxy: false } => {
            json!({ "act": "hand_over", "recipient": { "name": case.particulars.applicant.name } })
        }
        What::HandOver { proxy: true } => json!({ "act": "hand_over", "recipient":
            { "name": "Người nhận thay mẫu", "id_number": "006999099999", "authority": "Giấy ủy quyền mẫu" } }),
        What::Correct => {
            let mut changed = case.particulars.clone();
            changed.note = reason.to_owned();
            json!({ "act": "correct", "reason": reason, "particulars": particulars(&changed) })
        }
        What::AskSupplement => json!({ "act": "ask_supplement", "reason": reason,
            "items": [{ "name": play::PAPER, "originals": 1 }] }),
        What::ReceiveSupplement => json!({ "act": "receive_supplement" }),
        What::AskPayment => json!({ "act": "ask_payment", "amount": play::AMOUNT, "reason": reason }),
        What::ReceivePayment => json!({ "act": "receive_payment", "reference": play::REFERENCE }),
        What::Extend(to) => json!({ "act": "extend", "to": to.to_string(), "reason": reason }),
        What::Answer(Outcome::Grant) => json!({ "act": "answer", "outcome": "grant", "person": play::PERSON }),
        What::Answer(Outcome::Refuse) => {
            json!({ "act": "answer", "outcome": "refuse", "note": reason, "person": play::PERSON })
        }
        What::Forward | What::Accept | What::RefuseAtIntake => json!({ "act": "forward" }),
    }
}
