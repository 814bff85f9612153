#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::*;

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn hours(weekday: i8, from: &str, to: &str) -> HoursRow {
    let period = Period { from: time(from), to: time(to) };
    HoursRow { weekday, period, valid_from: date("2017-01-01"), valid_to: None }
}

fn week() -> Vec<HoursRow> {
    (1..=5).flat_map(|day| [hours(day, "07:30", "11:30"), hours(day, "13:00", "17:00")]).collect()
}

fn day(kind: DayKind, on: &str, from: Option<&str>, to: Option<&str>) -> DayRow {
    DayRow { date: date(on), kind, from: from.map(time), to: to.map(time), name: String::new() }
}

fn new_year() -> DayRow {
    day(DayKind::Holiday, "2018-01-01", None, None)
}

fn with(rows: Vec<DayRow>) -> Calendar {
    let mut days = vec![new_year()];
    days.extend(rows);
    Calendar::new(week(), days).unwrap()
}

fn shown(calendar: &Calendar, on: &str) -> String {
    let periods = calendar.periods(date(on)).iter();
    let texts: Vec<String> =
        periods.map(|p| format!("{}-{}", p.from.strftime("%H:%M"), p.to.strftime("%H:%M"))).collect();
    texts.join(" ")
}

/// [CAL-01]
#[test]
fn a_period_includes_its_first_minute_and_not_its_last() {
    let calendar = with(vec![]);
    let on = date("2018-11-07");
    assert_eq!(calendar.work_from(on.at(7, 30, 0, 0)), Some(on.at(7, 30, 0, 0)));
    assert_eq!(calendar.work_from(on.at(11, 29, 0, 0)), Some(on.at(11, 29, 0, 0)));
    assert_eq!(calendar.work_from(on.at(11, 30, 0, 0)), Some(on.at(13, 0, 0, 0)));
    assert_eq!(calendar.minutes_between(on.at(11, 0, 0, 0), on.at(13, 30, 0, 0)), 60);
    assert_eq!((calendar.opening(on), calendar.closing(on)), (Some(on.at(7, 30, 0, 0)), Some(on.at(17, 0, 0, 0))));
}

/// [CAL-02]
#[test]
fn every_kind_of_day_off_closes_the_whole_day() {
    for kind in [DayKind::Holiday, DayKind::Compensatory, DayKind::SwappedOff, DayKind::Closure] {
        let calendar = with(vec![day(kind, "2018-11-07", None, None)]);
        assert!(!calendar.is_working_day(date("2018-11-07")), "{kind:?}");
        assert_eq!(calendar.working_days_between(date("2018-11-06"), date("2018-11-08")), 1, "{kind:?}");
    }
}

/// [CAL-03]
#[test]
fn a_part_of_a_day_can_be_closed() {
    for (from, to, left) in [
        (Some("09:00"), Some("10:00"), "07:30-09:00 10:00-11:30 13:00-17:00"),
        (Some("11:00"), Some("14:00"), "07:30-11:00 14:00-17:00"),
        (Some("11:30"), None, "07:30-11:30"),
        (None, Some("13:00"), "13:00-17:00"),
        (Some("07:00"), Some("18:00"), ""),
    ] {
        let calendar = with(vec![day(DayKind::Closure, "2018-11-07", from, to)]);
        assert_eq!(shown(&calendar, "2018-11-07"), left);
        assert_eq!(calendar.is_working_day(date("2018-11-07")), !left.is_empty());
    }
}

/// [CAL-04] [CAL-05]
#[test]
fn a_made_up_saturday_has_the_hours_of_a_monday_unless_it_is_closed() {
    let saturday = day(DayKind::MakeUp, "2018-01-06", None, None);
    assert_eq!(shown(&with(vec![saturday.clone()]), "2018-01-06"), "07:30-11:30 13:00-17:00");
    let storm = day(DayKind::Closure, "2018-01-06", None, None);
    assert_eq!(shown(&with(vec![storm, saturday]), "2018-01-06"), "");
}

