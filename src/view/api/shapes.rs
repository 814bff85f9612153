//! How a dossier looks to a program: ids beside names, moments with the site's offset, particulars in the shape in which
//! they are handed in, so that a correction is read, changed and sent back.

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Particulars, Person, Recorded};
use motcua_domain::identity::{Officer, Sex};
use motcua_domain::procedure::{Limit, LimitKind, Step, StepKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::record::dossier::{Found, word};
use crate::registry::Registry;
use crate::view::shown;
use crate::work::intake::{PaperInput, ParticularsInput, PersonInput};

/// A moment as it is sent: RFC 3339 with the offset of the site.
pub fn at(registry: &Registry, moment: Timestamp) -> String {
    moment.display_with_offset(registry.timezone.to_offset(moment)).to_string()
}

/// The description of the API itself.
#[derive(ToSchema)]
#[schema(value_type = Object)]
pub struct Description(#[allow(dead_code)] serde_json::Value);

/// An office, agency or account with its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "pacnam/one-stop", "name": "Bộ phận Một cửa" }))]
pub struct Named {
    pub id: String,
    pub name: String,
}

impl Named {
    pub fn office(registry: &Registry, id: &str) -> Self {
        Self { id: id.to_owned(), name: registry.office_name(id).to_owned() }
    }

    pub fn agency(registry: &Registry, id: &str) -> Self {
        Self { id: id.to_owned(), name: registry.agency_name(id).to_owned() }
    }

    pub fn account(registry: &Registry, login: &str) -> Self {
        Self { id: login.to_owned(), name: registry.account_name(login).to_owned() }
    }
}

/// What a dossier is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subject {
    #[schema(value_type = words::Tier)]
    pub tier: motcua_domain::procedure::Tier,
    pub key: String,
    /// The version in force when the dossier was received; it stays on it.
    pub version: u32,
    pub name: String,
    pub field: String,
}

impl Subject {
    fn of(dossier: &Dossier) -> Self {
        let subject = &dossier.subject;
        Self {
            tier: subject.tier,
            key: subject.procedure.clone(),
            version: subject.version,
            name: subject.name.clone(),
            field: subject.field.clone(),
        }
    }
}

/// One row of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DossierRow)]
pub struct Row {
    pub id: String,
    pub code: String,
    pub version: i64,
    pub applicant: String,
    pub procedure: Subject,
    #[schema(value_type = words::Status)]
    pub status: motcua_domain::dossier::Status,
    /// Number of the task: 0 the main route, n its n-th leg, 100 + n the n-th consultation.
    pub task: u32,
    /// Title of the task's step.
    pub step: String,
    pub office: Option<Named>,
    pub holder: Option<Named>,
    #[schema(format = DateTime)]
    pub received_at: String,
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
    #[schema(value_type = words::Timing)]
    pub timing: shown::Timing,
}

impl Row {
    /// `task` is the open task the list is about, else the dossier's first.
    pub fn of(registry: &Registry, now: Timestamp, found: &Found, task: Option<u32>) -> Self {
        let dossier = &found.dossier;
        let tasks = dossier.tasks();
        let task = tasks.iter().find(|open| Some(open.number) == task).or(tasks.first());
        Self {
            id: found.id.clone(),
            code: dossier.code.clone(),
            version: dossier.version,
            applicant: dossier.applicant().name.clone(),
            procedure: Subject::of(dossier),
            status: dossier.status,
            task: task.map_or(0, |task| task.number),
            step: task.map_or_else(String::new, |task| task.title.to_owned()),
            office: task.map(|task| Named::office(registry, task.office)),
            holder: task.and_then(|task| task.holder).map(|login| Named::account(registry, login)),
            received_at: at(registry, dossier.received_at),
            due_at: dossier.due_at().map(|due| at(registry, due)),
            timing: shown::timing(registry, now, dossier),
        }
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DossierPage)]
pub struct Rows {
    pub items: Vec<Row>,
    /// For `after`; null on the last page.
    pub next: Option<String>,
}

/// A time limit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Limit)]
pub struct LimitShown {
    #[schema(value_type = words::LimitKind)]
    pub kind: LimitKind,
    pub count: u32,
}

impl From<Limit> for LimitShown {
    fn from(limit: Limit) -> Self {
        Self { kind: limit.kind, count: limit.count }
    }
}

/// One step of the route.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepShown {
    #[schema(value_type = words::StepKind)]
    pub kind: StepKind,
    pub title: String,
    pub office: Named,
    /// Role that acts here.
    pub role: String,
    /// Allotted working hours.
    pub hours: u32,
}

