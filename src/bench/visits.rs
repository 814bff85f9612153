//! What is measured: the things people do all day, each as one visit over HTTP.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::Part;
use super::people::{Counter, Desk, People};
use super::server::Server;
use crate::platform::db::Db;
use crate::platform::failure::Failure;
use crate::platform::web::form::percent;
use crate::record::dossier::Found;
use crate::registry::Registry;

/// Words that people type: with accents, without, with a slip.
const WORDS: [&str; 4] = ["dang ky khai sinh", "khai sihn", "chứng thực bản sao", "hộ kinh doanh"];
/// The beginning of names that the generated people have.
const NAMES: [&str; 4] = ["mau van an", "Mẫu Thị Bình", "mau duc", "Mẫu Minh Chi 00"];

/// What a visit can be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limit {
    #[default]
    None,
    /// The engine alone writing the rows of an intake.
    Engine,
    /// A bare HTTP answer.
    Http,
}

/// The clients' side of HTTP; every client keeps its connection.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_idle_connections(1_024)
        .max_idle_connections_per_host(1_024)
        .build()
        .into()
}

pub(super) struct Client {
    agent: ureq::Agent,
    url: String,
}

pub(super) struct Visits {
    client: Client,
    people: People,
}

/// One kind of visit.
pub(super) struct Visit<'a> {
    pub name: &'static str,
    pub limit: Limit,
    visits: &'a Visits,
    how: How,
}

type How = fn(&Visits, usize) -> anyhow::Result<()>;

impl Visit<'_> {
    /// Whether it went well.
    pub fn pay(&self, turn: usize) -> bool {
        self.try_pay(turn).is_ok()
    }

    pub fn try_pay(&self, turn: usize) -> anyhow::Result<()> {
        (self.how)(self.visits, turn)
    }
}

impl Visits {
    pub fn prepare(db: &Db, registry: &Registry, server: &Server) -> Result<Self, Failure> {
        let client = Client { agent: agent(), url: server.url.clone() };
        let people = People::sign_in(db, registry, &client)?;
        Ok(Self { client, people })
    }

