//! QR code as a vector picture: the citizen's way from the paper to the tracking page.

use qrcode::{EcLevel, QrCode};

use crate::SymbolError;

/// Empty modules the standard asks for on each side.
const QUIET: usize = 4;

/// One path in units of one module, quiet zone included. Level M survives a fold or a stamp across the corner and stays
/// coarse enough for a 150 dpi printer.
pub fn qr_svg(text: &str) -> Result<String, SymbolError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| SymbolError::TooLong { bytes: text.len() })?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        for (x, run) in dark_runs(row) {
            path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
        }
    }
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="white" d="M0 0h{side}v{side}h-{side}z"/><path d="{path}"/></svg>"#
    ))
}

/// Neighbouring dark modules are drawn as one bar: a hairline between two bars would be printed white.
fn dark_runs(row: &[qrcode::Color]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (x, color) in row.iter().enumerate() {
        match runs.last_mut() {
            _ if *color == qrcode::Color::Light => {}
            Some((start, length)) if *start + *length == x => *length += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_holds_its_own_quiet_zone() {
        let svg = qr_svg("A").expect("one letter fits");
        assert!(svg.contains(r#"viewBox="0 0 29 29""#), "21 modules and twice four: {svg}");
        assert!(svg.contains("M4 4h7v1h-7z"), "the finder pattern begins after four empty modules: {svg}");
    }

    #[test]
    fn a_text_too_long_is_refused_with_its_length() {
        assert_eq!(qr_svg(&"ă".repeat(2000)), Err(SymbolError::TooLong { bytes: 4000 }));
    }
}
