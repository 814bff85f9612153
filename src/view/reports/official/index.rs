//! The index of decision 766/QĐ-TTg: every part with its share, its points, what is not known and what would raise it. [SCR-01]

use motcua_domain::figures::index::{Known, Points, Weight};
use motcua_domain::figures::{Tally, Which};
use serde::Deserialize;

use super::offers::{Offer, offers};
use super::sheet::{Cell, Column, FIRST_ROW, Row, Sheet, decimal};
use super::{Frame, Scores};
use crate::platform::failure::Failure;
use crate::platform::i18n::Locale;

/// The weights are data, so that the text of the decision can be put in without touching code. [SCR-10]
const WEIGHTS: &str = include_str!("index-766.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    part: Vec<Weight>,
}

/// The parts in order, group by group.
pub fn weights() -> Result<Vec<Weight>, Failure> {
    Ok(toml::from_str::<File>(WEIGHTS).map_err(Failure::fault)?.part)
}

/// What is known of each part. [SCR-11] [SCR-13] [SCR-15] [SCR-16] [SCR-17]
pub fn known(weight: &Weight, scores: &Scores, offers: &[Offer]) -> Known {
    let Scores { tally, came_online } = scores;
    let count = |fits: &dyn Fn(&Offer) -> bool| {
        i64::try_from(offers.iter().filter(|offer| fits(offer)).count()).unwrap_or(i64::MAX)
    };
    let came = |offer: &Offer| {
        let key = (offer.procedure.tier.as_str().to_owned(), offer.procedure.key.clone());
        offer.online && came_online.contains(&key)
    };
    let counted = |part, whole| Known::Counted { part, whole, at_most: false };
    match weight.code.as_str() {
        "2.1" => counted(tally.index_on_time(), tally.handled),
        "3.1" => counted(count(&|offer| offer.online), count(&|_| true)),
        "3.2" => counted(count(&came), count(&|offer| offer.online)),
        // How much of it reached the national portal is not known here, and can only lower it.
        "3.3" => Known::Counted { part: tally.online, whole: tally.received, at_most: true },
        "4.1" => counted(tally.electronic, tally.answered),
        _ => Known::Unknown,
    }
}

pub(super) fn sheets(frame: &Frame, scores: &Scores) -> Result<Vec<Sheet>, Failure> {
    let (weights, offers) = (weights()?, offers(frame.registry, frame.agency.as_deref()));
    let mut table = Table { frame, tally: &scores.tally, rows: Vec::new(), groups: Vec::new(), reckoned: Vec::new() };
    for group in weights.chunk_by(|one, next| group_of(one) == group_of(next)) {
        table.group(group, scores, &offers);
    }
    Ok(vec![table.sheet(&weights)])
}

fn group_of(weight: &Weight) -> &str {
    weight.code.split('.').next().unwrap_or_default()
}

struct Table<'a> {
    frame: &'a Frame<'a>,
    tally: &'a Tally,
    rows: Vec<Row>,
    /// Rows of the spreadsheet with the sums of groups.
    groups: Vec<usize>,
    /// Rows of parts that have points: row, most and points.
    reckoned: Vec<(usize, i64, i64)>,
}