    /// Everything of a part, in this order.
    pub fn of(&self, part: Part) -> Vec<Visit<'_>> {
        let all: Vec<(&'static str, Limit, How)> = match part {
            Part::Intake => vec![("intake (API)", Limit::Engine, |v, turn| v.take_in(turn).map(|_| ()))],
            Part::Life => vec![("whole dossier, intake to hand-over (API)", Limit::None, Self::life)],
            Part::Read => vec![
                ("one dossier (API)", Limit::Http, Self::dossier),
                ("one dossier (screen)", Limit::Http, Self::dossier_screen),
                ("tracking (API)", Limit::Http, Self::track),
                ("public search (page)", Limit::Http, Self::search),
            ],
            Part::Lists => vec![
                ("work list, page 1 (screen)", Limit::Http, |v, turn| {
                    v.desk(turn, |desk| format!("/desk?office={}", desk.office))
                }),
                ("work list, page 1,000 or last (screen)", Limit::Http, |v, turn| {
                    v.desk(turn, |desk| format!("/desk?office={}&after={}", desk.office, desk.deep))
                }),
                ("work list (API)", Limit::Http, |v, turn| {
                    v.desk(turn, |desk| format!("/api/v1/worklist?office={}", desk.office))
                }),
                ("overdue list (screen)", Limit::Http, |v, turn| {
                    v.desk(turn, |desk| format!("/desk?office={}&only=late", desk.office))
                }),
                ("all one may see, officer, page 1 (screen)", Limit::Http, |v, turn| {
                    v.desk(turn, |_| "/desk/dossiers".to_owned())
                }),
                ("all one may see, officer, page 1,000 or last (screen)", Limit::Http, |v, turn| {
                    v.desk(turn, |desk| format!("/desk/dossiers?before={}", desk.deep_received))
                }),
                ("all one may see, auditor, page 1 (screen)", Limit::Http, |v, _| v.audit(false)),
                ("all one may see, auditor, page 1,000 or last (screen)", Limit::Http, |v, _| v.audit(true)),
                ("search by the beginning of a name (API)", Limit::Http, Self::named),
            ],
            Part::Report => vec![
                ("report of nine months (page)", Limit::None, Self::report),
                ("leader's page of nine months, all agencies (page)", Limit::None, |v, _| {
                    v.figures("/desk/overview?period=own&from=01%2F01%2F2018&to=30%2F09%2F2018")
                }),
                ("leader's page of this month, all agencies (page)", Limit::None, |v, _| v.figures("/desk/overview")),
                ("signs of nine months, all agencies (page)", Limit::None, |v, _| {
                    v.figures("/desk/monitor?period=own&from=01%2F01%2F2018&to=30%2F09%2F2018")
                }),
                ("form II.06 of nine months (page)", Limit::None, |visits, _| visits.official("official/ii06")),
                ("index of decision 766 of nine months (page)", Limit::None, |visits, _| {
                    visits.official("official/index766")
                }),
                ("form II.06 of nine months (spreadsheet)", Limit::None, |visits, _| {
                    visits.official("files/ii06.xlsx")
                }),
            ],
            Part::Letters => vec![("receipt as PDF (API)", Limit::None, Self::receipt)],
        };
        all.into_iter().map(|(name, limit, how)| Visit { name, limit, visits: self, how }).collect()
    }

    /// Bytes of one dossier as the API tells it.
    pub fn size_of_an_answer(&self) -> usize {
        let answer = self.counter(0).and_then(|(counter, found)| {
            self.client.get(&format!("/api/v1/dossiers/{}", found.id), Some(&counter.token))
        });
        answer.map_or(0, |answer| answer.len())
    }

    fn search(&self, turn: usize) -> anyhow::Result<()> {
        self.client.get(&format!("/search?q={}", percent(pick(&WORDS, turn)?)), None).map(|_| ())
    }

    fn track(&self, turn: usize) -> anyhow::Result<()> {
        let (_, found) = self.counter(turn)?;
        let dossier = &found.dossier;
        let number = dossier.applicant().phone.as_deref().context("a telephone number")?;
        let body = json!({ "code": dossier.code, "last_four": motcua_domain::identity::last_four(number) });
        self.client.post("/api/v1/tracking", None, &body).map(|_| ())
    }

    fn dossier_screen(&self, turn: usize) -> anyhow::Result<()> {
        let (counter, found) = self.counter(turn)?;
        self.client.get(&format!("/desk/dossiers/{}", found.id), Some(&counter.token)).map(|_| ())
    }

    fn dossier(&self, turn: usize) -> anyhow::Result<()> {
        let (counter, found) = self.counter(turn)?;
        self.client.get(&format!("/api/v1/dossiers/{}", found.id), Some(&counter.token)).map(|_| ())
    }

    fn desk(&self, turn: usize, path: fn(&Desk) -> String) -> anyhow::Result<()> {
        let desk = pick(&self.people.desks, turn)?;
        self.client.get(&path(desk), Some(&desk.token)).map(|_| ())
    }

    fn audit(&self, deep: bool) -> anyhow::Result<()> {
        let auditor = self.people.auditors.first().context("an auditor")?;
        let path =
            if deep { format!("/desk/dossiers?before={}", auditor.deep_received) } else { "/desk/dossiers".into() };
        self.client.get(&path, Some(&auditor.token)).map(|_| ())
    }

    fn named(&self, turn: usize) -> anyhow::Result<()> {
        let counter = pick(&self.people.counters, turn)?;
        let path = format!("/api/v1/dossiers?name={}", percent(pick(&NAMES, turn)?));
        self.client.get(&path, Some(&counter.token)).map(|_| ())
    }

    fn report(&self, _: usize) -> anyhow::Result<()> {
        self.figures("/desk/report?from=01%2F01%2F2018&to=30%2F09%2F2018")
    }

    fn figures(&self, path: &str) -> anyhow::Result<()> {
        let auditor = self.people.auditors.first().context("an auditor")?;
        self.client.get(path, Some(&auditor.token)).map(|_| ())
    }

    fn official(&self, what: &str) -> anyhow::Result<()> {
        let auditor = self.people.auditors.first().context("an auditor")?;
        let path = format!("/desk/report/{what}?period=n9&year=2018");
        self.client.get(&path, Some(&auditor.token)).map(|_| ())
    }

    fn take_in(&self, turn: usize) -> anyhow::Result<(String, &Counter)> {
        let counter = pick(&self.people.counters, turn)?;
        let answer = self.client.post("/api/v1/dossiers", Some(&counter.token), &counter.intake)?;
        let id = answer.get("id").and_then(Value::as_str).context("no id")?;
        Ok((id.to_owned(), counter))
    }

    fn life(&self, turn: usize) -> anyhow::Result<()> {
        let (id, counter) = self.take_in(turn)?;
        anyhow::ensure!(!counter.life.is_empty(), "no straight way");
        let path = format!("/api/v1/dossiers/{id}/acts");
        counter.life.iter().try_for_each(|(token, act)| self.client.post(&path, Some(token), act).map(|_| ()))
    }

    fn receipt(&self, turn: usize) -> anyhow::Result<()> {
        let (counter, found) = self.counter(turn)?;
        let pdf = self.client.get(&format!("/api/v1/dossiers/{}/receipt.pdf", found.id), Some(&counter.token))?;
        pdf.starts_with(b"%PDF").then_some(()).context("no PDF")
    }

    /// A counter and one of its dossiers, another each turn.
    fn counter(&self, turn: usize) -> anyhow::Result<(&Counter, &Found)> {
        let counter = pick(&self.people.counters, turn)?;
        Ok((counter, pick(&counter.sample, turn / self.people.counters.len().max(1))?))
    }
}

fn pick<T>(of: &[T], turn: usize) -> anyhow::Result<&T> {
    of.get(turn % of.len().max(1)).context("nothing to choose from")
}

impl Client {
    pub fn sign_in(&self, login: &str, password: &str) -> anyhow::Result<String> {
        let answer = self.post("/api/v1/session", None, &json!({ "login": login, "password": password }))?;
        Ok(answer.get("token").and_then(Value::as_str).context("no token in the answer")?.to_owned())
    }

    /// Pages know a session by its cookie, the API by its header.
    fn get(&self, path: &str, token: Option<&str>) -> anyhow::Result<Vec<u8>> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = match path.starts_with("/api/") {
                true => request.header("Authorization", format!("Bearer {token}")),
                false => request.header("Cookie", format!("{}={token}", crate::platform::web::SESSION_COOKIE)),
            };
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
        let status = answer.status();
        let said: Value = answer.body_mut().read_json().unwrap_or(Value::Null);
        anyhow::ensure!(status.is_success(), "POST {path}: {status}: {said}");
        Ok(said)
    }
}
