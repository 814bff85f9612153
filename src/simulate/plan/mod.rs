//! The plan of a simulation: every act with its moment, in order. Pure: registry, period and seed in, acts out.

mod arrivals;
mod office;

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::{Outcome, Particulars, Promise};
use motcua_domain::procedure::{Channel, Step, Tier};

use super::Dice;
use crate::platform::failure::Failure;
use crate::registry::Registry;

/// What to play.
#[derive(Debug, Clone)]
pub struct Order {
    pub from: Date,
    pub to: Date,
    pub seed: u64,
    /// In hundredths: 100 is everybody at work, 50 is half of them.
    pub staffing: u64,
    /// How many dossiers; the site pack's figure, in proportion to the period, where it is not said.
    pub dossiers: Option<u64>,
}

/// A dossier that will come.
#[derive(Debug, Clone)]
pub struct Case {
    pub agency: String,
    pub tier: Tier,
    pub procedure: String,
    pub channel: Channel,
    pub particulars: Particulars,
    pub route: Vec<Step>,
    /// When the person comes, or the form arrives.
    pub arrives_at: Timestamp,
    /// What the receipt would promise if it were given at arrival; officers work in this order.
    promise: Promise,
    refused: bool,
}

/// One act of the plan.
#[derive(Debug, Clone)]
pub struct Act {
    pub at: Timestamp,
    /// Account of whoever acts.
    pub by: String,
    /// Index into the cases.
    pub case: usize,
    /// Task of the dossier: 0 the main route, n its n-th leg.
    pub task: u32,
    pub what: What,
}

impl Act {
    /// The task to name: a correction, or what only the one-stop does, is of no task.
    pub fn main_or_leg(&self) -> Option<u32> {
        (self.what != What::Correct).then_some(self.task)
    }
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Accept,
    RefuseAtIntake,
    Correct,
    Forward,
    Claim,
    SendBack,
    Propose(Outcome),
    Approve,
    Return,
    HandOver {
        proxy: bool,
    },
    /// The clock stands until papers are brought, or a payment is made.
    AskSupplement,
    ReceiveSupplement,
    AskPayment,
    ReceivePayment,
    /// The date is put off to this working day.
    Extend(Date),
    /// The one-stop writes down what an agency outside answered.
    Answer(Outcome),
}

/// Everything that will happen, in order of time.
pub struct Plan {
    pub cases: Vec<Case>,
    pub acts: Vec<Act>,
}

/// Makes the plan.
pub fn plan(registry: &Registry, order: &Order) -> Result<Plan, Failure> {
    if order.from > order.to || order.staffing == 0 {
        return Err(Failure::refused("simulate.order"));
    }
    let mut dice = Dice::new(order.seed);
    let cases = arrivals::arrivals(registry, order, &mut dice)?;
    let acts = office::work(registry, order, &cases, &mut dice)?;
    Ok(Plan { cases, acts })
}