impl Table<'_> {
    fn next(&self) -> usize {
        FIRST_ROW + self.rows.len()
    }

    fn group(&mut self, group: &[Weight], scores: &Scores, offers: &[Offer]) {
        let (at, first) = (self.rows.len(), self.next() + 1);
        let last = first + group.len() - 1;
        self.groups.push(first - 1);
        self.rows.push(Row::strong(Vec::new()));
        // What nobody reckoned has no points, and not none of them. [SCR-08]
        let mut sum = None;
        for weight in group {
            let known = known(weight, scores, offers);
            let points = weight.points(known);
            sum = points.map(|points| points.points + sum.unwrap_or(0)).or(sum);
            self.part(weight, known, points);
        }
        let most = group.iter().map(|weight| weight.most).sum();
        let code = group.first().map_or("", group_of);
        let total = |column: char, sum| Cell::Formula(format!("SUM({column}{first}:{column}{last})"), boxed(sum));
        let cells = vec![
            Cell::text(code),
            Cell::text(self.frame.say(&format!("official.index.{code}"))),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            total('G', most),
            sum.map_or(Cell::Empty, |sum| total('H', sum)),
            Cell::Empty,
        ];
        if let Some(row) = self.rows.get_mut(at) {
            row.cells = cells;
        }
    }

    fn part(&mut self, weight: &Weight, known: Known, points: Option<Points>) {
        let (row, frame) = (self.next(), self.frame);
        let mut cells =
            vec![Cell::text(&weight.code), Cell::text(frame.say(&format!("official.index.{}", weight.code)))];
        match (known, points) {
            (Known::Counted { part, whole, .. }, Some(points)) => {
                let (of_part, of_whole) = self.behind(&weight.code, part, whole);
                let rate = format!("INT(C{row}*10000/D{row})/100");
                let reckoned = format!("MIN(G{row},INT(ROUND(G{row}*100,0)*C{row}*100/(D{row}*F{row}))/100)");
                cells.extend([
                    Cell::Count(part, of_part),
                    Cell::Count(whole, of_whole),
                    Cell::Formula(rate, boxed(points.rate)),
                    Cell::count(weight.full),
                    Cell::Hundredths(weight.most),
                    Cell::Formula(reckoned, boxed(points.points)),
                ]);
                self.reckoned.push((row, weight.most, points.points));
            }
            _ => cells.extend([
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::count(weight.full),
                Cell::Hundredths(weight.most),
                Cell::Empty,
            ]),
        }
        cells.push(Cell::text(self.note(weight, known, points)));
        self.rows.push(Row::plain(cells));
    }

    /// Where part and whole of a share can be looked at. [OTR-13]
    fn behind(&self, code: &str, part: i64, whole: i64) -> (String, String) {
        let of = |which, count| self.frame.behind(which, count, "", "", "");
        match code {
            "2.1" => (of(Which::IndexOnTime, part), of(Which::Total, whole)),
            "3.1" | "3.2" => (String::new(), self.frame.procedures()),
            "3.3" => (of(Which::Online, part), String::new()),
            "4.1" => (of(Which::Electronic, part), of(Which::Answered, whole)),
            _ => Default::default(),
        }
    }

    /// Why it is left out, or what would raise it; what is not certain about it. [SCR-10] [SCR-11] [SCR-12] [SCR-14]
    fn note(&self, weight: &Weight, known: Known, points: Option<Points>) -> String {
        let frame = self.frame;
        let mut says = Vec::new();
        match (known, points) {
            (Known::Unknown, _) => says.push(frame.say(&format!("official.index.why.{}", weight.missing))),
            (Known::Counted { .. }, None) => says.push(frame.say("official.index.nothing")),
            (Known::Counted { at_most, .. }, Some(points)) => {
                if weight.code == "2.1" {
                    let late = frame.locale.number(self.tally.index_late);
                    says.push(frame.say_with("official.index.late", &[("late", late)]));
                }
                if at_most {
                    says.push(frame.say("official.index.at_most"));
                }
                says.push(match points.raise {
                    Some(raise) => {
                        let point = if frame.locale == Locale::Vi { ',' } else { '.' };
                        let with = [("more", frame.locale.number(raise.more)), ("by", decimal(raise.by, point))];
                        frame.say_with(&format!("official.index.raise.{}", weight.code), &with)
                    }
                    None => frame.say("official.index.full"),
                });
            }
        }
        if !weight.verified {
            says.push(frame.say("official.index.unverified"));
        }
        says.join(" ")
    }

    /// The sum of what could be reckoned, beside the most it could be. [SCR-01]
    fn sheet(mut self, weights: &[Weight]) -> Sheet {
        let frame = self.frame;
        let say = |key: &str| frame.say(&format!("official.index.{key}"));
        let most: i64 = weights.iter().map(|weight| weight.most).sum();
        let known: i64 = self.reckoned.iter().map(|(_, most, _)| most).sum();
        let points: i64 = self.reckoned.iter().map(|(.., points)| points).sum();
        let sum = |column: char, rows: &[usize]| {
            rows.iter().map(|row| format!("{column}{row}")).collect::<Vec<_>>().join("+")
        };
        let rows: Vec<usize> = self.reckoned.iter().map(|(row, ..)| *row).collect();
        for (name, column, of, is) in
            [("sum", 'G', &self.groups, (most, points)), ("sum_known", 'G', &rows, (known, points))]
        {
            let total = |column: char, is| match of.is_empty() {
                true => Cell::Hundredths(is),
                false => Cell::Formula(sum(column, of), boxed(is)),
            };
            let mut cells = vec![Cell::Empty, Cell::text(say(name))];
            cells.extend(std::iter::repeat_n(Cell::Empty, 4));
            cells.extend([total(column, is.0), total('H', is.1), Cell::Empty]);
            self.rows.push(Row::strong(cells));
        }
        let point = if frame.locale == Locale::Vi { ',' } else { '.' };
        let left_out = frame.say_with("official.index.left_out", &[("points", decimal(most - known, point))]);
        let mut notes = vec![left_out, say("rules")];
        notes.extend(frame.as_of.clone());
        let column = |label: &str, width| Column::new("", say(label), width);
        Sheet {
            tab: "766".to_owned(),
            form: say("form"),
            title: say("title"),
            agency: frame.agency_name(),
            period: frame.period_words(),
            columns: vec![
                column("code", 12),
                column("part", 68),
                column("numerator", 20),
                column("denominator", 20),
                column("rate", 17),
                column("full_from", 17),
                column("most", 17),
                column("points", 17),
                column("note", 0),
            ],
            rows: self.rows,
            notes,
        }
    }
}

fn boxed(hundredths: i64) -> Box<Cell> {
    Box::new(Cell::Hundredths(hundredths))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_a_hundred_points_and_the_groups_those_of_the_decision() {
        // [SCR-01] [SCR-10]
        let weights = weights().unwrap();
        assert_eq!(weights.iter().map(|weight| weight.most).sum::<i64>(), 10_000);
        let groups: Vec<i64> = weights
            .chunk_by(|one, next| group_of(one) == group_of(next))
            .map(|group| group.iter().map(|weight| weight.most).sum())
            .collect();
        assert_eq!(groups, [1_800, 2_000, 2_200, 2_200, 1_800]);
    }

    #[test]
    fn what_nobody_records_is_left_out_with_its_reason_and_nothing_else_is() {
        // [SCR-11]
        for weight in weights().unwrap() {
            let known = known(&weight, &Scores::default(), &[]);
            assert_eq!(known == Known::Unknown, !weight.missing.is_empty(), "{}", weight.code);
        }
    }
}
