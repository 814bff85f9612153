//! Small pictures as SVG, drawn with whole numbers. Told apart by pattern, shape and words, not by colour; each has its table.

use std::fmt::Write as _;

const WIDTH: i64 = 420;
const HEIGHT: i64 = 210;
const LEFT: i64 = 44;
const RIGHT: i64 = 16;
const TOP: i64 = 34;
const BOTTOM: i64 = 24;
const DARK: &str = "#0b5450";
const LIGHT: &str = "#b3541e";

/// Two series over the same pieces; what is missing is no point.
pub(super) struct Picture<'a> {
    /// Begins the ids within the page.
    pub id: &'a str,
    pub title: &'a str,
    pub names: [&'a str; 2],
    pub labels: Vec<String>,
    pub values: Vec<[Option<i64>; 2]>,
    /// The least that the axis ends with.
    pub top: i64,
}

impl Picture<'_> {
    fn most(&self) -> i64 {
        let most = self.values.iter().flatten().flatten().copied().max().unwrap_or(0).max(self.top);
        // Up to the next 1, 2 or 5 with noughts.
        let mut step = 1;
        loop {
            if let Some(end) = [1, 2, 5, 10].into_iter().map(|times| times * step).find(|end| *end >= most) {
                return end;
            }
            step *= 10;
        }
    }

    fn x(&self, at: usize) -> i64 {
        let count = self.values.len().max(1) as i64;
        LEFT + (WIDTH - LEFT - RIGHT) * (2 * at as i64 + 1) / (2 * count)
    }

    fn y(most: i64, value: i64) -> i64 {
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value.clamp(0, most) / most.max(1)
    }

    /// Title, axes, labels; the marks go between.
    fn frame(&self, most: i64, key: [String; 2], marks: &str) -> String {
        let (id, title) = (self.id, escaped(self.title));
        let mut out = format!(
            "<svg class=\"mc-chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-title\">\
             <title id=\"{id}-title\">{title}</title><defs><pattern id=\"{id}-lines\" width=\"5\" height=\"5\" \
             patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/>\
             <path d=\"M1 0v5\" stroke=\"{LIGHT}\" stroke-width=\"2\"/></pattern></defs>"
        );
        // Writing to a string cannot fail.
        for value in [0, most / 2, most] {
            let (y, end) = (Self::y(most, value), WIDTH - RIGHT);
            let _ = write!(
                out,
                "<path d=\"M{LEFT} {y}H{end}\" stroke=\"#c9d1d4\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                LEFT - 5,
                y + 4,
                value
            );
        }
        for (at, (mark, name)) in key.into_iter().zip(self.names).enumerate() {
            let x = LEFT + at as i64 * (WIDTH - LEFT) / 2;
            let name = escaped(name);
            let _ = write!(out, "<g transform=\"translate({x} 12)\">{mark}<text x=\"24\" y=\"4\">{name}</text></g>");
        }
        out.push_str(marks);
        // As many labels as can be read.
        let every = self.labels.len().div_ceil(7).max(1);
        for (at, label) in self.labels.iter().enumerate().step_by(every) {
            let (x, y) = (self.x(at), HEIGHT - 8);
            let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>", escaped(label));
        }
        out.push_str("</svg>");
        out
    }

    /// Columns side by side: the first full, the second hatched.
    pub fn columns(&self) -> String {
        let most = self.most();
        let room = (WIDTH - LEFT - RIGHT) / self.values.len().max(1) as i64;
        let width = (room * 2 / 5).clamp(2, 26);
        let fills = [DARK.to_owned(), format!("url(#{}-lines)", self.id)];
        let mut marks = String::new();
        for (at, values) in self.values.iter().enumerate() {
            for (side, value) in values.iter().enumerate() {
                let (x, y) = (self.x(at) - width + side as i64 * width, Self::y(most, value.unwrap_or(0)));
                let (height, fill) = (HEIGHT - BOTTOM - y, fills.get(side).map_or("", String::as_str));
                let stroke = if side == 0 { DARK } else { LIGHT };
                let _ = write!(
                    marks,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\" stroke=\"{stroke}\"/>"
                );
            }
        }
        let swatch = |side: usize| {
            let (fill, stroke) = (fills.get(side).map_or("", String::as_str), if side == 0 { DARK } else { LIGHT });
            format!("<rect y=\"-6\" width=\"18\" height=\"12\" fill=\"{fill}\" stroke=\"{stroke}\"/>")
        };
        self.frame(most, [swatch(0), swatch(1)], &marks)
    }

    /// Lines: the first whole with discs, the second broken with squares.
    pub fn lines(&self) -> String {
        let most = self.most();
        let mut marks = String::new();
        let style = |side: usize| match side {
            0 => format!("fill=\"none\" stroke=\"{DARK}\" stroke-width=\"2.5\""),
            _ => format!("fill=\"none\" stroke=\"{LIGHT}\" stroke-width=\"2\" stroke-dasharray=\"5 4\""),
        };
        let point = |side: usize, x: i64, y: i64| match side {
            0 => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{DARK}\"/>"),
            _ => format!(
                "<rect x=\"{}\" y=\"{}\" width=\"6\" height=\"6\" fill=\"#fff\" stroke=\"{LIGHT}\" stroke-width=\"1.5\"/>",
                x - 3,
                y - 3
            ),
        };
        // The broken line first, so that where both agree the whole one is seen.
        for side in [1, 0] {
            let value = |values: &[Option<i64>; 2]| values.get(side).copied().flatten();
            let places = self.values.iter().enumerate().filter_map(|(at, values)| Some((self.x(at), value(values)?)));
            let places: Vec<(i64, i64)> = places.map(|(x, value)| (x, Self::y(most, value))).collect();
            let line: Vec<String> = places.iter().map(|(x, y)| format!("{x},{y}")).collect();
            let _ = write!(marks, "<polyline points=\"{}\" {}/>", line.join(" "), style(side));
            places.iter().for_each(|(x, y)| marks.push_str(&point(side, *x, *y)));
        }
        let key = |side: usize| format!("<path d=\"M0 0h18\" {}/>{}", style(side), point(side, 9, 0));
        self.frame(most, [key(0), key(1)], &marks)
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(values: &[[Option<i64>; 2]]) -> Picture<'static> {
        let labels = (0..values.len()).map(|at| at.to_string()).collect();
        Picture { id: "p", title: "A < B", names: ["a", "b"], labels, values: values.to_vec(), top: 1 }
    }

    #[test]
    fn every_value_has_its_mark_and_what_is_missing_has_none() {
        // [OVW-11]
        let values = [[Some(3), Some(4)], [None, Some(9)], [Some(2), Some(0)]];
        let columns = picture(&values).columns();
        assert_eq!(columns.matches("stroke=\"#0b5450\"/>").count(), 3 + 1);
        assert!(columns.contains("url(#p-lines)") && columns.contains("A &lt; B") && columns.contains(">10</text>"));
        let lines = picture(&values).lines();
        assert_eq!((lines.matches("<circle").count(), lines.matches("<polyline").count()), (2 + 1, 2));
        assert_eq!(picture(&[]).columns().matches("<rect x").count(), 0);
    }

    #[test]
    fn an_axis_ends_with_a_round_number() {
        for (value, end) in [(0, 1), (3, 5), (11, 20), (999, 1_000), (1_001, 2_000)] {
            assert_eq!(picture(&[[Some(value), None]]).most(), end);
        }
    }
}
