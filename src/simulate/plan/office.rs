//! How officers work: everybody takes what is due first from what waits at their posts, one thing at a time, in office hours.
//!
//! With fewer hands each act takes longer (`staffing`), queues grow, and dates are missed. Nothing here knows of a late
//! dossier; it only knows who is free when.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use jiff::Timestamp;
use motcua_domain::dossier::Outcome;
use motcua_domain::identity::Role;
use motcua_domain::procedure::{Step, StepKind};
use motcua_domain::routing;

use super::{Act, Case, Order, What};
use crate::platform::failure::Failure;
use crate::registry::Registry;
use crate::simulate::Dice;

/// Minutes of attention an act needs with full staffing, between these; the rest of a step's allotted hours is slack.
const EFFORT: [(Task, u64, u64); 6] = [
    (Task::Pass, 4, 9),
    (Task::Examine, 9, 27),
    (Task::Sign, 2, 4),
    (Task::HandOver, 3, 6),
    (Task::Record, 2, 5),
    (Task::Complete, 2, 5),
];

/// Out of a thousand: what goes another way.
const CORRECTED: u64 = 6;
const SENT_BACK: u64 = 10;
const NOT_APPROVED: u64 = 15;
const REFUSED: u64 = 12;
const BY_PROXY: u64 = 120;
const SUPPLEMENT: u64 = 30;
const PAYMENT: u64 = 4;
const EXTENDED: u64 = 5;
/// A supplement or a payment comes within so many working hours.
const BROUGHT_WITHIN_HOURS: u64 = 40;
/// What was brought is taken up again after so many working minutes.
const TAKEN_UP_AFTER: u64 = 30;
/// An agency outside takes between these hundredths of the time it has.
const OUTSIDE: (u64, u64) = (20, 90);
/// An extension puts the date off by so many working days.
const PUT_OFF: i64 = 3;
/// People come for their result within so many working hours after it is ready.
const FETCH_WITHIN_HOURS: u64 = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    /// Papers are put in order and handed on, at the counter.
    Pass,
    Examine,
    Sign,
    HandOver,
    /// What an agency outside answered is written down, at the counter.
    Record,
    /// Papers or a payment are taken in, at the counter.
    Complete,
}

/// Where work waits: an office and a role.
type Post = (String, Role);

/// Something that waits, in the order in which it is taken: what is due first.
type Waiting = (Timestamp, usize, Task, u32);

/// Where a dossier stands.
#[derive(Debug, Clone, Default)]
struct Stand {
    step: u32,
    /// Turned back once already.
    turned: bool,
    /// Waited for once already: papers or a payment.
    waited: bool,
    /// Whether it waits for a payment; else for papers.
    pays: bool,
    extended: bool,
    /// Who asked, and takes it up again.
    asked_by: String,
    /// The step of each leg of the current parallel step; `None` once it has answered.
    legs: Vec<Option<u32>>,
    /// Tasks whose last answer refuses.
    refusing: BTreeSet<u32>,
    /// A leg has refused since the lead answered. [RTE-13]
    unread: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    /// A person stands at the counter.
    Arrives { case: usize },
    /// Work comes to a post.
    Comes { post: Post, case: usize, task: Task, leg: u32 },
    /// Somebody has finished what they took.
    Done { by: String, case: usize, task: Task, leg: u32 },
    /// Whoever had asked goes on with what was brought.
    GoesOn { by: String, case: usize },
}

struct Hall<'a> {
    registry: &'a Registry,
    cases: &'a [Case],
    staffing: u64,
    end: Timestamp,
    day: jiff::civil::Date,
    dice: &'a mut Dice,
    /// What happens next, by time and then by the order in which it was foreseen.
    agenda: BinaryHeap<Reverse<(Timestamp, u64, Happens)>>,
    foreseen: u64,
    waiting: BTreeMap<Post, BTreeSet<Waiting>>,
    idle: BTreeSet<String>,
    /// Everybody's posts, and who is at a post.
    posts: BTreeMap<String, Vec<Post>>,
    people: BTreeMap<Post, Vec<String>>,
    stands: Vec<Stand>,
    acts: Vec<Act>,
}

