//! How officers work: everybody takes what is due first from what waits at their posts, one thing at a time, in office hours.
//!
//! With fewer hands each act takes longer (`staffing`), queues grow, and dates are missed. Nothing here knows of a late
//! dossier; it only knows who is free when.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use jiff::Timestamp;
use motcua_domain::dossier::Outcome;
use motcua_domain::identity::Role;
use motcua_domain::procedure::StepKind;

use super::{Act, Case, Order, What};
use crate::platform::failure::Failure;
use crate::registry::Registry;
use crate::simulate::Dice;

/// Minutes of attention an act needs with full staffing, between these; the rest of a step's allotted hours is slack.
const EFFORT: [(Task, u64, u64); 4] =
    [(Task::Pass, 4, 9), (Task::Examine, 9, 27), (Task::Sign, 2, 4), (Task::HandOver, 3, 6)];

/// Out of a thousand: what goes another way.
const CORRECTED: u64 = 6;
const SENT_BACK: u64 = 10;
const NOT_APPROVED: u64 = 15;
const REFUSED: u64 = 12;
const BY_PROXY: u64 = 120;
/// People come for their result within so many working hours after it is ready.
const FETCH_WITHIN_HOURS: u64 = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    /// Papers are put in order and handed on, at the counter.
    Pass,
    Examine,
    Sign,
    HandOver,
}

/// Where work waits: an office and a role.
type Post = (String, Role);

