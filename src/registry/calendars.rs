//! The calendar of each agency, from the dated rows of the site.

use std::collections::BTreeMap;
use std::sync::Arc;

use motcua_domain::calendar::{Calendar, CalendarError, HoursRow};

use super::pack::{Agency, Day, calendar_of};

pub(super) type Calendars = BTreeMap<String, Arc<Calendar>>;

/// One calendar for each agency: the rows for all and its own.
pub(super) fn calendars<'a>(
    hours: &[(String, HoursRow)],
    days: &[Day],
    agencies: impl IntoIterator<Item = &'a Agency>,
) -> Result<Calendars, CalendarError> {
    let mut shared: Option<Arc<Calendar>> = None;
    let mut out = Calendars::new();
    for agency in agencies {
        let named = hours.iter().map(|(id, _)| id).chain(days.iter().map(|day| &day.agency));
        let has_own = named.into_iter().any(|id| *id == agency.id);
        // Most agencies have no row of their own and share one calendar.
        if let (false, Some(calendar)) = (has_own, &shared) {
            out.insert(agency.id.clone(), calendar.clone());
            continue;
        }
        let calendar = Arc::new(calendar_of(hours, days, &agency.id)?);
        if !has_own {
            shared = Some(calendar.clone());
        }
        out.insert(agency.id.clone(), calendar);
    }
    Ok(out)
}