/// Plays the offices until the end of the period.
pub(super) fn work(registry: &Registry, order: &Order, cases: &[Case], dice: &mut Dice) -> Result<Vec<Act>, Failure> {
    let mut hall = Hall {
        registry,
        cases,
        staffing: order.staffing,
        end: registry.day_end(order.to)?,
        day: order.from,
        dice,
        agenda: BinaryHeap::new(),
        foreseen: 0,
        waiting: BTreeMap::new(),
        idle: BTreeSet::new(),
        posts: BTreeMap::new(),
        people: BTreeMap::new(),
        stands: vec![Stand::default(); cases.len()],
        acts: Vec::new(),
    };
    for (at, case) in cases.iter().enumerate() {
        hall.foresee(case.arrives_at, Happens::Arrives { case: at });
    }
    hall.run()?;
    let mut acts = hall.acts;
    acts.sort_by_key(|act| act.at);
    Ok(acts)
}

impl Hall<'_> {
    fn run(&mut self) -> Result<(), Failure> {
        while let Some(Reverse((at, _, next))) = self.agenda.pop() {
            if at >= self.end {
                return Ok(());
            }
            match next {
                Happens::Arrives { case } => self.receive(case, at)?,
                Happens::Comes { post, case, task, leg } => {
                    let due = self.cases.get(case).map_or(at, |case| case.promise.due_at);
                    self.waiting.entry(post.clone()).or_default().insert((due, case, task, leg));
                    let free = self.people_at(&post)?.iter().find(|login| self.idle.contains(*login)).cloned();
                    if let Some(login) = free {
                        self.take_next(&login, at)?;
                    }
                }
                Happens::Done { by, case, task, leg } => {
                    self.finish(&by, case, task, leg, at)?;
                    self.idle.insert(by.clone());
                    self.take_next(&by, at)?;
                }
                Happens::GoesOn { by, case } => self.examined(&by, case, 0, at)?,
            }
        }
        Ok(())
    }

    /// Whoever comes while the doors are open gets a receipt at once, from one of those who sit there; what a dossier costs
    /// the counter in time is spent when it is passed on.
    fn receive(&mut self, case: usize, at: Timestamp) -> Result<(), Failure> {
        let post = self.post_of(case, 0, 0)?;
        let people = self.people_at(&post)?;
        let by = people.get(case % people.len().max(1)).cloned().unwrap_or_default();
        if self.cases.get(case).is_some_and(|case| case.refused) {
            self.act(at, &by, case, 0, What::RefuseAtIntake);
            return Ok(());
        }
        self.act(at, &by, case, 0, What::Accept);
        if self.dice.happens(CORRECTED) {
            self.act(at, &by, case, 0, What::Correct);
        }
        self.foresee(at, Happens::Comes { post, case, task: Task::Pass, leg: 0 });
        Ok(())
    }

    fn foresee(&mut self, at: Timestamp, what: Happens) {
        self.foreseen += 1;
        self.agenda.push(Reverse((at, self.foreseen, what)));
    }

    /// The steps of the main route, or of a leg of the parallel step at which the dossier stands.
    fn chain(&self, case: usize, leg: u32) -> &[Step] {
        let route = self.cases.get(case).map_or(&[][..], |case| case.route.as_slice());
        let Some(leg) = (leg as usize).checked_sub(1) else { return route };
        let at = self.stands.get(case).map_or(0, |stand| stand.step as usize);
        route.get(at).and_then(|step| step.legs.get(leg)).map_or(&[], |leg| leg.steps.as_slice())
    }

    /// The post of a step of a dossier.
    fn post_of(&self, case: usize, leg: u32, step: u32) -> Result<Post, Failure> {
        let step = self.chain(case, leg).get(step as usize);
        let post = step.and_then(|step| Some((step.office.clone(), Role::parse(&step.role)?)));
        post.ok_or_else(|| Failure::refused("simulate.nobody"))
    }

    /// Who works at a post; they come to the office when the first work comes.
    fn people_at(&mut self, post: &Post) -> Result<Vec<String>, Failure> {
        if let Some(people) = self.people.get(post) {
            return Ok(people.clone());
        }
        let people: Vec<String> =
            self.registry.people(&post.0, post.1, self.day).into_iter().map(|officer| officer.account).collect();
        if people.is_empty() {
            return Err(Failure::refused("simulate.nobody"));
        }
        for login in &people {
            self.posts.entry(login.clone()).or_default().push(post.clone());
            if self.posts.get(login).is_some_and(|posts| posts.len() == 1) {
                self.idle.insert(login.clone());
            }
        }
        self.people.insert(post.clone(), people.clone());
        Ok(people)
    }

    /// Takes what is due first of all that waits at the posts of somebody who is free.
    fn take_next(&mut self, login: &str, now: Timestamp) -> Result<(), Failure> {
        let posts = self.posts.get(login).cloned().unwrap_or_default();
        let first =
            posts.into_iter().filter_map(|post| self.waiting.get(&post)?.first().map(|waiting| (*waiting, post))).min();
        let Some((waiting, post)) = first else { return Ok(()) };
        if let Some(queue) = self.waiting.get_mut(&post) {
            queue.remove(&waiting);
        }
        self.idle.remove(login);
        let (_, case, task, leg) = waiting;
        let agency = self.cases.get(case).map_or("", |case| case.agency.as_str());
        let calendar = self.registry.calendar(agency)?.clone();
        let (_, least, most) = EFFORT.into_iter().find(|(of, ..)| *of == task).unwrap_or((task, 5, 5));
        let minutes = (least + self.dice.below(most - least + 1)) * 100 / self.staffing;
        let begins = calendar.work_from(self.registry.local(now));
        let ends = begins.and_then(|begins| calendar.after_minutes(begins, i64::try_from(minutes.max(1)).unwrap_or(1)));
        let (Some(begins), Some(ends)) = (begins, ends) else { return Err(Failure::refused("simulate.calendar_ends")) };
        if matches!(task, Task::Examine | Task::Sign) {
            self.act(self.registry.instant(begins)?, login, case, leg, What::Claim);
        }
        let done = Happens::Done { by: login.to_owned(), case, task, leg };
        self.foresee(self.registry.instant(ends)?, done);
        Ok(())
    }

    fn act(&mut self, at: Timestamp, by: &str, case: usize, task: u32, what: What) {
        if at < self.end {
            self.acts.push(Act { at, by: by.to_owned(), case, task, what });
        }
    }

    fn stand(&mut self, case: usize) -> Result<&mut Stand, Failure> {
        self.stands.get_mut(case).ok_or_else(|| Failure::refused("simulate.nobody"))
    }

    /// Which step of its chain a task of a dossier is at.
    fn at(&self, case: usize, leg: u32) -> u32 {
        let Some(stand) = self.stands.get(case) else { return 0 };
        match (leg as usize).checked_sub(1) {
            Some(leg) => stand.legs.get(leg).copied().flatten().unwrap_or(0),
            None => stand.step,
        }
    }

    /// What comes of a finished task.
    fn finish(&mut self, by: &str, case: usize, task: Task, leg: u32, at: Timestamp) -> Result<(), Failure> {
        let (step, turned) = (self.at(case, leg), self.stand(case)?.turned);
        match task {
            Task::Pass => {
                self.act(at, by, case, 0, What::Forward);
                self.go_to(case, 0, step + 1, at)
            }
            Task::Examine if leg == 0 && !turned && self.dice.happens(SENT_BACK) => {
                self.act(at, by, case, 0, What::SendBack);
                self.stand(case)?.turned = true;
                self.go_to(case, 0, 0, at)
            }
            Task::Examine if leg == 0 && !self.stand(case)?.waited && self.dice.happens(SUPPLEMENT) => {
                self.wait(by, case, at, What::AskSupplement)
            }
            Task::Examine if leg == 0 && !self.stand(case)?.waited && self.dice.happens(PAYMENT) => {
                self.stand(case)?.pays = true;
                self.wait(by, case, at, What::AskPayment)
            }
            Task::Examine => {
                if leg == 0 && self.dice.happens(EXTENDED) {
                    self.extend(case, at)?;
                }
                self.examined(by, case, leg, at)
            }
            Task::Record => {
                let outcome = self.outcome(case, leg)?;
                self.act(at, by, case, leg, What::Answer(outcome));
                self.go_on(case, leg, at)
            }
            Task::Complete => {
                let pays = self.stand(case)?.pays;
                self.act(at, by, case, 0, if pays { What::ReceivePayment } else { What::ReceiveSupplement });
                let by = std::mem::take(&mut self.stand(case)?.asked_by);
                let at = self.later(case, at, TAKEN_UP_AFTER)?;
                self.foresee(at, Happens::GoesOn { by, case });
                Ok(())
            }
            Task::Sign if leg == 0 && !turned && self.returnable(case, step) && self.dice.happens(NOT_APPROVED) => {
                self.act(at, by, case, 0, What::Return);
                self.stand(case)?.turned = true;
                let back = (0..step).rev().find(|earlier| self.kind(case, 0, *earlier) == Some(StepKind::Work));
                self.go_to(case, 0, back.unwrap_or(0), at)
            }
            Task::Sign => {
                self.act(at, by, case, leg, What::Approve);
                self.go_on(case, leg, at)
            }
            Task::HandOver => {
                let proxy = self.dice.happens(BY_PROXY);
                self.act(at, by, case, 0, What::HandOver { proxy });
                Ok(())
            }
        }
    }

    fn outcome(&mut self, case: usize, leg: u32) -> Result<Outcome, Failure> {
        let refuses = self.dice.happens(REFUSED);
        let stand = self.stand(case)?;
        if refuses {
            stand.refusing.insert(leg)
        } else {
            stand.refusing.remove(&leg)
        };
        Ok(if refuses { Outcome::Refuse } else { Outcome::Grant })
    }

    /// The specialist is through: on to whoever works next, or to be signed.
    fn examined(&mut self, by: &str, case: usize, leg: u32, at: Timestamp) -> Result<(), Failure> {
        let next = self.kind(case, leg, self.at(case, leg) + 1);
        let works = matches!(next, Some(StepKind::Work | StepKind::Outside | StepKind::Parallel));
        let outcome = if works { Outcome::Grant } else { self.outcome(case, leg)? };
        self.act(at, by, case, leg, if works { What::Forward } else { What::Propose(outcome) });
        self.go_on(case, leg, at)
    }

    /// The applicant is asked, and comes some day within the week.
    fn wait(&mut self, by: &str, case: usize, at: Timestamp, asks: What) -> Result<(), Failure> {
        self.act(at, by, case, 0, asks);
        let stand = self.stand(case)?;
        (stand.waited, stand.asked_by) = (true, by.to_owned());
        let minutes = self.dice.below(BROUGHT_WITHIN_HOURS * 60);
        let comes = self.later(case, at, minutes)?;
        let post = self.post_of(case, 0, 0)?;
        self.foresee(comes, Happens::Comes { post, case, task: Task::Complete, leg: 0 });
        Ok(())
    }

    /// A leader puts the date off, while it is still to come and nothing has moved it.
    fn extend(&mut self, case: usize, at: Timestamp) -> Result<(), Failure> {
        let Some((agency, due)) = self.cases.get(case).map(|case| (case.agency.clone(), case.promise.due_at)) else {
            return Ok(());
        };
        let stand = self.stand(case)?;
        if stand.extended || stand.waited || at >= due {
            return Ok(());
        }
        stand.extended = true;
        let Some(office) = self.registry.leaders(&agency).map(str::to_owned) else { return Ok(()) };
        let Some(leader) = self.registry.people(&office, Role::Leader, self.day).into_iter().next() else {
            return Ok(());
        };
        let day = self.registry.calendar(&agency)?.working_day_after(self.registry.local(due).date(), PUT_OFF);
        if let Some(day) = day {
            self.act(at, &leader.account, case, 0, What::Extend(day));
        }
        Ok(())
    }

    /// Whether whoever examined last before a signature was an office of ours.
    fn returnable(&self, case: usize, step: u32) -> bool {
        let works = |kind| matches!(kind, Some(StepKind::Work | StepKind::Outside | StepKind::Parallel));
        let last = (0..step).rev().map(|earlier| self.kind(case, 0, earlier)).find(|kind| works(*kind));
        last == Some(Some(StepKind::Work))
    }

    fn kind(&self, case: usize, leg: u32, step: u32) -> Option<StepKind> {
        self.chain(case, leg).get(step as usize).map(|step| step.kind)
    }

    /// On to the next step of a chain; the last leg to answer takes the dossier on.
    fn go_on(&mut self, case: usize, leg: u32, at: Timestamp) -> Result<(), Failure> {
        let next = self.at(case, leg) + 1;
        if leg == 0 || self.kind(case, leg, next).is_some() {
            return self.go_to(case, leg, next, at);
        }
        let stand = self.stand(case)?;
        if let Some(state) = stand.legs.get_mut(leg as usize - 1) {
            *state = None;
        }
        let (through, main) = (stand.legs.iter().all(Option::is_none), stand.step);
        let legs =
            self.cases.get(case).and_then(|case| case.route.get(main as usize)).map_or(&[][..], |step| &step.legs);
        let lead = (1u32..).zip(legs).find(|(_, leg)| leg.lead);
        let (lead, examines) = lead.map_or((0, 0), |(number, leg)| (number, routing::examined_last(leg)));
        let stand = self.stand(case)?;
        stand.unread = leg != lead && (stand.unread || stand.refusing.contains(&leg));
        let weighs = through && stand.unread && !stand.refusing.contains(&lead);
        match through {
            true if weighs && self.kind(case, 0, main + 1) == Some(StepKind::Return) => {
                self.stand(case)?.unread = false;
                self.go_to(case, lead, examines, at)
            }
            true => self.go_to(case, 0, main + 1, at),
            false => Ok(()),
        }
    }

    /// A task comes to a step; a result waits there until its owner comes for it.
    fn go_to(&mut self, case: usize, leg: u32, step: u32, at: Timestamp) -> Result<(), Failure> {
        match (leg as usize).checked_sub(1) {
            None => self.stand(case)?.step = step,
            Some(leg) => {
                if let Some(state) = self.stand(case)?.legs.get_mut(leg) {
                    *state = Some(step);
                }
            }
        }
        let (task, at, post) = match self.kind(case, leg, step) {
            Some(StepKind::Parallel) => return self.fan_out(case, step, at),
            Some(StepKind::Outside) => {
                let hours = self.chain(case, leg).get(step as usize).map_or(1, |step| u64::from(step.hours));
                let share = OUTSIDE.0 + self.dice.below(OUTSIDE.1 - OUTSIDE.0);
                (Task::Record, self.later(case, at, hours * 60 * share / 100)?, self.post_of(case, 0, 0)?)
            }
            Some(StepKind::Intake) => (Task::Pass, at, self.post_of(case, leg, step)?),
            Some(StepKind::Work) => (Task::Examine, at, self.post_of(case, leg, step)?),
            Some(StepKind::Sign) => (Task::Sign, at, self.post_of(case, leg, step)?),
            Some(StepKind::Return) | None => (Task::HandOver, self.fetched(case, at)?, self.post_of(case, leg, step)?),
        };
        self.foresee(at, Happens::Comes { post, case, task, leg });
        Ok(())
    }

    /// Every leg begins at the same moment.
    fn fan_out(&mut self, case: usize, step: u32, at: Timestamp) -> Result<(), Failure> {
        let legs =
            self.cases.get(case).and_then(|case| case.route.get(step as usize)).map_or(0, |step| step.legs.len());
        let stand = self.stand(case)?;
        (stand.legs, stand.unread) = (vec![Some(0); legs], false);
        stand.refusing.clear();
        (1u32..).take(legs).try_for_each(|leg| self.go_to(case, leg, 0, at))
    }

    /// So many working minutes later, by the agency's calendar; the end where there are not so many left.
    fn later(&self, case: usize, from: Timestamp, minutes: u64) -> Result<Timestamp, Failure> {
        let agency = self.cases.get(case).map_or("", |case| case.agency.as_str());
        let calendar = self.registry.calendar(agency)?;
        let begins = calendar.work_from(self.registry.local(from));
        let minutes = i64::try_from(minutes).unwrap_or(0);
        let comes = begins.and_then(|begins| calendar.after_minutes(begins, minutes));
        comes.and_then(|at| calendar.work_from(at)).map_or(Ok(self.end), |at| self.registry.instant(at))
    }

    fn fetched(&mut self, case: usize, ready: Timestamp) -> Result<Timestamp, Failure> {
        let minutes = self.dice.below(FETCH_WITHIN_HOURS * 60);
        self.later(case, ready, minutes)
    }
}
