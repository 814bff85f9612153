//! The calendar of each agency, from the dated rows of the site.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_domain::calendar::{Calendar, CalendarError, HoursRow};

use super::pack::{Agency, Day};

pub(super) type Calendars = BTreeMap<String, Arc<Calendar>>;

/// One calendar for each agency: the rows for all and its own. Hours of its own take the place of those for all.
pub(super) fn calendars<'a>(
    hours: &[(String, HoursRow)],
    days: &[Day],
    agencies: impl IntoIterator<Item = &'a Agency>,
) -> Result<Calendars, CalendarError> {
    let mut shared: Option<Arc<Calendar>> = None;
    let mut out = Calendars::new();
    for agency in agencies {
        let own = |id: &str| id == agency.id;
        let own_hours: Vec<_> = hours.iter().filter(|(id, _)| own(id)).map(|(_, row)| row.clone()).collect();
        let has_own = !own_hours.is_empty() || days.iter().any(|day| own(&day.agency));
        // Most agencies have no row of their own and share one calendar.
        if let (false, Some(calendar)) = (has_own, &shared) {
            out.insert(agency.id.clone(), calendar.clone());
            continue;
        }
        let hours_of = if own_hours.is_empty() {
            hours.iter().filter(|(id, _)| id == "*").map(|(_, row)| row.clone()).collect()
        } else {
            own_hours
        };
        let days_of = days.iter().filter(|day| day.agency == "*" || own(&day.agency)).map(|day| day.row.clone());
        let calendar = Arc::new(Calendar::new(hours_of, days_of.collect())?);
        if !has_own {
            shared = Some(calendar.clone());
        }
        out.insert(agency.id.clone(), calendar);
    }
    Ok(out)
}
