//! Plays a plan in process, through the front doors that the pages use.

use std::sync::{Arc, Mutex, PoisonError};

use motcua_domain::dossier::{Command, Outcome, PaperAsked, Recipient, SupplementRequest};
use motcua_domain::identity::IdNumber;

use super::plan::{Act, Case, Plan, What};
use crate::platform::ctx::Ctx;
use crate::platform::db::{Db, Tx};
use crate::platform::failure::Failure;
use crate::platform::ids::Ids;
use crate::record::dossier::{self, Target};
use crate::registry::Registry;
use crate::work::intake::{self, Intake, TurnedAway};

/// Acts in one transaction: people of a simulation do not wait for the disk one by one.
const TOGETHER: usize = 500;

/// Words of acts that need some. They are data of the simulation, not of the program's pages.
pub(super) const REASON: &str = "Lý do mẫu";
pub(super) const PAPER: &str = "Giấy tờ mẫu";
pub(super) const REFERENCE: &str = "Biên lai mẫu";
pub(super) const PERSON: &str = "Người trả lời mẫu";
/// What is to be paid, in đồng.
pub(super) const AMOUNT: i64 = 50_000;

/// Plays everything; returns how many acts were done.
pub fn play(db: &Db, registry: &Arc<Registry>, plan: &Arc<Plan>, seed: u64) -> Result<usize, Failure> {
    let ids = Ids::seeded(seed);
    let streams: Arc<Mutex<Vec<String>>> = Arc::new(Mutex::new(vec![String::new(); plan.cases.len()]));
    let mut done = 0;
    while done < plan.acts.len() {
        let (plan, registry, ids, streams) = (plan.clone(), registry.clone(), ids.clone(), streams.clone());
        let from = done;
        done += db.transact("simulate.play", move |tx| {
            let mut streams = streams.lock().unwrap_or_else(PoisonError::into_inner);
            let acts = plan.acts.iter().skip(from).take(TOGETHER);
            let mut count = 0;
            for act in acts {
                let case = plan.cases.get(act.case).ok_or(Failure::NotFound)?;
                let stream = streams.get_mut(act.case).ok_or(Failure::NotFound)?;
                perform(tx, &registry, &ids, case, act, stream)?;
                count += 1;
            }
            Ok(count)
        })?;
    }
    Ok(done)
}

fn perform(
    tx: &mut Tx,
    registry: &Registry,
    ids: &Ids,
    case: &Case,
    act: &Act,
    stream: &mut String,
) -> Result<(), Failure> {
    let officer = registry.officer(&act.by, registry.local(act.at).date());
    let ctx = Ctx { now: act.at, officer, ids: ids.clone() };
    let command = match &act.what {
        What::Accept => {
            let intake = Intake {
                agency: case.agency.clone(),
                tier: case.tier,
                procedure: case.procedure.clone(),
                case: 0,
                channel: case.channel,
                place: None,
                particulars: case.particulars.clone(),
            };
            *stream = intake::accept(tx, &ctx, registry, intake)?.id;
            return Ok(());
        }
        What::RefuseAtIntake => {
            let turned = TurnedAway {
                missing: Vec::new(),
                agency: case.agency.clone(),
                tier: case.tier,
                procedure: case.procedure.clone(),
                channel: case.channel,
                applicant: case.particulars.applicant.clone(),
                reason: REASON.to_owned(),
            };
            *stream = intake::refuse(tx, &ctx, registry, turned)?.id;
            return Ok(());
        }
        other => command(other, case),
    };
    let target = Target { task: act.main_or_leg(), ..Target::now(stream) };
    dossier::act(tx, &ctx, registry, target, command).map(|_| ())
}

/// The command of an act on a dossier that was received.
fn command(what: &What, case: &Case) -> Command {
    let reason = || REASON.to_owned();
    match what {
        What::Claim => Command::Claim,
        What::SendBack => Command::SendBack { to: 0, reason: reason() },
        What::Propose(Outcome::Refuse) => Command::Propose { outcome: Outcome::Refuse, note: reason() },
        What::Propose(Outcome::Grant) => Command::Propose { outcome: Outcome::Grant, note: String::new() },
        What::Approve => Command::Approve { note: String::new() },
        What::Return => Command::Return { reason: reason() },
        What::HandOver { proxy } => Command::HandOver(recipient(case, *proxy)),
        What::Correct => {
            let mut particulars = case.particulars.clone();
            particulars.note = REASON.to_owned();
            Command::Correct { reason: reason(), particulars: Box::new(particulars) }
        }
        What::AskSupplement => {
            let items = vec![PaperAsked { name: PAPER.to_owned(), originals: 1, copies: 0 }];
            let request = SupplementRequest { items, reason: reason(), ..SupplementRequest::default() };
            Command::AskSupplement(Box::new(request))
        }
        What::ReceiveSupplement => Command::ReceiveSupplement { papers: Vec::new(), note: String::new() },
        What::AskPayment => Command::AskPayment { amount: AMOUNT, reason: reason() },
        What::ReceivePayment => Command::ReceivePayment { reference: REFERENCE.to_owned() },
        What::Extend(to) => Command::Extend { to: *to, reason: reason() },
        What::Answer(outcome) => {
            let note = if *outcome == Outcome::Refuse { reason() } else { String::new() };
            Command::Answer { outcome: *outcome, note, person: PERSON.to_owned() }
        }
        What::Forward | What::Accept | What::RefuseAtIntake => Command::Forward { note: String::new(), slip: None },
    }
}

fn recipient(case: &Case, proxy: bool) -> Recipient {
    if !proxy {
        return Recipient { name: case.particulars.applicant.name.clone(), id_number: None, authority: None };
    }
    Recipient {
        name: "Người nhận thay mẫu".to_owned(),
        id_number: IdNumber::parse("006999099999").ok(),
        authority: Some("Giấy ủy quyền mẫu".to_owned()),
    }
}
