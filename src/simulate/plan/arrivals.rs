//! Who comes when, with what. Totals and weights are figures of the site pack.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan as _};
use motcua_domain::calendar::Calendar;
use motcua_domain::dossier::{Acting, FeeDue, FeeWay, PaperIn, Particulars, Person, ReturnVia};
use motcua_domain::identity::IdNumber;
use motcua_domain::procedure::{Channel, Fee, Tier};

use super::{Case, Order};
use crate::platform::failure::Failure;
use crate::registry::pack::{Agency, Simulation};
use crate::registry::{Procedure, Registry, Standing};
use crate::simulate::Dice;

/// Out of a thousand who come: dossiers that cannot be taken in.
const REFUSED_AT_INTAKE: u64 = 8;
/// Out of a thousand: somebody else comes for the applicant; wants the result by post.
const ACTING: u64 = 60;
const BY_POST: u64 = 30;
/// Nobody comes in the last minutes before closing.
const DOORS_CLOSE_BEFORE: u64 = 15;

/// All dossiers of the period in order of arrival.
pub(super) fn arrivals(registry: &Registry, order: &Order, dice: &mut Dice) -> Result<Vec<Case>, Failure> {
    let figures = registry.site.simulation.as_ref().ok_or_else(|| Failure::refused("simulate.no_figures"))?;
    let scale = Scale::new(figures, order);
    let agencies: Vec<(&Agency, u64)> =
        figures.share.iter().filter_map(|(id, share)| Some((registry.agencies.get(id)?, u64::from(*share)))).collect();
    let totals = split(scale.of(figures.dossiers), &agencies.iter().map(|(_, share)| *share).collect::<Vec<_>>());
    let online = online(figures, &agencies, &scale);
    let mut drawn = Vec::new();
    for ((agency, _), (total, online)) in agencies.into_iter().zip(totals.into_iter().zip(online)) {
        let offered = Offered::new(registry, figures, agency.tier);
        let calendar = registry.calendar(&agency.id)?;
        let days = working_days(calendar, order);
        if (total > 0 && (offered.all.is_empty() || days.is_empty())) || (online > 0 && offered.level_3.is_empty()) {
            return Err(Failure::refused("simulate.nothing_offered"));
        }
        for number in 0..total {
            let channel = if number < online { Channel::Online } else { Channel::Direct };
            let procedure = offered.draw(channel, dice).ok_or_else(|| Failure::refused("simulate.nothing_offered"))?;
            let arrives_at = registry.instant(moment(calendar, &days, dice))?;
            drawn.push((arrives_at, agency.id.clone(), procedure, channel, false));
        }
        // Who is sent home comes on top: they are in no figure of received dossiers.
        for _ in 0..total * REFUSED_AT_INTAKE / 1_000 {
            let Some(procedure) = offered.draw(Channel::Direct, dice) else { continue };
            let arrives_at = registry.instant(moment(calendar, &days, dice))?;
            drawn.push((arrives_at, agency.id.clone(), procedure, Channel::Direct, true));
        }
    }
    drawn.sort_by(|a, b| (a.0, &a.1, &a.2.key).cmp(&(b.0, &b.1, &b.2.key)));
    drawn
        .into_iter()
        .enumerate()
        .map(|(number, (at, agency, procedure, channel, refused))| {
            case(registry, number, at, agency, procedure, channel, refused, dice)
        })
        .collect()
}

/// Figures of the pack's own period, in proportion to what is asked for.
struct Scale {
    wanted: u64,
    whole: u64,
}

impl Scale {
    fn new(figures: &Simulation, order: &Order) -> Self {
        let days = |from: Date, to: Date| u64::try_from((to - from).get_days()).unwrap_or(0) + 1;
        match order.dossiers {
            Some(dossiers) => Self { wanted: dossiers, whole: u64::from(figures.dossiers) },
            None => Self { wanted: days(order.from, order.to), whole: days(figures.from, figures.to) },
        }
    }

    fn of(&self, figure: u32) -> u64 {
        (u64::from(figure) * self.wanted + self.whole / 2) / self.whole.max(1)
    }
}

/// Splits a total by weight so that the parts add up to it: the largest remainders get what is left.
fn split(total: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u64 = weights.iter().sum::<u64>().max(1);
    let mut parts: Vec<u64> = weights.iter().map(|weight| total * weight / sum).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|at| std::cmp::Reverse(weights.get(*at).map_or(0, |weight| total * weight % sum)));
    let missing = total - parts.iter().sum::<u64>();
    for at in by_remainder.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts
}

/// How many come online at each agency: the pack has one figure for the district and one for the communes.
fn online(figures: &Simulation, agencies: &[(&Agency, u64)], scale: &Scale) -> Vec<u64> {
    let of = |wanted: fn(Tier) -> bool, figure: u32| {
        let weights: Vec<u64> =
            agencies.iter().map(|(agency, share)| if wanted(agency.tier) { *share } else { 0 }).collect();
        if weights.iter().all(|weight| *weight == 0) {
            vec![0; weights.len()]
        } else {
            split(scale.of(figure), &weights)
        }
    };
    let district = of(|tier| tier != Tier::Commune, figures.online_district);
    let communes = of(|tier| tier == Tier::Commune, figures.online_communes);
    district.into_iter().zip(communes).map(|(district, commune)| district + commune).collect()
}