/// Something that waits, in the order in which it is taken: what is due first.
type Waiting = (Timestamp, usize, Task);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    /// A person stands at the counter.
    Arrives { case: usize },
    /// Work comes to a post.
    Comes { post: Post, case: usize, task: Task },
    /// Somebody has finished what they took.
    Done { by: String, case: usize, task: Task },
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
    /// Where each dossier stands, and whether it was turned back once already.
    steps: Vec<(u32, bool)>,
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
        steps: vec![(0, false); cases.len()],
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
                Happens::Comes { post, case, task } => {
                    let due = self.cases.get(case).map_or(at, |case| case.promise.due_at);
                    self.waiting.entry(post.clone()).or_default().insert((due, case, task));
                    let free = self.people_at(&post)?.iter().find(|login| self.idle.contains(*login)).cloned();
                    if let Some(login) = free {
                        self.take_next(&login, at)?;
                    }
                }
                Happens::Done { by, case, task } => {
                    self.finish(&by, case, task, at)?;
                    self.idle.insert(by.clone());
                    self.take_next(&by, at)?;
                }
            }
        }
        Ok(())
    }

    /// Whoever comes while the doors are open gets a receipt at once, from one of those who sit there; what a dossier costs
    /// the counter in time is spent when it is passed on.
    fn receive(&mut self, case: usize, at: Timestamp) -> Result<(), Failure> {
        let post = self.post_of(case, 0)?;
        let people = self.people_at(&post)?;
        let by = people.get(case % people.len().max(1)).cloned().unwrap_or_default();
        if self.cases.get(case).is_some_and(|case| case.refused) {
            self.act(at, &by, case, What::RefuseAtIntake);
            return Ok(());
        }
        self.act(at, &by, case, What::Accept);
        if self.dice.happens(CORRECTED) {
            self.act(at, &by, case, What::Correct);
        }
        self.foresee(at, Happens::Comes { post, case, task: Task::Pass });
        Ok(())
    }

    fn foresee(&mut self, at: Timestamp, what: Happens) {
        self.foreseen += 1;
        self.agenda.push(Reverse((at, self.foreseen, what)));
    }

    /// The post of a step of a dossier.
    fn post_of(&self, case: usize, step: u32) -> Result<Post, Failure> {
        let step = self.cases.get(case).and_then(|case| case.route.get(step as usize));
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
        let (_, case, task) = waiting;
        let agency = self.cases.get(case).map_or("", |case| case.agency.as_str());
        let calendar = self.registry.calendar(agency)?.clone();
        let (_, least, most) = EFFORT.into_iter().find(|(of, ..)| *of == task).unwrap_or((task, 5, 5));
        let minutes = (least + self.dice.below(most - least + 1)) * 100 / self.staffing;
        let begins = calendar.work_from(self.registry.local(now));
        let ends = begins.and_then(|begins| calendar.after_minutes(begins, i64::try_from(minutes.max(1)).unwrap_or(1)));
        let (Some(begins), Some(ends)) = (begins, ends) else { return Err(Failure::refused("simulate.calendar_ends")) };
        if matches!(task, Task::Examine | Task::Sign) {
            self.act(self.registry.instant(begins)?, login, case, What::Claim);
        }
        let done = Happens::Done { by: login.to_owned(), case, task };
        self.foresee(self.registry.instant(ends)?, done);
        Ok(())
    }

    fn act(&mut self, at: Timestamp, by: &str, case: usize, what: What) {
        if at < self.end {
            self.acts.push(Act { at, by: by.to_owned(), case, what });
        }
    }

    /// What comes of a finished task.
    fn finish(&mut self, by: &str, case: usize, task: Task, at: Timestamp) -> Result<(), Failure> {
        let (step, turned) = self.steps.get(case).copied().unwrap_or_default();
        match task {
            Task::Pass => {
                self.act(at, by, case, What::Forward);
                self.go_to(case, step + 1, turned, at)
            }
            Task::Examine if !turned && self.dice.happens(SENT_BACK) => {
                self.act(at, by, case, What::SendBack);
                self.go_to(case, 0, true, at)
            }
            Task::Examine => {
                let last = self.kind(case, step + 1) != Some(StepKind::Work);
                let outcome = if self.dice.happens(REFUSED) { Outcome::Refuse } else { Outcome::Grant };
                self.act(at, by, case, if last { What::Propose(outcome) } else { What::Forward });
                self.go_to(case, step + 1, turned, at)
            }
            Task::Sign if !turned && self.dice.happens(NOT_APPROVED) => {
                self.act(at, by, case, What::Return);
                let back = (0..step).rev().find(|earlier| self.kind(case, *earlier) == Some(StepKind::Work));
                self.go_to(case, back.unwrap_or(0), true, at)
            }
            Task::Sign => {
                self.act(at, by, case, What::Approve);
                self.go_to(case, step + 1, turned, at)
            }
            Task::HandOver => {
                let proxy = self.dice.happens(BY_PROXY);
                self.act(at, by, case, What::HandOver { proxy });
                Ok(())
            }
        }
    }

    fn kind(&self, case: usize, step: u32) -> Option<StepKind> {
        self.cases.get(case)?.route.get(step as usize).map(|step| step.kind)
    }

    /// The dossier comes to a step; a result waits there until its owner comes for it.
    fn go_to(&mut self, case: usize, step: u32, turned: bool, at: Timestamp) -> Result<(), Failure> {
        if let Some(place) = self.steps.get_mut(case) {
            *place = (step, turned);
        }
        let post = self.post_of(case, step)?;
        let (task, at) = match self.kind(case, step) {
            Some(StepKind::Intake) => (Task::Pass, at),
            Some(StepKind::Work | StepKind::Outside | StepKind::Parallel) => (Task::Examine, at),
            Some(StepKind::Sign) => (Task::Sign, at),
            Some(StepKind::Return) | None => (Task::HandOver, self.fetched(case, at)?),
        };
        self.foresee(at, Happens::Comes { post, case, task });
        Ok(())
    }

    fn fetched(&mut self, case: usize, ready: Timestamp) -> Result<Timestamp, Failure> {
        let agency = self.cases.get(case).map_or("", |case| case.agency.as_str());
        let calendar = self.registry.calendar(agency)?.clone();
        let minutes = self.dice.below(FETCH_WITHIN_HOURS * 60);
        let comes = calendar.after_minutes(self.registry.local(ready), i64::try_from(minutes).unwrap_or(0));
        comes.map_or(Ok(self.end), |comes| self.registry.instant(comes))
    }
}
