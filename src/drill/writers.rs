//! People at counters who write as fast as they are answered, and who note what they were told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use motcua_domain::identity::Role;
use motcua_domain::procedure::Tier;
use serde_json::{Value, json};

use crate::app;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::registry::pack::AgencyKind;
use crate::registry::{Registry, Standing, identity};

/// Between two tries of the same act.
const PAUSE: Duration = Duration::from_millis(20);
/// How long an answer may take before the act is sent again.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// How long an act may stay without an answer once everything should work again.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);
/// Acknowledged acts of each client that are sent once more after a break, with the same key.
const SENT_AGAIN: usize = 3;

/// An act on its way: sent with the same key until somebody answers.
#[derive(Debug, Clone)]
struct Act {
    /// Names the act in its own words (a note, a reason), so that it is found again in the ledger; also its key.
    mark: String,
    path: String,
    body: Value,
}

/// An act that was acknowledged, and where it must stand.
#[derive(Debug, Clone)]
pub struct Noted {
    pub mark: String,
    pub stream: String,
    pub seq: i64,
    act: Act,
}

/// What came back.
enum Heard {
    Done {
        stream: String,
        seq: i64,
        replayed: bool,
    },
    /// The rules said no: nothing that a client does here may be refused.
    Refused(String),
    /// Nobody answered, or the server said that it cannot now.
    Nothing,
}

/// One person at one counter.
struct Client {
    name: String,
    token: String,
    procedure: Value,
    now: Option<Timestamp>,
    turn: u64,
    /// The dossier in hand, and how many acts it has had.
    dossier: Option<(String, u32)>,
    pending: Option<Act>,
    noted: Vec<Noted>,
    wrong: Vec<String>,
    retries: u64,
    longest: Duration,
}

/// All clients. They outlive the server.
pub struct Writers {
    agent: ureq::Agent,
    clients: Vec<Client>,
}

/// How a client says what time it is, to a server that lets it.
const NOW: &str = "Motcua-Now";

impl Writers {
    /// Gives each client a counter of the site and a key to act with.
    pub fn prepare(db: &Db, registry: &Registry, clients: usize) -> Result<Self, Failure> {
        let ctx = app::command_ctx();
        let today = registry.local(ctx.now).date();
        let mut counters = Vec::new();
        for agency in registry.agencies.values().filter(|agency| agency.kind == AgencyKind::Committee) {
            let one_stop = registry.one_stop(&agency.id).map(|(office, _)| office.to_owned());
            let people = one_stop.map(|office| registry.people(&office, Role::OneStopOfficer, today));
            let officer = people.and_then(|people| people.into_iter().next());
            if let (Some(officer), Some(procedure)) = (officer, procedure(registry, agency.tier)) {
                counters.push((officer.account, procedure));
            }
        }
        let mut made = Vec::new();
        for (number, (login, procedure)) in counters.iter().cycle().take(clients).enumerate() {
            let (ctx, login) = (ctx.clone(), login.clone());
            let label = format!("drill {number}");
            let token = db.transact("drill.key", move |tx| identity::issue_key(tx, &ctx, &login, &label))?;
            // The key is random: marks of two drills on the same data are never the same.
            let name = format!("drill-{}-{number}", token.chars().rev().take(8).collect::<String>());
            made.push(Client::new(name, token, procedure.clone()));
        }
        if made.is_empty() {
            return Err(Failure::fault(anyhow::anyhow!("the site has no counter that takes dossiers in")));
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(ANSWER_WITHIN))
            .max_idle_connections_per_host(made.len())
            .build();
        Ok(Self { agent: agent.into(), clients: made })
    }

    /// From now on they say that it is this moment; only a demonstration listens.
    pub fn pretend(&mut self, now: Option<Timestamp>) {
        self.clients.iter_mut().for_each(|client| client.now = now);
    }

