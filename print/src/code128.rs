//! Code 128 (ISO/IEC 15417) as a vector picture: the dossier's code for the hand scanner at the counter. Letters are
//! written in code set B and runs of digits in set C, two digits a symbol, which keeps a dossier code narrow enough for
//! a small sheet.

use crate::SymbolError;

/// Empty modules the standard asks for on each side.
const QUIET: usize = 10;
/// Height in modules: tall enough to be met by a hand scanner at a slant.
const HEIGHT: usize = 24;
/// Width of one module in hundredths of a pixel (1/96 inch): exactly two dots at 150 dpi, four at 300, eight at 600, so
/// that no printer has to round a bar.
const MODULE: usize = 128;
/// A run of fewer digits gains nothing from changing the code set.
const RUN_MIN: usize = 4;

const START_B: usize = 104;
const START_C: usize = 105;
const TO_B: usize = 100;
const TO_C: usize = 99;
const STOP: usize = 106;
const MODULUS: usize = 103;

/// Widths of bar, space, bar, space, bar, space (and the last bar of the stop) for each symbol value.
#[rustfmt::skip]
const WIDTHS: [&[u8]; 107] = [
    b"212222", b"222122", b"222221", b"121223", b"121322", b"131222", b"122213", b"122312", b"132212", b"221213",
    b"221312", b"231212", b"112232", b"122132", b"122231", b"113222", b"123122", b"123221", b"223211", b"221132",
    b"221231", b"213212", b"223112", b"312131", b"311222", b"321122", b"321221", b"312212", b"322112", b"322211",
    b"212123", b"212321", b"232121", b"111323", b"131123", b"131321", b"112313", b"132113", b"132311", b"211313",
    b"231113", b"231311", b"112133", b"112331", b"132131", b"113123", b"113321", b"133121", b"313121", b"211331",
    b"231131", b"213113", b"213311", b"213131", b"311123", b"311321", b"331121", b"312113", b"312311", b"332111",
    b"314111", b"221411", b"431111", b"111224", b"111422", b"121124", b"121421", b"141122", b"141221", b"112214",
    b"112412", b"122114", b"122411", b"142112", b"142211", b"241211", b"221114", b"413111", b"241112", b"134111",
    b"111242", b"121142", b"121241", b"114212", b"124112", b"124211", b"411212", b"421112", b"421211", b"212141",
    b"214121", b"412121", b"111143", b"111341", b"131141", b"114113", b"114311", b"411113", b"411311", b"113141",
    b"114131", b"311141", b"411131", b"211412", b"211214", b"211232", b"2331112",
];

/// One path in units of one module, in its right size, quiet zones included, without the readable text: the letter sets that itself.
pub fn code128_svg(text: &str) -> Result<String, SymbolError> {
    let mut path = String::new();
    let mut x = QUIET;
    for widths in symbols(text)?.into_iter().filter_map(|value| WIDTHS.get(value)) {
        for (place, width) in widths.iter().map(|digit| usize::from(digit - b'0')).enumerate() {
            if place % 2 == 0 {
                path.push_str(&format!("M{x} 0h{width}v{HEIGHT}h-{width}z"));
            }
            x += width;
        }
    }
    let width = x + QUIET;
    let (wide, high) = (pixels(width), pixels(HEIGHT));
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {width} {HEIGHT}" shape-rendering="crispEdges"><path fill="white" d="M0 0h{width}v{HEIGHT}h-{width}z"/><path d="{path}"/></svg>"#
    ))
}

fn pixels(modules: usize) -> String {
    format!("{}.{:02}", modules * MODULE / 100, modules * MODULE % 100)
}

/// Start, data, check and stop.
fn symbols(text: &str) -> Result<Vec<usize>, SymbolError> {
    if let Some(stranger) = text.chars().find(|c| !matches!(c, ' '..='~')) {
        return Err(SymbolError::NotAscii(stranger));
    }
    let mut values = data_symbols(text.as_bytes());
    let start = *values.first().ok_or(SymbolError::Empty)?;
    let check = values.iter().enumerate().map(|(place, value)| place * value).sum::<usize>() + start;
    values.extend([check % MODULUS, STOP]);
    Ok(values)
}

fn data_symbols(mut rest: &[u8]) -> Vec<usize> {
    let mut values: Vec<usize> = Vec::new();
    let mut in_pairs = false;
    while let Some((&first, after)) = rest.split_first() {
        let run = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let pairs = if in_pairs { run >= 2 } else { run >= RUN_MIN && run % 2 == 0 };
        if pairs != in_pairs || values.is_empty() {
            values.push(match (values.is_empty(), pairs) {
                (true, true) => START_C,
                (true, false) => START_B,
                (false, true) => TO_C,
                (false, false) => TO_B,
            });
            in_pairs = pairs;
        }
        match after.split_first() {
            Some((&second, tail)) if pairs => {
                values.push(usize::from(first - b'0') * 10 + usize::from(second - b'0'));
                rest = tail;
            }
            _ => {
                values.push(usize::from(first - b' '));
                rest = after;
            }
        }
    }
    values
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_eleven_modules_wide_and_no_two_are_alike() {
        let (stop, rest) = WIDTHS.split_last().expect("the table is not empty");
        assert_eq!(stop.iter().map(|w| w - b'0').sum::<u8>(), 13);
        assert!(rest.iter().all(|widths| widths.iter().map(|w| w - b'0').sum::<u8>() == 11));
        assert_eq!(rest.iter().collect::<std::collections::BTreeSet<_>>().len(), 106);
    }

    #[test]
    fn the_check_symbol_is_weighted_by_place() {
        // (104 + 1·48 + 2·42 + 3·42) mod 103 = 53
        assert_eq!(symbols("PJJ").expect("ascii"), [START_B, 48, 42, 42, 53, STOP]);
    }

    #[test]
    fn runs_of_digits_take_half_the_room() {
        assert_eq!(symbols("H03-180504").expect("ascii").len(), 1 + 4 + 1 + 3 + 2);
        assert_eq!(data_symbols(b"123456"), [START_C, 12, 34, 56]);
        assert_eq!(data_symbols(b"12345"), [START_B, 17, TO_C, 23, 45]);
        assert_eq!(data_symbols(b"1234A"), [START_C, 12, 34, TO_B, 33]);
    }

    #[test]
    fn what_code_128_cannot_say_is_refused() {
        assert_eq!(code128_svg("Đ01"), Err(SymbolError::NotAscii('Đ')));
        assert_eq!(code128_svg(""), Err(SymbolError::Empty));
    }
}
