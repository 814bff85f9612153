//! Lines over two logarithmic axes as SVG, drawn with whole numbers.

use std::fmt::Write as _;

pub(super) struct Series {
    pub name: &'static str,
    pub points: Vec<(u64, u64)>,
}

const WIDTH: u64 = 960;
const HEIGHT: u64 = 460;
/// Room for the numbers, and at the right for the names.
const LEFT: u64 = 90;
const RIGHT: u64 = 390;
const TOP: u64 = 40;
const BOTTOM: u64 = 40;
/// Colours that can be told apart, also without seeing red and green.
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#8a6d00"];
const DASHES: [&str; 3] = ["none", "7 4", "2 4"];

/// A thousand times the logarithm to base 10.
fn log(value: u64) -> u64 {
    let value = value.max(1);
    let whole = value.ilog10();
    // Between two powers of ten as the root of two of the tenth part says, step by step.
    let (mut parts, mut rest) = (0, u128::from(value) * 1_000_000_000 / 10_u128.pow(whole));
    for step in [500, 250, 125, 63, 31, 16, 8, 4, 2, 1] {
        let factor = POWERS.iter().find(|(of, _)| *of == step).map_or(1_000_000_000, |(_, factor)| *factor);
        if rest >= factor {
            rest = rest * 1_000_000_000 / factor;
            parts += step;
        }
    }
    u64::from(whole) * 1_000 + parts
}

/// Ten to so many thousandths, in thousand-millionths.
const POWERS: [(u64, u128); 10] = [
    (500, 3_162_277_660),
    (250, 1_778_279_410),
    (125, 1_333_521_432),
    (63, 1_156_112_242),
    (31, 1_073_989_260),
    (16, 1_037_528_416),
    (8, 1_018_591_388),
    (4, 1_009_252_886),
    (2, 1_004_615_794),
    (1, 1_002_305_238),
];

/// A picture with its axes in powers of ten.
pub(super) fn draw(title: &str, unit: &str, series: Vec<Series>) -> String {
    let points = || series.iter().flat_map(|series| series.points.iter().copied());
    let range = |of: fn((u64, u64)) -> u64| {
        let logs = points().map(of).map(log);
        let (least, most) = (logs.clone().min().unwrap_or(0) / 1_000, logs.max().unwrap_or(0).div_ceil(1_000));
        (least, most.max(least + 1))
    };
    let (across, up) = (range(|(x, _)| x), range(|(_, y)| y));
    let along = |value: u64, (least, most): (u64, u64), length: u64| {
        log(value).saturating_sub(least * 1_000) * length / ((most - least) * 1_000)
    };
    let x = |value| LEFT + along(value, across, WIDTH - LEFT - RIGHT);
    let y = |value| HEIGHT - BOTTOM - along(value, up, HEIGHT - TOP - BOTTOM);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"{LEFT}\" y=\"22\" font-size=\"16\">{title}, {unit}</text>\n"
    );
    // Writing to a string cannot fail.
    for power in across.0..=across.1 {
        let (at, value) = (x(10_u64.pow(power as u32)), 10_u64.pow(power as u32));
        let _ = writeln!(
            out,
            "<path d=\"M{at} {TOP}V{}\" stroke=\"#ddd\"/><text x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{value}</text>",
            HEIGHT - BOTTOM,
            HEIGHT - 18
        );
    }
    for power in up.0..=up.1 {
        let (at, value) = (y(10_u64.pow(power as u32)), 10_u64.pow(power as u32));
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {at}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{value}</text>",
            WIDTH - RIGHT,
            LEFT - 6,
            at + 4
        );
    }
    for (number, series) in series.iter().enumerate() {
        let colour = COLOURS.get(number % COLOURS.len()).copied().unwrap_or("#000");
        let dash = DASHES.get(number / COLOURS.len() % DASHES.len()).copied().unwrap_or("none");
        let line: Vec<String> = series.points.iter().map(|(at, value)| format!("{},{}", x(*at), y(*value))).collect();
        let style = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"");
        let (key, text) = (WIDTH - RIGHT + 16, TOP + 12 + number as u64 * 20);
        let _ = writeln!(out, "<polyline points=\"{}\" {style}/>", line.join(" "));
        let _ = writeln!(
            out,
            "<path d=\"M{key} {}h26\" {style}/><text x=\"{}\" y=\"{text}\">{}</text>",
            text - 4,
            key + 34,
            series.name
        );
    }
    out.push_str("</svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithm_is_right_to_a_thousandth() {
        let right = [(1, 0), (10, 1_000), (1_000_000, 6_000), (2, 301), (5, 699), (999, 3_000), (31_623, 4_500)];
        for (value, wanted) in right {
            assert!(log(value).abs_diff(wanted) <= 2, "{value}: {}", log(value));
        }
    }

    #[test]
    fn a_picture_has_a_line_for_each_series() {
        let series = |name, points: &[(u64, u64)]| Series { name, points: points.to_vec() };
        let svg = draw("t", "ms", vec![series("one", &[(10, 1), (100, 50)]), series("two", &[(10, 5)])]);
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(svg.contains(">one</text>") && svg.ends_with("</svg>\n"));
    }
}