    /// All write at once until told to stop. What has no answer by then stays pending.
    pub fn write(&mut self, url: &str, stop: &AtomicBool) {
        let agent = &self.agent;
        std::thread::scope(|scope| {
            for client in &mut self.clients {
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        client.persist(agent, url, || stop.load(Ordering::Relaxed));
                    }
                });
            }
        });
    }

    /// Each does so many acts.
    pub fn write_each(&mut self, url: &str, acts: usize) {
        let agent = &self.agent;
        std::thread::scope(|scope| {
            for client in &mut self.clients {
                scope.spawn(move || (0..acts).for_each(|_| client.persist(agent, url, || false)));
            }
        });
    }

    /// One act of one client, sent once; returns the status and the key of the problem. Without an answer it stays pending.
    pub fn attempt(&mut self, url: &str) -> (u16, String) {
        let Some(client) = self.clients.first_mut() else { return (0, String::new()) };
        let act = client.pending.take().unwrap_or_else(|| client.next());
        let said = client.post(&self.agent, url, &act).map(|(status, _, text)| (status, text));
        client.pending = Some(act);
        let (status, text) = said.unwrap_or_default();
        let problem: Value = serde_json::from_str(&text).unwrap_or_default();
        (status, problem.get("key").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Whether the dossier of the last acknowledged act can be read.
    pub fn can_read(&self, url: &str) -> bool {
        self.clients.iter().filter_map(|client| Some((client, client.noted.last()?))).any(|(client, noted)| {
            let request = self
                .agent
                .get(format!("{url}/api/v1/dossiers/{}", noted.stream))
                .header("Authorization", format!("Bearer {}", client.token));
            request.call().is_ok_and(|answer| answer.status().as_u16() == 200)
        })
    }

    /// Status and words of a page that anybody may see.
    pub fn page(&self, url: &str, path: &str) -> (u16, String) {
        let Ok(mut answer) = self.agent.get(format!("{url}{path}")).call() else { return (0, String::new()) };
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap_or_default())
    }

    /// Sends what is pending until it is acknowledged, and some of what was acknowledged once more: the answer must be the
    /// same and nothing must happen. Returns how many were pending.
    pub fn settle(&mut self, url: &str) -> usize {
        let mut pending = 0;
        for client in &mut self.clients {
            pending += usize::from(client.pending.is_some());
            client.settle(&self.agent, url);
        }
        pending
    }

    /// Every acknowledged act, client after client, each in its order.
    pub fn noted(&self) -> impl Iterator<Item = &Noted> {
        self.clients.iter().flat_map(|client| &client.noted)
    }

    /// What went wrong in the eyes of the clients: an act refused, another answer to the same key.
    pub fn wrong(&self) -> impl Iterator<Item = &String> {
        self.clients.iter().flat_map(|client| &client.wrong)
    }

    /// How often an act had to be sent again because nobody answered.
    pub fn retries(&self) -> u64 {
        self.clients.iter().map(|client| client.retries).sum()
    }

    /// The longest that one act waited since this was last asked, all tries together.
    pub fn take_longest(&mut self) -> Duration {
        let longest = self.longest();
        self.clients.iter_mut().for_each(|client| client.longest = Duration::ZERO);
        longest
    }

    /// The longest that one act waited for its answer, all tries together.
    pub fn longest(&self) -> Duration {
        self.clients.iter().map(|client| client.longest).max().unwrap_or_default()
    }
}

impl Client {
    fn new(name: String, token: String, procedure: Value) -> Self {
        Self {
            name,
            token,
            procedure,
            now: None,
            turn: 0,
            dossier: None,
            pending: None,
            noted: Vec::new(),
            wrong: Vec::new(),
            retries: 0,
            longest: Duration::ZERO,
        }
    }

    /// Intake, correction of the receipt, on to the next office; then the next dossier.
    fn next(&mut self) -> Act {
        self.turn += 1;
        let mark = format!("{}-{}", self.name, self.turn);
        let acts = |id: &str| format!("/api/v1/dossiers/{id}/acts");
        match &self.dossier {
            Some((id, 1)) => {
                let body = json!({ "act": "correct", "reason": mark, "particulars": particulars("") });
                Act { path: acts(id), body, mark }
            }
            Some((id, _)) => Act { path: acts(id), body: json!({ "act": "forward", "note": mark }), mark },
            None => {
                let mut body = self.procedure.clone();
                if let Some(fields) = body.as_object_mut() {
                    fields.insert("channel".to_owned(), json!("direct"));
                    fields.insert("particulars".to_owned(), particulars(&mark));
                }
                Act { path: "/api/v1/dossiers".to_owned(), body, mark }
            }
        }
    }

