//! What a version changes against another, part by part, for people to read before it is published (docs/rules/exam.md).

use jiff::civil::Time;
use serde::Serialize;

use crate::exam::Example;
use crate::procedure::{Channel, FeeCase, LimitCase, Paper, Step, Version};

/// What became of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Added,
    Removed,
    Changed,
    Kept,
}

/// One thing before and after; never neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change<T> {
    pub before: Option<T>,
    pub after: Option<T>,
}

impl<T> Change<T> {
    pub fn mark(&self) -> Mark {
        match (&self.before, &self.after) {
            (None, _) => Mark::Added,
            (_, None) => Mark::Removed,
            _ => Mark::Changed,
        }
    }
}

/// A text that is not the same any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextChange {
    /// Name of the field in [`Version`].
    pub field: &'static str,
    pub before: String,
    pub after: String,
}

/// A step as it stands in the way, without its legs, which follow it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Title of the leg it belongs to; empty on the way itself.
    pub leg: String,
    pub step: Step,
}

/// Everything that differs. The route is told whole, since a step means little without its neighbours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    pub texts: Vec<TextChange>,
    pub limits: Vec<Change<LimitCase>>,
    pub cutoff: Option<Change<Time>>,
    pub fees: Vec<Change<FeeCase>>,
    pub papers: Vec<Change<Paper>>,
    pub sets: Option<Change<u32>>,
    pub channels: Vec<Change<Channel>>,
    /// Empty where the way is the same.
    pub route: Vec<(Mark, Line)>,
    pub examples: Vec<Change<Example>>,
    /// Parts that hold the same in another order: `limits`, `fees`, `papers`, `examples`.
    pub reordered: Vec<&'static str>,
}

impl Difference {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A version with the route that dossiers of it walk.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub version: &'a Version,
    pub route: &'a [Step],
}

/// Everything in which `after` differs from `before`.
pub fn difference(before: Side<'_>, after: Side<'_>) -> Difference {
    let (old, new) = (before.version, after.version);
    let mut reordered = Vec::new();
    let mut order = |part, other: bool| reordered.extend(other.then_some(part));
    let limits = changes(&old.limits, &new.limits, |limit| &limit.label);
    order("limits", limits.is_empty() && old.limits != new.limits);
    let fees = changes(&old.fees, &new.fees, |fee| &fee.label);
    order("fees", fees.is_empty() && old.fees != new.fees);
    let papers = changes(&old.papers, &new.papers, |paper| &paper.name);
    order("papers", papers.is_empty() && old.papers != new.papers);
    let examples = changes(&old.examples, &new.examples, |example| &example.title);
    order("examples", examples.is_empty() && old.examples != new.examples);
    Difference {
        texts: texts(old, new),
        limits,
        cutoff: change(old.cutoff, new.cutoff),
        fees,
        papers,
        sets: change(old.sets, new.sets),
        channels: changes(&old.channels, &new.channels, |_| ""),
        route: route(before.route, after.route),
        examples,
        reordered,
    }
}

fn texts(old: &Version, new: &Version) -> Vec<TextChange> {
    let lines = |lines: &[String]| lines.join("\n");
    let code = |version: &Version| version.code.clone().unwrap_or_default();
    let pairs = [
        ("code", code(old), code(new)),
        ("name", old.name.clone(), new.name.clone()),
        ("field", old.field.clone(), new.field.clone()),
        ("agency_text", old.agency_text.clone(), new.agency_text.clone()),
        ("result", old.result.clone(), new.result.clone()),
        ("legal_basis", lines(&old.legal_basis), lines(&new.legal_basis)),
        ("paper_notes", lines(&old.paper_notes), lines(&new.paper_notes)),
        ("interconnected", old.interconnected.clone(), new.interconnected.clone()),
        ("source", old.source.clone(), new.source.clone()),
        ("note", old.note.clone(), new.note.clone()),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(field, before, after)| TextChange { field, before, after }).collect()
}

fn change<T: PartialEq>(before: Option<T>, after: Option<T>) -> Option<Change<T>> {
    (before != after).then_some(Change { before, after })
}

/// What went, what changed and what came, in this order. Things are the same thing when they have the same name.
fn changes<T: PartialEq + Clone>(before: &[T], after: &[T], name: impl Fn(&T) -> &str) -> Vec<Change<T>> {
    let mut came: Vec<&T> = after.iter().collect();
    let mut left = Vec::new();
    for old in before {
        match came.iter().position(|new| *new == old) {
            Some(at) => drop(came.remove(at)),
            None => left.push(old),
        }
    }
    let mut out = Vec::new();
    for old in left {
        let same = came.iter().position(|new| !name(old).is_empty() && name(new) == name(old));
        // One unnamed for another is a change too, when there is no doubt which.
        let only = || (name(old).is_empty() && before.len() == 1 && after.len() == 1 && came.len() == 1).then_some(0);
        let new = same.or_else(only).map(|at| came.remove(at).clone());
        out.push(Change { before: Some(old.clone()), after: new });
    }
    out.extend(came.into_iter().map(|new| Change { before: None, after: Some(new.clone()) }));
    out
}

