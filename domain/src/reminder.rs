//! Who is to be told that something is due soon or late, and when (docs/rules/reminders.md).
//!
//! Pure: a task with its times goes in, the reminders that are due by now come out. Each has a name of its own, so that a
//! job that runs twice, or on two nodes, tells nobody twice.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::identity::Role;

/// How many working hours before or after a date somebody is told; data of the site. [REM-01] [REM-02]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Left for the dossier when the officer is told.
    pub dossier_soon: u32,
    /// Left for the step when the officer is told.
    pub step_soon: u32,
    /// Late when the head of the office is told.
    pub head_after: u32,
    /// Late when the leader is told.
    pub leader_after: u32,
}

/// What a reminder is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The time the office has.
    Step,
    /// The promised date.
    Dossier,
    /// An answer that another office owes.
    Consultation,
}

impl About {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Dossier => "dossier",
            Self::Consultation => "consultation",
        }
    }
}

/// Who is told, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The officer: soon.
    Soon,
    /// The officer: late.
    Late,
    /// The head of the office; of a consultation, the head of the one-stop.
    LateHead,
    /// The leader of the agency.
    LateLeader,
}

impl Stage {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Soon => "soon",
            Self::Late => "late",
            Self::LateHead => "late_head",
            Self::LateLeader => "late_leader",
        }
    }

    /// Whose role it is to be told, where the officer of the step has the given one.
    pub fn role(self, officer: Role) -> Role {
        match self {
            Self::Soon | Self::Late => officer,
            Self::LateHead => Role::OfficeHead,
            Self::LateLeader => Role::Leader,
        }
    }
}

/// The stages that have come for a date, by the calendar of whoever has to keep it. [REM-01] [REM-02] [REM-03]
pub fn stages(calendar: &Calendar, now: DateTime, due: DateTime, about: About, thresholds: &Thresholds) -> Vec<Stage> {
    let minutes = |hours: u32| i64::from(hours) * 60;
    let soon = match about {
        About::Dossier => thresholds.dossier_soon,
        About::Step | About::Consultation => thresholds.step_soon,
    };
    if now <= due {
        let left = calendar.minutes_between(now, due);
        return if left < minutes(soon) { vec![Stage::Soon] } else { Vec::new() };
    }
    let late = calendar.minutes_between(due, now);
    let mut stages = vec![Stage::Late];
    // [REM-03] A late answer is the one-stop's business at once.
    if late >= minutes(thresholds.head_after) || about == About::Consultation {
        stages.push(Stage::LateHead);
    }
    if late >= minutes(thresholds.leader_after) {
        stages.push(Stage::LateLeader);
    }
    stages
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::calendar::{DayKind, DayRow, HoursRow, Period};

    fn calendar() -> Calendar {
        let hours = (1..=5).flat_map(|weekday| {
            [(7, 30, 11, 30), (13, 0, 17, 0)].map(|(h, m, to, until)| HoursRow {
                weekday,
                period: Period { from: time(h, m, 0, 0), to: time(to, until, 0, 0) },
                valid_from: date(2018, 1, 1),
                valid_to: None,
            })
        });
        let holiday =
            DayRow { date: date(2018, 9, 3), kind: DayKind::Holiday, from: None, to: None, name: String::new() };
        Calendar::new(hours.collect(), vec![holiday]).unwrap()
    }

    const THRESHOLDS: Thresholds = Thresholds { dossier_soon: 8, step_soon: 2, head_after: 8, leader_after: 16 };

    fn at(now: DateTime, about: About) -> Vec<Stage> {
        stages(&calendar(), now, date(2018, 5, 11).at(17, 0, 0, 0), about, &THRESHOLDS)
    }

    #[test]
    fn the_officer_is_told_before_the_date_and_when_it_has_passed() {
        // [REM-01]
        assert_eq!(at(date(2018, 5, 10).at(16, 0, 0, 0), About::Dossier), []);
        assert_eq!(at(date(2018, 5, 11).at(7, 31, 0, 0), About::Dossier), [Stage::Soon]);
        assert_eq!(at(date(2018, 5, 11).at(7, 31, 0, 0), About::Step), []);
        assert_eq!(at(date(2018, 5, 11).at(16, 0, 0, 0), About::Step), [Stage::Soon]);
        // On the minute it is not late yet; over the weekend nobody is later than on Friday evening.
        assert_eq!(at(date(2018, 5, 11).at(17, 0, 0, 0), About::Dossier), [Stage::Soon]);
        assert_eq!(at(date(2018, 5, 13).at(12, 0, 0, 0), About::Dossier), [Stage::Late]);
    }

    #[test]
    fn the_head_and_then_the_leader_are_told_after_so_many_working_hours() {
        // [REM-02]
        assert_eq!(at(date(2018, 5, 14).at(16, 59, 0, 0), About::Step), [Stage::Late]);
        assert_eq!(at(date(2018, 5, 14).at(17, 0, 0, 0), About::Step), [Stage::Late, Stage::LateHead]);
        let all = [Stage::Late, Stage::LateHead, Stage::LateLeader];
        assert_eq!(at(date(2018, 5, 15).at(17, 0, 0, 0), About::Dossier), all);
        assert_eq!(all.map(|stage| stage.role(Role::Specialist)), [Role::Specialist, Role::OfficeHead, Role::Leader]);
    }

    #[test]
    fn a_late_answer_of_a_consulted_office_is_told_to_the_head_at_once() {
        // [REM-03] [RTE-09]
        let told = at(date(2018, 5, 14).at(8, 0, 0, 0), About::Consultation);
        assert_eq!(told, [Stage::Late, Stage::LateHead]);
    }
}
