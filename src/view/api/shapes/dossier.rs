//! Everything about one dossier.

use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Particulars, Person, Proposal};
use motcua_domain::identity::{Officer, Sex};
use serde::Serialize;
use utoipa::ToSchema;

use super::clock::{ExtensionShown, LetterShown, StandstillShown};
use super::open::{ConsultationShown, LegShown, QuestionShown, TaskShown};
use super::{LimitShown, Named, StepShown, Subject, at};
use crate::platform::i18n::{Locale, Texts};
use crate::record::dossier::{Found, word};
use crate::registry::Registry;
use crate::view::api::words;
use crate::view::shown;
use crate::work::intake::{PaperInput, ParticularsInput, PersonInput};

/// What the specialist proposed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalShown {
    #[schema(value_type = words::Outcome)]
    pub outcome: motcua_domain::dossier::Outcome,
    pub note: String,
    pub by: Named,
    /// On whose post, where somebody stood in.
    pub acting_for: Option<Named>,
    /// Who answered for an agency outside; empty otherwise.
    pub person: String,
}

impl ProposalShown {
    pub fn of(registry: &Registry, proposal: &Proposal) -> Self {
        Self {
            outcome: proposal.outcome,
            note: proposal.note.clone(),
            by: Named::account(registry, &proposal.by),
            acting_for: proposal.acting_for.as_ref().map(|login| Named::account(registry, login)),
            person: proposal.person.clone(),
        }
    }
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
    /// In force; null while the clock stands.
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
    /// As promised at receipt; stays whatever happens to `due_at`.
    #[schema(format = DateTime)]
    pub promised_at: Option<String>,
    /// The date the national index compares with: it knows neither restart nor extension.
    #[schema(format = DateTime)]
    pub national_due_at: Option<String>,
    /// When the receiving agency is to be through with its own part, where others have one too.
    #[schema(format = DateTime)]
    pub local_due_at: Option<String>,
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
    /// What is open now and at which office; empty when closed.
    pub tasks: Vec<TaskShown>,
    /// The legs of the last parallel step it came to.
    pub legs: Vec<LegShown>,
    /// Whenever the clock stood, in order; one without an end still holds.
    pub standstills: Vec<StandstillShown>,
    pub extensions: Vec<ExtensionShown>,
    pub consultations: Vec<ConsultationShown>,
    /// What agencies outside asked the one-stop.
    pub questions: Vec<QuestionShown>,
    /// Numbered letters that were issued.
    pub letters: Vec<LetterShown>,
    pub proposal: Option<ProposalShown>,
    pub results: Vec<ResultShown>,
    /// Why it was refused, or is proposed to be; empty otherwise.
    pub refusal: String,
    /// Why it was withdrawn or stopped; empty otherwise.
    pub ended_because: String,
    #[schema(format = DateTime)]
    pub received_at: String,
    pub received_by: Named,
    #[schema(format = DateTime)]
    pub settled_at: Option<String>,
    #[schema(format = DateTime)]
    pub closed_at: Option<String>,
    pub recipient: Option<RecipientShown>,
    /// Acts the caller may do now at the task that an act without `task` means; the rules decide again when one is sent.
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
            national_due_at: dossier.national_due_at().map(|due| at(registry, due)),
            local_due_at: promise.and_then(|promise| promise.local_due_at).map(|due| at(registry, due)),
            due_reasons: dossier
                .reasons()
                .map(|reasons| shown::reasons(look.texts, look.locale, reasons))
                .unwrap_or_default(),
            timing: shown::timing(registry, look.now, dossier),
            route: dossier.subject.route.iter().map(|step| StepShown::of(registry, step)).collect(),
            step: dossier.step,
            step_since: at(registry, dossier.step_since),
            holder: dossier.holder.as_ref().map(|login| Named::account(registry, login)),
            tasks: TaskShown::all(look, dossier),
            legs: LegShown::all(registry, dossier),
            standstills: dossier.standstills.iter().map(|stand| StandstillShown::of(registry, stand)).collect(),
            extensions: dossier.extensions.iter().map(|granted| ExtensionShown::of(registry, granted)).collect(),
            consultations: dossier.consultations.iter().map(|asked| ConsultationShown::of(registry, asked)).collect(),
            questions: dossier.questions.iter().map(|asked| QuestionShown::of(registry, asked)).collect(),
            letters: dossier.letters.iter().map(|issued| LetterShown::of(registry, issued)).collect(),
            proposal: dossier.proposal.as_ref().map(|proposal| ProposalShown::of(registry, proposal)),
            results: results(dossier, &of),
            refusal: dossier.refusal.clone().unwrap_or_default(),
            ended_because: dossier.ended_because.clone().unwrap_or_default(),
            received_at: at(registry, dossier.received_at),
            received_by: Named::account(registry, &dossier.received_by),
            settled_at: dossier.settled_at.map(|moment| at(registry, moment)),
            closed_at: dossier.closed_at.map(|moment| at(registry, moment)),
            recipient: dossier.recipient.as_ref().map(|recipient| RecipientShown {
                name: recipient.name.clone(),
                id_number: recipient.id_number.as_ref().map_or_else(String::new, |number| number.as_str().to_owned()),
                authority: recipient.authority.clone().unwrap_or_default(),
            }),
            possible: possible(&shown::possible(registry, dossier, look.officer, dossier.task_for(look.officer))),
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
pub fn possible(may: &shown::Possible) -> Vec<&'static str> {
    [
        (may.claim, "claim"),
        (may.assign, "assign"),
        (may.forward, "forward"),
        (may.confirm, "confirm"),
        (may.send_back, "send_back"),
        (may.propose, "propose"),
        (may.sign, "approve"),
        (may.sign, "return"),
        (may.attach, "attach_result"),
        (may.hand_over, "hand_over"),
        (may.correct, "correct"),
        (may.ask_supplement, "ask_supplement"),
        (may.receive_supplement, "receive_supplement"),
        (may.ask_payment, "ask_payment"),
        (may.receive_payment, "receive_payment"),
        (may.extend, "extend"),
        (may.recompute, "recompute"),
        (may.withdraw, "withdraw"),
        (may.stop, "stop"),
        (may.consult, "consult"),
        (may.answer_consultation, "answer_consultation"),
        (may.acknowledge, "acknowledge"),
        (may.ask, "ask"),
        (may.answer, "answer"),
        (may.reply, "reply"),
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
                pages: paper.certify.map_or(0, |certify| certify.pages),
                certify: paper.certify.map_or(0, |certify| certify.copies),
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
