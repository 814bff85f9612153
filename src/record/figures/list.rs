//! The dossiers behind a figure, by keyset: chosen one by one by the rule of the figure. [OTR-13]

use jiff::civil::Date;
use motcua_domain::figures::{By, Fact, View, Which};

use super::store::{self, Walk};
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// Which dossiers.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub which: Which,
    pub view: View,
    /// All where it is not said.
    pub agency: Option<&'a str>,
    /// All where they are empty.
    pub tier: &'a str,
    pub field: &'a str,
    pub office: &'a str,
    pub channel: &'a str,
    /// Nobody's where it is empty. [OVW-08]
    pub officer: Option<&'a str>,
}

/// A dossier behind a figure.
pub struct Behind {
    pub dossier: String,
    pub fact: Fact,
    /// By which it was found.
    day: Date,
}

/// The place after a row: a day and an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub day: Date,
    pub id: String,
}

impl Place {
    /// As in a link: `2018-11-12.01CBX…`.
    pub fn print(&self) -> String {
        format!("{}.{}", self.day, self.id)
    }

    /// A link somebody broke leads to the first page.
    pub fn read(text: &str) -> Option<Self> {
        let (day, id) = text.split_once('.')?;
        Some(Self { day: day.parse().ok()?, id: id.to_owned() })
    }
}

/// One page of the dossiers behind a figure, and where the next begins.
pub fn behind(
    tx: &mut Tx,
    ask: &Ask,
    after: Option<&Place>,
    size: usize,
) -> Result<(Vec<Behind>, Option<Place>), Failure> {
    let Some(by) = ask.which.by() else { return Ok((Vec::new(), None)) };
    let agencies = match ask.agency {
        Some(agency) => vec![agency.to_owned()],
        None => store::agencies(tx)?,
    };
    let mut found = Vec::new();
    for agency in &agencies {
        found.extend(of_agency(tx, ask, by, agency, after, size + 1)?);
    }
    found.sort_unstable_by(|a, b| (a.day, &a.dossier).cmp(&(b.day, &b.dossier)));
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| Place { day: last.day, id: last.dossier.clone() });
    Ok((found, next))
}

/// Rows read at once: most fit.
const AT_ONCE: i64 = 200;

fn of_agency(
    tx: &mut Tx,
    ask: &Ask,
    by: By,
    agency: &str,
    after: Option<&Place>,
    size: usize,
) -> Result<Vec<Behind>, Failure> {
    let period = ask.view.period;
    let seen = period.seen;
    let (first, last) = match by {
        By::Received | By::Due | By::Settled => (period.from, seen),
        By::OpenAtBegin => (period.from, Date::MAX),
        By::OpenAtEnd => (seen.tomorrow().map_err(Failure::fault)?, Date::MAX),
    };
    let mut place =
        after.filter(|place| place.day >= first).cloned().unwrap_or(Place { day: first, id: String::new() });
    let mut found = Vec::new();
    loop {
        let walk = Walk {
            agency,
            after: (place.day, &place.id),
            last: last.min(store::NEVER.on),
            tier: ask.tier,
            field: ask.field,
            office: ask.office,
            channel: ask.channel,
            officer: ask.officer,
            limit: AT_ONCE,
        };
        let rows = match by {
            By::Received => store::by_received(tx, &walk)?,
            By::Due => store::by_due(tx, &walk)?,
            By::Settled | By::OpenAtBegin | By::OpenAtEnd => store::by_settled(tx, &walk)?,
        };
        let whole = rows.len() as i64 == AT_ONCE;
        for kept in rows {
            let never = store::NEVER.on;
            let day = match by {
                By::Received => kept.fact.received_on,
                By::Due => kept.fact.due.map_or(never, |due| due.on),
                _ => kept.fact.settled.map_or(never, |settled| settled.on),
            };
            place = Place { day, id: kept.dossier.clone() };
            if ask.which.holds(&kept.fact, &ask.view) {
                found.push(Behind { dossier: kept.dossier, fact: kept.fact, day });
            }
        }
        if !whole || found.len() >= size {
            return Ok(found);
        }
    }
}

/// For how many days the clock of a dossier has stood on a day, if it stands then; and who stopped it. [OTR-10]
pub fn stands(fact: &Fact, seen: Date) -> Option<(&motcua_domain::figures::Stood, i32)> {
    let stood = fact.stood.iter().find(|stood| stood.from <= seen && stood.to.is_none_or(|to| to > seen))?;
    Some((stood, (seen - stood.from).get_days()))
}
