//! The nine indicators of TT 01/2018/TT-VPCP, with what is left out and why. [SCR-20]

use motcua_domain::figures::quality::{Classes, OFFICIAL, Spread, UNIT, at_one_stop, classes, online};
use motcua_domain::figures::{Tally, Which};

use super::Frame;
use super::offers::{levels, offers};
use super::sheet::{Cell, Column, FIRST_ROW, Row, Sheet};

/// How an indicator comes to its score.
enum Indicator {
    /// The mean over dossiers, with the figures that hold 2, 1 and 0.
    Mean(Spread, [Option<Which>; 3]),
    /// Of the unit as a whole, in tenths.
    Whole(i64),
    LeftOut,
}

pub(super) fn sheets(frame: &Frame, tally: &Tally) -> Vec<Sheet> {
    let levels = levels(&offers(frame.registry, frame.agency.as_deref()));
    let whole = |score: Option<i64>| score.map_or(Indicator::LeftOut, Indicator::Whole);
    let indicators = [
        Indicator::Mean(Spread::of_time(tally), [Some(Which::Sooner), Some(Which::Just), None]),
        Indicator::LeftOut,
        Indicator::Mean(Spread::of_contacts(tally), [None, Some(Which::AskedOnce), Some(Which::AskedMore)]),
        Indicator::LeftOut,
        whole(at_one_stop(&levels)),
        Indicator::LeftOut,
        Indicator::LeftOut,
        Indicator::LeftOut,
        whole(online(&levels, tally)),
    ];
    let say = |key: &str| frame.say(&format!("official.quality.{key}"));
    let scores: Vec<Option<i64>> = indicators.iter().map(score).collect();
    let mut rows: Vec<Row> =
        indicators.iter().enumerate().map(|(at, indicator)| line(frame, at + 1, indicator)).collect();
    rows.push(sum(frame, "official", &scores, &[1, 2, 3, 4, 7], OFFICIAL));
    rows.push(sum(frame, "unit", &scores, &[1, 2, 3, 4, 5, 6, 7, 8, 9], UNIT));
    let column = |label: &str, width| Column::new("", say(label), width);
    let mut notes = vec![say("rules")];
    notes.extend(frame.as_of.clone());
    vec![Sheet {
        tab: "TT 01-2018".to_owned(),
        form: say("form"),
        title: say("title"),
        agency: frame.agency_name(),
        period: frame.period_words(),
        columns: vec![
            Column::new("", frame.say("official.number"), 12),
            column("indicator", 70),
            column("two", 20),
            column("one", 20),
            column("none", 20),
            column("dossiers", 20),
            column("score", 17),
            column("note", 0),
        ],
        rows,
        notes,
    }]
}

/// In tenths; of no dossier there is none. [SCR-21]
fn score(indicator: &Indicator) -> Option<i64> {
    match indicator {
        Indicator::Mean(spread, _) => spread.score(),
        Indicator::Whole(tenths) => Some(*tenths),
        Indicator::LeftOut => None,
    }
}

fn line(frame: &Frame, number: usize, indicator: &Indicator) -> Row {
    let row = FIRST_ROW + number - 1;
    let mut cells =
        vec![Cell::text(number.to_string()), Cell::text(frame.say(&format!("official.quality.name.{number}")))];
    let note = match (indicator, score(indicator)) {
        (Indicator::Mean(spread, which), Some(tenths)) => {
            let counts = [spread.two, spread.one, spread.none];
            cells.extend(counts.into_iter().zip(which).map(|(count, which)| {
                Cell::Count(count, which.map_or_else(String::new, |which| frame.behind(which, count, "", "", "")))
            }));
            let dossiers = Cell::Count(spread.dossiers(), frame.behind(Which::Answered, spread.dossiers(), "", "", ""));
            cells.push(Cell::Formula(format!("C{row}+D{row}+E{row}"), Box::new(dossiers)));
            let mean = format!("ROUND((2*C{row}+D{row})/F{row},1)");
            cells.push(Cell::Formula(mean, Box::new(Cell::Hundredths(tenths * 10))));
            frame.say(&format!("official.quality.how.{number}"))
        }
        (_, Some(tenths)) => {
            cells.extend(std::iter::repeat_n(Cell::Empty, 4));
            cells.push(Cell::Hundredths(tenths * 10));
            frame.say(&format!("official.quality.how.{number}"))
        }
        (_, None) => {
            cells.extend(std::iter::repeat_n(Cell::Empty, 5));
            let nothing = matches!(indicator, Indicator::Mean(..));
            let key = if nothing { "nothing".to_owned() } else { format!("why.{number}") };
            frame.say(&format!("official.quality.{key}"))
        }
    };
    cells.push(Cell::text(note));
    Row::plain(cells)
}

/// The sum of some indicators, and the class as far as it is known. [SCR-31] [SCR-32] [SCR-33]
fn sum(frame: &Frame, of: &str, scores: &[Option<i64>], which: &[usize], measure: &Classes) -> Row {
    let known: Vec<(usize, i64)> =
        which.iter().filter_map(|number| Some((*number, (*scores.get(number - 1)?)?))).collect();
    let total: i64 = known.iter().map(|(_, tenths)| tenths).sum();
    let left_out = i64::try_from(which.len() - known.len()).unwrap_or(0);
    let (best, worst) = classes(measure, total, left_out);
    let class = |at: usize| frame.say(&format!("official.quality.class.{of}_{at}"));
    let note = match best == worst {
        true => class(best),
        false => {
            let with = [("missing", left_out.to_string()), ("worst", class(worst)), ("best", class(best))];
            frame.say_with("official.quality.between", &with)
        }
    };
    let rows: Vec<String> = known.iter().map(|(number, _)| format!("G{}", FIRST_ROW + number - 1)).collect();
    let is = Cell::Hundredths(total * 10);
    let mut cells = vec![Cell::Empty, Cell::text(frame.say(&format!("official.quality.sum_{of}")))];
    cells.extend(std::iter::repeat_n(Cell::Empty, 4));
    cells.push(if rows.is_empty() { is } else { Cell::Formula(rows.join("+"), Box::new(is)) });
    cells.push(Cell::text(note));
    Row::strong(cells)
}