impl StepShown {
    pub fn of(registry: &Registry, step: &Step) -> Self {
        Self {
            kind: step.kind,
            title: step.title.clone(),
            office: Named::office(registry, &step.office),
            role: step.role.clone(),
            hours: step.hours,
        }
    }
}

/// What the specialist proposed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalShown {
    #[schema(value_type = words::Outcome)]
    pub outcome: motcua_domain::dossier::Outcome,
    pub note: String,
    pub by: Named,
}

/// A file that answers the applicant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResultPaper)]
pub struct ResultShown {
    pub title: String,
    pub name: String,
    pub media: String,
    pub bytes: i64,
    pub sha256: String,
    /// Where the file is.
    pub url: String,
}

/// Who took the result away.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recipient)]
pub struct RecipientShown {
    pub name: String,
    pub id_number: String,
    /// The authorisation of a proxy; empty for the applicant.
    pub authority: String,
}

/// Everything about one dossier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dossier)]
pub struct DossierShown {
    pub id: String,
    pub code: String,
    /// Number of the last event; send it with an act, so that two who act at once do not overwrite one another.
    pub version: i64,
    #[schema(value_type = words::Status)]
    pub status: motcua_domain::dossier::Status,
    /// Code of the status as exchanged nationally.
    pub status_national: u8,
    pub agency: Named,
    #[schema(value_type = words::Channel)]
    pub channel: motcua_domain::procedure::Channel,
    pub procedure: Subject,
    pub particulars: ParticularsInput,
    /// Number of the receipt in force; 0 where none was given.
    pub receipt: u32,
    pub receipt_url: Option<String>,
    pub refusal_url: Option<String>,
    pub limit: Option<LimitShown>,
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
    /// As promised at receipt; stays whatever happens to `due_at`.
    #[schema(format = DateTime)]
    pub promised_at: Option<String>,
    /// Why this date, sentence by sentence.
    pub due_reasons: Vec<String>,
    #[schema(value_type = words::Timing)]
    pub timing: shown::Timing,
    pub route: Vec<StepShown>,
    /// Index of the current step in `route`.
    pub step: u32,
    #[schema(format = DateTime)]
    pub step_since: String,
    pub holder: Option<Named>,
    pub proposal: Option<ProposalShown>,
    pub results: Vec<ResultShown>,
    /// Why it was refused, or is proposed to be; empty otherwise.
    pub refusal: String,
    #[schema(format = DateTime)]
    pub received_at: String,
    pub received_by: Named,
    #[schema(format = DateTime)]
    pub settled_at: Option<String>,
    #[schema(format = DateTime)]
    pub closed_at: Option<String>,
    pub recipient: Option<RecipientShown>,
    /// Acts the caller may do now; the rules decide again when one is sent.
    #[schema(example = json!(["claim", "send_back"]))]
    pub possible: Vec<&'static str>,
}

/// Who looks, in which language, when.
pub struct Look<'a> {
    pub registry: &'a Registry,
    pub texts: &'a Texts,
    pub locale: Locale,
    pub now: Timestamp,
    pub officer: &'a Officer,
}

impl DossierShown {
    pub fn of(look: &Look, found: &Found) -> Self {
        let (registry, dossier) = (look.registry, &found.dossier);
        let promise = dossier.promise.as_ref();
        let of = |part: &str| format!("/api/v1/dossiers/{}/{part}", found.id);
        Self {
            id: found.id.clone(),
            code: dossier.code.clone(),
            version: dossier.version,
            status: dossier.status,
            status_national: dossier.status.national(),
            agency: Named::agency(registry, &dossier.agency),
            channel: dossier.channel,
            procedure: Subject::of(dossier),
            particulars: particulars(&dossier.particulars),
            receipt: dossier.receipt,
            receipt_url: (dossier.receipt > 0).then(|| of("receipt.pdf")),
            refusal_url: shown_refused(dossier).then(|| of("refusal.pdf")),
            limit: promise.map(|promise| promise.limit.into()),
            due_at: dossier.due_at().map(|due| at(registry, due)),
            promised_at: dossier.promised_at().map(|due| at(registry, due)),
            due_reasons: dossier
                .reasons()
                .map(|reasons| shown::reasons(look.texts, look.locale, reasons))
                .unwrap_or_default(),
            timing: shown::timing(registry, look.now, dossier),
            route: dossier.subject.route.iter().map(|step| StepShown::of(registry, step)).collect(),
            step: dossier.step,
            step_since: at(registry, dossier.step_since),
            holder: dossier.holder.as_ref().map(|login| Named::account(registry, login)),
            proposal: dossier.proposal.as_ref().map(|proposal| ProposalShown {
                outcome: proposal.outcome,
                note: proposal.note.clone(),
                by: Named::account(registry, &proposal.by),
            }),
            results: results(dossier, &of),
            refusal: dossier.refusal.clone().unwrap_or_default(),
            received_at: at(registry, dossier.received_at),
            received_by: Named::account(registry, &dossier.received_by),
            settled_at: dossier.settled_at.map(|moment| at(registry, moment)),
            closed_at: dossier.closed_at.map(|moment| at(registry, moment)),
            recipient: dossier.recipient.as_ref().map(|recipient| RecipientShown {
                name: recipient.name.clone(),
                id_number: recipient.id_number.as_ref().map_or_else(String::new, |number| number.as_str().to_owned()),
                authority: recipient.authority.clone().unwrap_or_default(),
            }),
            possible: possible(&shown::possible(dossier, look.officer, dossier.task_for(look.officer))),
        }
    }
}

