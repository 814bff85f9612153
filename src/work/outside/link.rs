//! A link as data: what it opens, and whether it still does.

use jiff::Timestamp;
use motcua_domain::dossier::{Command, Dossier, Event, Outcome, Recorded, Task};
use motcua_domain::identity::{Officer, Post, Role};
use serde::Serialize;

use crate::record::dossier::stay::TaskPlace;

/// One stay of a dossier at an office: which task, at which step, since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StayKey {
    pub dossier: String,
    pub task: u32,
    pub step: u32,
    pub since: Timestamp,
}

impl StayKey {
    /// The stay of an open task.
    pub fn of(id: &str, dossier: &Dossier, task: &Task) -> Self {
        let TaskPlace { task: number, step } = TaskPlace::of(dossier, task.number);
        Self { dossier: id.to_owned(), task: number, step, since: task.since }
    }
}

/// A link (liên kết) that was made for a stay. The token itself is kept nowhere. [LNK-01]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub stay: StayKey,
    /// Counts the links of the stay from 1.
    pub number: u32,
    /// Number of the slip, in the series of the receiving agency and its year. [LNK-08]
    pub slip_number: u32,
    pub office: String,
    pub made_at: Timestamp,
    pub made_by: String,
    pub expires_at: Timestamp,
    pub opened_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// The mail it went with.
    pub mail: Option<String>,
}

/// Whether a link still opens its stay. [LNK-02]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Open,
    /// The office has answered by it.
    Used,
    /// The stay ended otherwise: answered on paper or with a key, sent back, or the dossier ended.
    Over,
    /// A newer link took its place.
    Replaced,
    Expired,
}

impl Standing {
    /// As in locale keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Over => "over",
            Self::Replaced => "replaced",
            Self::Expired => "expired",
        }
    }
}

impl Link {
    /// How the link stands to its dossier at `now`.
    pub fn standing(&self, dossier: &Dossier, now: Timestamp) -> Standing {
        let there = self.task(dossier).is_some();
        match (self.used_at, self.revoked_at) {
            (Some(_), _) => Standing::Used,
            _ if !there => Standing::Over,
            (_, Some(_)) => Standing::Replaced,
            _ if self.expires_at <= now => Standing::Expired,
            _ => Standing::Open,
        }
    }

    /// The task, while it is still at the stay of the link.
    pub fn task<'a>(&self, dossier: &'a Dossier) -> Option<Task<'a>> {
        let task = dossier.task(self.stay.task)?;
        let same = task.office == self.office && StayKey::of(&self.stay.dossier, dossier, &task) == self.stay;
        same.then_some(task)
    }

    /// Who acts by the link: the office itself. Who sits there says their name with each act. [LNK-05]
    pub fn officer(&self) -> Officer {
        let agency = self.office.split('/').next().unwrap_or_default().to_owned();
        Officer { account: self.office.clone(), agency, posts: vec![Post::own(&self.office, Role::Specialist)] }
    }
}

/// The answer that ended a stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// `None` for a consultation: its answer is only words.
    pub outcome: Option<Outcome>,
    pub note: String,
    pub person: String,
    pub at: Timestamp,
    pub by: String,
}

impl Answered {
    /// Whether it is what a command says, word for word.
    pub fn is_of(&self, command: &Command) -> bool {
        let same = |outcome, note: &str, person: &str| {
            self.outcome == outcome && self.note == note.trim() && self.person == person
        };
        match command {
            Command::Answer { outcome, note, person } => same(Some(*outcome), note, person),
            Command::AnswerConsultation { answer, person } => same(None, answer, person),
            _ => false,
        }
    }
}

/// What was answered to the stay of a link, by whatever way it came; `None` where nobody has.
pub fn answer_to(link: &Link, events: &[Recorded]) -> Option<Answered> {
    let task = link.stay.task;
    let since = events.iter().filter(|recorded| recorded.at >= link.stay.since);
    since.into_iter().find_map(|recorded| {
        let answered = |outcome, note: &String, person: &String| Answered {
            outcome,
            note: note.clone(),
            person: person.clone(),
            at: recorded.at,
            by: recorded.by.clone(),
        };
        match &recorded.event {
            // A specialist of one's own office proposes without naming themselves again.
            Event::Proposed { task: of, outcome, note, person } if *of == task && !person.is_empty() => {
                Some(answered(Some(*outcome), note, person))
            }
            Event::ConsultationAnswered { number, answer, person, .. }
                if *number + motcua_domain::dossier::CONSULTATION == task =>
            {
                Some(answered(None, answer, person))
            }
            _ => None,
        }
    })
}