/// [CAL-06]
#[test]
fn only_a_year_with_a_holiday_row_is_covered() {
    let calendar = with(vec![day(DayKind::MakeUp, "2019-01-05", None, None)]);
    assert!(calendar.covers_year(2018));
    assert!(!calendar.covers_year(2019), "one made-up day does not tell the holidays of its year");
    assert_eq!(calendar.first_year_not_covered(2018, 2020), Some(2019));
    assert!(calendar.periods(date("2019-01-05")).is_empty());
    let gap = with(vec![day(DayKind::Holiday, "2020-01-01", None, None)]);
    assert!(gap.periods(date("2019-06-03")).is_empty() && gap.is_working_day(date("2020-06-03")));
    assert_eq!(gap.working_days_between(date("2018-12-31"), date("2020-01-02")), 1);
}

/// [CAL-07]
#[test]
fn hours_hold_between_their_days_of_validity() {
    let mut rows = week();
    rows.iter_mut().for_each(|row| row.valid_to = Some(date("2018-05-31")));
    let summer = (1..=6).map(|weekday| HoursRow { valid_from: date("2018-06-01"), ..hours(weekday, "06:30", "13:30") });
    rows.extend(summer);
    let calendar = Calendar::new(rows, vec![new_year()]).unwrap();
    assert_eq!(shown(&calendar, "2018-05-31"), "07:30-11:30 13:00-17:00");
    assert_eq!(shown(&calendar, "2018-06-01"), "06:30-13:30");
    assert_eq!(shown(&calendar, "2018-06-02"), "06:30-13:30", "a Saturday of the new hours");
    assert_eq!(shown(&calendar, "2018-05-26"), "", "a Saturday of the old hours");
}

#[test]
fn counting_backwards_is_negative_and_stops_at_the_edge_of_what_is_known() {
    let calendar = with(vec![]);
    let (monday, friday) = (date("2018-11-05"), date("2018-11-09"));
    assert_eq!(calendar.working_days_between(friday, monday), -4);
    assert_eq!(calendar.minutes_between(friday.at(8, 0, 0, 0), monday.at(8, 0, 0, 0)), -4 * 480);
    let all = calendar.working_days_between(date("2017-12-31"), date("2018-12-31"));
    assert_eq!(all, 260);
    assert_eq!(calendar.working_days_between(date("1900-01-01"), date("2100-01-01")), all);
    assert_eq!(
        calendar.minutes_between(date("1900-01-01").at(0, 0, 0, 0), date("2100-01-01").at(0, 0, 0, 0)),
        all * 480
    );
}

#[test]
fn rows_that_contradict_themselves_are_named() {
    let bad_hours = |row: HoursRow| Calendar::new([week(), vec![row]].concat(), vec![new_year()]).unwrap_err().key();
    assert_eq!(bad_hours(hours(8, "07:30", "11:30")), "calendar.weekday_unknown");
    assert_eq!(bad_hours(hours(6, "11:30", "11:30")), "calendar.period_empty");
    assert_eq!(bad_hours(hours(6, "07:30:15", "11:30")), "calendar.not_whole_minutes");
    assert_eq!(bad_hours(hours(1, "11:00", "12:00")), "calendar.periods_overlap");
    let ended = HoursRow { valid_to: Some(date("2016-01-01")), ..hours(6, "07:30", "11:30") };
    assert_eq!(bad_hours(ended), "calendar.validity_reversed");
    let bad_day = |row: DayRow| Calendar::new(week(), vec![new_year(), row]).unwrap_err().key();
    assert_eq!(bad_day(day(DayKind::MakeUp, "2018-01-06", Some("07:30"), None)), "calendar.make_up_in_part");
    assert_eq!(bad_day(day(DayKind::MakeUp, "2016-01-09", None, None)), "calendar.make_up_without_monday");
    assert_eq!(bad_day(day(DayKind::Closure, "2018-01-05", Some("10:00"), Some("09:00"))), "calendar.period_empty");
    assert_eq!(bad_day(day(DayKind::Holiday, "2818-01-05", None, None)), "calendar.too_many_years");
}

#[test]
fn rows_read_as_an_administrator_writes_them() {
    let row: DayRow =
        serde_json::from_str(r#"{"date":"2018-12-31","kind":"swapped-off","name":"Nghỉ hoán đổi"}"#).unwrap();
    assert_eq!((row.kind, row.from, row.date), (DayKind::SwappedOff, None, date("2018-12-31")));
    let row: HoursRow =
        serde_json::from_str(r#"{"weekday":1,"period":{"from":"07:30","to":"11:30"},"valid_from":"2017-11-01"}"#)
            .unwrap();
    assert_eq!((row.period.from, row.valid_to), (time("07:30"), None));
}
