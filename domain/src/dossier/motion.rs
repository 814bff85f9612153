//! How events move a dossier: coming to steps and legs, standing still, ending. Only [`Dossier::apply`] calls these.

use jiff::Timestamp;

use super::{Dossier, LegState, NewDue, Outcome, Proposal, Recorded, Standstill, StandstillKind, Status, StepTime};
use crate::procedure::StepKind;
use crate::routing;

impl Dossier {
    /// The dossier comes to a step: unclaimed, and settled once it lies at the one-stop to be handed over. [DOS-06]
    pub(super) fn arrive(&mut self, step: u32, at: Timestamp, due: &[Timestamp]) {
        self.step = step;
        self.step_since = at;
        self.step_due = due.first().copied();
        self.holder = None;
        self.slip = None;
        self.acknowledged_at = None;
        self.result_slip = None;
        if self.kind() == Some(StepKind::Parallel) {
            self.step_due = due.iter().max().copied();
            let legs = self.current_step().map_or(0, |step| step.legs.len());
            self.legs = (0..legs).map(|leg| LegState::fresh(0, at, due.get(leg).copied())).collect();
            self.legs_at = step;
            self.drop_proposal();
        }
        self.restate();
        self.settled_at = (self.kind() == Some(StepKind::Return)).then_some(at);
    }

    /// Back to a parallel step only the lead works again; what the others answered stands. [RTE-06]
    pub(super) fn come_back(&mut self, step: u32, at: Timestamp, due: &[Timestamp]) {
        // Back to a signature, what was examined stands and is signed anew. [DOS-07]
        if self.step_at(step).is_none_or(|step| step.kind != StepKind::Sign) {
            self.drop_proposal();
        }
        let Some((lead, resumes)) = self.reopens(step) else { return self.arrive(step, at, due) };
        let mut legs = std::mem::take(&mut self.legs);
        if let Some(leg) = legs.get_mut(lead) {
            *leg = LegState::fresh(resumes, at, due.first().copied());
        }
        self.arrive(step, at, due);
        self.legs = legs;
    }

    /// Of a parallel step whose legs have answered before: the index of its lead, and the step of it at which somebody
    /// examined last. `None`: whoever comes there begins anew. [RTE-06]
    pub(super) fn reopens(&self, step: u32) -> Option<(usize, u32)> {
        let legs = &self.step_at(step).filter(|step| step.kind == StepKind::Parallel)?.legs;
        if self.legs_at != step || self.legs.len() != legs.len() {
            return None;
        }
        let lead = legs.iter().position(|leg| leg.lead)?;
        legs.get(lead).map(|leg| (lead, routing::examined_last(leg)))
    }

    pub(super) fn drop_proposal(&mut self) {
        self.proposal = None;
        self.refusal = None;
    }

    pub(super) fn carry(&mut self, slip: Option<&String>) {
        if self.kind() == Some(StepKind::Parallel) {
            self.legs.iter_mut().for_each(|leg| leg.slip = slip.cloned());
        } else {
            self.slip = slip.cloned();
        }
    }

    pub(super) fn arrive_in_leg(&mut self, task: u32, step: u32, at: Timestamp, due: Option<Timestamp>) {
        if let Some(leg) = self.leg_mut(task) {
            *leg = LegState { proposal: leg.proposal.take(), ..LegState::fresh(step, at, due) };
        }
    }

    pub(super) fn propose(&mut self, task: u32, proposal: Proposal) {
        match self.leg_mut(task) {
            Some(leg) => leg.proposal = Some(proposal),
            None => {
                self.refusal = (proposal.outcome == Outcome::Refuse).then(|| proposal.note.clone());
                self.proposal = Some(proposal);
            }
        }
    }

    /// The lead's answer is what the dossier goes on with. [RTE-06]
    pub(super) fn answer_leg(&mut self, task: u32, at: Timestamp) {
        let lead = self.lead_leg();
        let Some(leg) = self.leg_mut(task) else { return };
        leg.answered_at = Some(at);
        leg.holder = None;
        let answer = leg.proposal.clone();
        if let Some(answer) = answer.filter(|_| task as usize == lead + 1) {
            self.propose(0, answer);
        }
    }

    /// Index of the leading leg of the current step.
    pub(super) fn lead_leg(&self) -> usize {
        self.current_step().and_then(|step| step.legs.iter().position(|leg| leg.lead)).unwrap_or(0)
    }

    pub(super) fn stand(&mut self, kind: StandstillKind, task: u32, reason: &str, recorded: &Recorded) {
        // While the clock stands already, no date has passed.
        let passed = self.last_due_at().is_some_and(|due| recorded.at >= due);
        self.standstills.push(Standstill {
            kind,
            from: recorded.at,
            to: None,
            reason: reason.to_owned(),
            by: recorded.by.clone(),
            task,
            too_late: passed && self.paused().is_none(),
            amount: 0,
            request: None,
        });
    }

    pub(super) fn go_on(&mut self, kind: StandstillKind, at: Timestamp, due: &NewDue, steps: &[StepTime]) {
        let open = self.standstills.iter_mut().find(|stand| stand.kind == kind && stand.to.is_none());
        if let Some(stand) = open {
            stand.to = Some(at);
        }
        self.new_due = Some(due.clone());
        for StepTime { task, due_at } in steps {
            match self.leg_mut(*task) {
                Some(leg) => leg.due_at = Some(*due_at),
                None => self.step_due = Some(*due_at),
            }
        }
    }

    pub(super) fn end(&mut self, status: Status, reason: &str, at: Timestamp) {
        self.standstills.iter_mut().filter(|stand| stand.to.is_none()).for_each(|stand| stand.to = Some(at));
        self.ended_because = Some(reason.to_owned());
        self.settled_at = Some(at);
        // What was proposed and never signed is nobody's business.
        self.drop_proposal();
        self.close(status, at);
    }

    pub(super) fn close(&mut self, status: Status, at: Timestamp) {
        self.status = status;
        self.holder = None;
        self.slip = None;
        self.closed_at = Some(at);
    }

    /// The status follows from where the dossier is and whether the clock stands. [DOS-19]
    pub(super) fn restate(&mut self) {
        if self.status.is_closed() {
            return;
        }
        let waits_for = |kind| self.standstills.iter().any(|stand| stand.kind == kind && stand.to.is_none());
        self.status = match self.kind() {
            _ if waits_for(StandstillKind::Supplement) => Status::SupplementAsked,
            _ if waits_for(StandstillKind::Payment) => Status::PaymentDue,
            Some(StepKind::Intake) => Status::Received,
            Some(StepKind::Return) => Status::Ready,
            _ => Status::InProgress,
        };
    }
}

impl LegState {
    fn fresh(step: u32, since: Timestamp, due_at: Option<Timestamp>) -> Self {
        Self { step, since, due_at, holder: None, slip: None, acknowledged_at: None, proposal: None, answered_at: None }
    }
}