    /// One act, again and again with the same key until it is answered or `stop` says so.
    fn persist(&mut self, agent: &ureq::Agent, url: &str, stop: impl Fn() -> bool) {
        let act = self.pending.take().unwrap_or_else(|| self.next());
        let began = Instant::now();
        loop {
            match self.send(agent, url, &act) {
                Heard::Done { stream, seq, .. } => {
                    self.longest = self.longest.max(began.elapsed());
                    self.dossier = match self.dossier.take() {
                        None => Some((stream.clone(), 1)),
                        Some((id, 1)) => Some((id, 2)),
                        Some(_) => None,
                    };
                    self.noted.push(Noted { mark: act.mark.clone(), stream, seq, act });
                    return;
                }
                Heard::Refused(why) => {
                    self.wrong.push(why);
                    self.dossier = None;
                    return;
                }
                Heard::Nothing if stop() => {
                    self.pending = Some(act);
                    return;
                }
                Heard::Nothing => {
                    self.retries += 1;
                    super::pause(PAUSE);
                }
            }
        }
    }

    fn settle(&mut self, agent: &ureq::Agent, url: &str) {
        let until = Instant::now() + SETTLED_WITHIN;
        if self.pending.is_some() {
            self.persist(agent, url, || Instant::now() > until);
        }
        if let Some(act) = &self.pending {
            self.wrong.push(format!("{}: no answer within {} s", act.mark, SETTLED_WITHIN.as_secs()));
        }
        let last: Vec<Noted> = self.noted.iter().rev().take(SENT_AGAIN).cloned().collect();
        for noted in last {
            match self.send(agent, url, &noted.act) {
                Heard::Done { stream, seq, replayed: true } if (&stream, seq) == (&noted.stream, noted.seq) => {}
                Heard::Done { stream, seq, replayed } => self.wrong.push(format!(
                    "{}: {stream}/{seq} (again: {replayed}) to the key that was {}/{}",
                    noted.mark, noted.stream, noted.seq
                )),
                Heard::Refused(why) => self.wrong.push(why),
                Heard::Nothing => self.wrong.push(format!("{}: no answer when sent again", noted.mark)),
            }
        }
    }

    fn send(&self, agent: &ureq::Agent, url: &str, act: &Act) -> Heard {
        let Some((status, replayed, text)) = self.post(agent, url, act) else { return Heard::Nothing };
        match status {
            200..=299 => match place(&text) {
                Ok((stream, seq)) => Heard::Done { stream, seq, replayed },
                Err(error) => Heard::Refused(format!("{}: {error}", act.mark)),
            },
            // Somebody was faster, or the server cannot now: nothing was done.
            409 | 429 | 500..=599 => Heard::Nothing,
            _ => Heard::Refused(format!("{}: {status}: {text}", act.mark)),
        }
    }

    /// Status, whether it is an answer given before, and the body; nothing where nobody answered.
    fn post(&self, agent: &ureq::Agent, url: &str, act: &Act) -> Option<(u16, bool, String)> {
        let request = agent
            .post(format!("{url}{}", act.path))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Idempotency-Key", &act.mark);
        let request = match self.now {
            Some(now) => request.header(NOW, now.to_string()),
            None => request,
        };
        let mut answer = request.send_json(&act.body).ok()?;
        let replayed = answer.headers().contains_key("idempotent-replay");
        Some((answer.status().as_u16(), replayed, answer.body_mut().read_to_string().ok()?))
    }
}

/// Stream and number of the event that an answer tells of.
fn place(text: &str) -> anyhow::Result<(String, i64)> {
    let answer: Value = serde_json::from_str(text)?;
    let stream = answer.get("id").and_then(Value::as_str).context("no id in the answer")?;
    let Some(seq) = answer.get("version").and_then(Value::as_i64) else { bail!("no version in the answer") };
    Ok((stream.to_owned(), seq))
}

fn particulars(note: &str) -> Value {
    json!({ "applicant": { "name": "Nguyễn Văn A", "phone": "0999000001" },
        "papers": [{ "name": "Tờ khai", "originals": 1 }], "fee_way": "no_fee", "return_via": "counter", "note": note })
}

/// A procedure that this tier takes in, as an intake names it.
fn procedure(registry: &Registry, tier: Tier) -> Option<Value> {
    let offered = registry.procedures.iter().find(|one| one.tier == tier && one.standing == Standing::Published)?;
    Some(json!({ "tier": offered.tier, "procedure": offered.key }))
}