/// Whether form 03 can be printed.
fn shown_refused(dossier: &Dossier) -> bool {
    use motcua_domain::dossier::{Outcome, Status};
    dossier.status == Status::RefusedAtIntake
        || (dossier.settled_at.is_some() && dossier.outcome() == Some(Outcome::Refuse))
}

fn results(dossier: &Dossier, of: &impl Fn(&str) -> String) -> Vec<ResultShown> {
    let papers = dossier.results.iter().map(|paper| ResultShown {
        title: paper.title.clone(),
        name: paper.file.name.clone(),
        media: paper.file.media.clone(),
        bytes: paper.file.bytes,
        sha256: paper.file.sha256.clone(),
        url: of(&format!("results/{}", paper.file.sha256)),
    });
    papers.collect()
}

/// Names of acts as they are sent, in place of buttons.
fn possible(may: &shown::Possible) -> Vec<&'static str> {
    [
        (may.claim, "claim"),
        (may.assign, "assign"),
        (may.forward, "forward"),
        (may.send_back, "send_back"),
        (may.propose, "propose"),
        (may.sign, "approve"),
        (may.sign, "return"),
        (may.attach, "attach_result"),
        (may.hand_over, "hand_over"),
        (may.correct, "correct"),
    ]
    .into_iter()
    .filter_map(|(may, act)| may.then_some(act))
    .collect()
}

/// Particulars in the shape in which they are handed in.
pub fn particulars(particulars: &Particulars) -> ParticularsInput {
    let acting = particulars.acting.as_ref();
    ParticularsInput {
        applicant: person(&particulars.applicant),
        acting: acting.map(|acting| person(&acting.person)),
        authority: acting.map_or_else(String::new, |acting| acting.authority.clone()),
        papers: particulars
            .papers
            .iter()
            .map(|paper| PaperInput {
                name: paper.name.clone(),
                originals: paper.originals,
                certified: paper.certified,
                copies: paper.copies,
            })
            .collect(),
        sets: particulars.sets,
        fee_way: word(particulars.fee.way).unwrap_or_default(),
        fee_amount: particulars.fee.amount,
        return_via: word(particulars.return_via).unwrap_or_default(),
        note: particulars.note.clone(),
    }
}

fn person(person: &Person) -> PersonInput {
    let sex = person.sex.map_or("", |sex| if sex == Sex::Female { "female" } else { "male" });
    PersonInput {
        name: person.name.clone(),
        id_number: person.id_number.as_ref().map_or_else(String::new, |number| number.as_str().to_owned()),
        phone: person.phone.clone().unwrap_or_default(),
        email: person.email.clone(),
        address: person.address.clone(),
        born_on: person.born_on.map_or_else(String::new, |day| day.to_string()),
        sex: sex.to_owned(),
    }
}

/// One event of the record: who, for which office, when, what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventShown {
    /// Counts from 1; the version of the dossier after it.
    pub seq: i64,
    #[schema(example = "forwarded")]
    pub kind: &'static str,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: Named,
    pub office: Named,
    /// The event as recorded; its fields depend on `kind`.
    #[schema(value_type = Object)]
    pub body: serde_json::Value,
}

impl EventShown {
    pub fn of(registry: &Registry, recorded: &Recorded) -> Result<Self, Failure> {
        Ok(Self {
            seq: recorded.seq,
            kind: recorded.event.kind(),
            at: at(registry, recorded.at),
            by: Named::account(registry, &recorded.by),
            office: Named::office(registry, &recorded.office),
            body: serde_json::to_value(&recorded.event)?,
        })
    }
}

/// What happened to a dossier, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    pub items: Vec<EventShown>,
}