/// What is taken in at a tier, with weights.
struct Offered<'a> {
    all: Vec<(&'a Procedure, u64)>,
    /// Those that can be handed in online at level 3.
    level_3: Vec<(&'a Procedure, u64)>,
}

impl<'a> Offered<'a> {
    fn new(registry: &'a Registry, figures: &Simulation, tier: Tier) -> Self {
        let all: Vec<(&Procedure, u64)> = registry
            .procedures
            .iter()
            .filter(|procedure| procedure.tier == tier && procedure.standing == Standing::Published)
            .map(|procedure| (procedure, figures.procedures.get(&procedure.key).map_or(1, |weight| u64::from(*weight))))
            .collect();
        let level_3 = all.iter().filter(|(procedure, _)| procedure.scope.online_level == Some(3)).copied().collect();
        Self { all, level_3 }
    }

    fn draw(&self, channel: Channel, dice: &mut Dice) -> Option<&'a Procedure> {
        let from = if channel == Channel::Online { &self.level_3 } else { &self.all };
        let weights: Vec<u64> = from.iter().map(|(_, weight)| *weight).collect();
        from.get(dice.weighted(&weights)?).map(|(procedure, _)| *procedure)
    }
}

fn working_days(calendar: &Calendar, order: &Order) -> Vec<Date> {
    let days = order.from.series(1.day()).take_while(|day| *day <= order.to);
    days.filter(|day| calendar.is_working_day(*day)).collect()
}

/// A minute in which the doors are open, on a random working day.
fn moment(calendar: &Calendar, days: &[Date], dice: &mut Dice) -> DateTime {
    let day = days.get(dice.below(days.len() as u64) as usize).copied().unwrap_or_default();
    let (Some(opening), Some(closing)) = (calendar.opening(day), calendar.closing(day)) else { return day.into() };
    let open = u64::try_from(calendar.minutes_between(opening, closing)).unwrap_or(0);
    let minute = dice.below(open.saturating_sub(DOORS_CLOSE_BEFORE).max(1));
    // A minute at which the doors close is the one at which they open again. [CAL-01]
    let at = calendar.after_minutes(opening, i64::try_from(minute).unwrap_or(0)).and_then(|at| calendar.work_from(at));
    at.unwrap_or(opening)
}

#[allow(clippy::too_many_arguments)] // One row of the list of arrivals, taken apart once.
fn case(
    registry: &Registry,
    number: usize,
    arrives_at: Timestamp,
    agency: String,
    procedure: &Procedure,
    channel: Channel,
    refused: bool,
    dice: &mut Dice,
) -> Result<Case, Failure> {
    let promise = crate::work::intake::promised(registry, procedure, &agency, &agency, 0, arrives_at)?;
    Ok(Case {
        route: registry.route(procedure, &agency, registry.local(arrives_at).date())?,
        tier: procedure.tier,
        procedure: procedure.key.clone(),
        particulars: particulars(number, procedure, channel, dice),
        agency,
        channel,
        arrives_at,
        promise,
        refused,
    })
}

/// A person who is plainly nobody: numbered, with a number no card has.
fn person(number: usize) -> Person {
    Person {
        name: format!("Công dân mẫu {number:05}"),
        id_number: IdNumber::parse(&format!("0069990{number:05}")).ok(),
        phone: Some(format!("09990{number:05}")),
        ..Person::default()
    }
}

fn particulars(number: usize, procedure: &Procedure, channel: Channel, dice: &mut Dice) -> Particulars {
    let acting = (channel == Channel::Direct && dice.happens(ACTING)).then(|| Acting {
        person: Person { name: format!("Người nộp thay mẫu {number:05}"), ..Person::default() },
        authority: "Giấy ủy quyền mẫu".to_owned(),
    });
    let mut applicant = person(number);
    let return_via = match channel {
        Channel::Online => ReturnVia::Online,
        _ if dice.happens(BY_POST) => {
            applicant.address = "Địa chỉ mẫu".to_owned();
            ReturnVia::Post
        }
        _ => ReturnVia::Counter,
    };
    let fee = match procedure.record.fees.first().map(|case| &case.fee) {
        Some(Fee::Amount { amount, .. }) => FeeDue { way: FeeWay::Before, amount: *amount },
        _ => FeeDue { way: FeeWay::NoFee, amount: 0 },
    };
    let papers =
        procedure.record.papers.iter().filter(|paper| paper.originals + paper.copies > 0).map(|paper| PaperIn {
            name: paper.name.clone(),
            originals: paper.originals,
            certified: 0,
            copies: paper.copies,
            certify: None,
        });
    let sets = procedure.record.sets.unwrap_or(1);
    Particulars { applicant, acting, papers: papers.collect(), sets, fee, return_via, note: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        for total in [0, 1, 178, 2_231, 26_708] {
            let parts = split(total, &[20, 12, 8, 7, 7, 6, 7, 5, 8, 11, 9]);
            assert_eq!(parts.iter().sum::<u64>(), total);
        }
        assert_eq!(split(10, &[0, 1, 1]), [0, 5, 5]);
    }
}
