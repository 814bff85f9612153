//! Bursts at the end of a month.

use jiff::civil::Date;

use super::Limits;

/// The last working days of a month beside the others. [MON-06]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burst {
    /// The first of the last working days.
    pub from: Date,
    pub to: Date,
    /// Settled on them.
    pub settled: i64,
    /// What would have been usual for as many days, rounded down.
    pub usual: i64,
    pub unusual: bool,
}

/// Compares the last working days of a month with the working days before them. What was settled on a day off counts for the
/// working day before it. `None` where there are not more working days than those. [MON-06]
pub fn burst(working: &[Date], settled: &[(Date, i64)], limits: &Limits) -> Option<Burst> {
    let last = usize::try_from(limits.burst_days).ok().filter(|last| *last > 0 && *last < working.len())?;
    let from = *working.get(working.len() - last)?;
    let to = settled.iter().map(|(day, _)| *day).chain(working.last().copied()).max()?;
    let sum = |of: &dyn Fn(Date) -> bool| settled.iter().filter(|(day, _)| of(*day)).map(|(_, n)| n).sum::<i64>();
    let (at_end, before) = (sum(&|day| day >= from), sum(&|day| day < from));
    let others = (working.len() - last) as i64;
    // As fractions: at_end / last against before / others.
    let much = at_end * others * 100 >= before * last as i64 * i64::from(limits.burst_percent);
    Some(Burst {
        from,
        to,
        settled: at_end,
        usual: before * last as i64 / others,
        unusual: much && at_end >= i64::from(limits.unusual_cases),
    })
}