/// The whole way with a mark on each step, or nothing where it is the same.
fn route(before: &[Step], after: &[Step]) -> Vec<(Mark, Line)> {
    if before == after { Vec::new() } else { marked(&lines(before), &lines(after)) }
}

/// A route as lines, each leg after the step that it belongs to.
pub fn lines(route: &[Step]) -> Vec<Line> {
    let line = |leg: &str, step: &Step| Line { leg: leg.to_owned(), step: Step { legs: Vec::new(), ..step.clone() } };
    let mut lines = Vec::new();
    for step in route {
        lines.push(line("", step));
        lines.extend(step.legs.iter().flat_map(|leg| leg.steps.iter().map(|inner| line(&leg.title, inner))));
    }
    lines
}

/// The longest common part is kept; what else stood there is removed, what else stands there is added.
fn marked<T: PartialEq + Clone>(before: &[T], after: &[T]) -> Vec<(Mark, T)> {
    let common = common(before, after);
    let length = |i: usize, j: usize| common.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    loop {
        match (before.get(i), after.get(j)) {
            (Some(old), Some(new)) if old == new => {
                out.push((Mark::Kept, new.clone()));
                (i, j) = (i + 1, j + 1);
            }
            (Some(old), next) if next.is_none() || length(i + 1, j) >= length(i, j + 1) => {
                out.push((Mark::Removed, old.clone()));
                i += 1;
            }
            (_, Some(new)) => {
                out.push((Mark::Added, new.clone()));
                j += 1;
            }
            (_, None) => return out,
        }
    }
}

/// How long the longest common part of the ends from `i` and from `j` is.
fn common<T: PartialEq>(before: &[T], after: &[T]) -> Vec<Vec<usize>> {
    let mut rows = vec![vec![0; after.len() + 1]];
    for old in before.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0];
        for (at, new) in after.iter().enumerate().rev() {
            let diagonal = below.get(at + 1).copied().unwrap_or(0);
            let (under, beside) = (below.get(at).copied().unwrap_or(0), row.last().copied().unwrap_or(0));
            row.push(if old == new { diagonal + 1 } else { under.max(beside) });
        }
        row.reverse();
        rows.push(row);
    }
    rows.reverse();
    rows
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(before: &str, after: &str) -> String {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let sign = |mark| match mark {
            Mark::Added => "+",
            Mark::Removed => "-",
            Mark::Changed => "~",
            Mark::Kept => "",
        };
        marked(&chars(before), &chars(after)).into_iter().map(|(mark, c)| format!("{}{c}", sign(mark))).collect()
    }

    #[test]
    fn what_is_common_is_kept_and_the_rest_is_marked() {
        assert_eq!(told("abcd", "abcd"), "abcd");
        assert_eq!(told("abcd", "acxd"), "a-bc+xd");
        assert_eq!(told("", "ab"), "+a+b");
        assert_eq!(told("ab", ""), "-a-b");
        assert_eq!(told("ab", "cd"), "-a-b+c+d");
    }

    fn paper(name: &str, originals: u32) -> Paper {
        Paper { name: name.into(), originals, copies: 0, case: String::new() }
    }

    #[test]
    fn a_thing_with_the_same_name_has_changed_and_others_come_or_go() {
        let before = [paper("a", 1), paper("b", 1), paper("c", 1)];
        let after = [paper("c", 1), paper("b", 2), paper("d", 1)];
        let found = changes(&before, &after, |paper| &paper.name);
        let marks: Vec<_> = found
            .iter()
            .map(|change| (change.mark(), change.before.as_ref().or(change.after.as_ref()).unwrap().name.as_str()))
            .collect();
        assert_eq!(marks, [(Mark::Removed, "a"), (Mark::Changed, "b"), (Mark::Added, "d")]);
        assert_eq!(changes(&before, &before, |paper| &paper.name), []);
    }

    #[test]
    fn the_only_one_without_a_name_has_changed_too() {
        let found = changes(&[1], &[2], |_| "");
        assert_eq!(found.iter().map(Change::mark).collect::<Vec<_>>(), [Mark::Changed]);
        let found = changes(&[1, 2], &[2, 3], |_| "");
        assert_eq!(found.iter().map(Change::mark).collect::<Vec<_>>(), [Mark::Removed, Mark::Added]);
    }

    proptest! {
        #[test]
        fn marks_lead_from_one_list_to_the_other(before in "[abc]{0,12}", after in "[abc]{0,12}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let found = marked(&chars(&before), &chars(&after));
            let without = |mark| found.iter().filter(|(m, _)| *m != mark).map(|(_, c)| *c).collect::<String>();
            prop_assert_eq!(without(Mark::Added), before);
            prop_assert_eq!(without(Mark::Removed), after);
        }
    }
}
