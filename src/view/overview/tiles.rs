//! Communes as tiles, as they lie to one another. [OVW-13]

use std::collections::BTreeMap;

use motcua_domain::figures::Figures;
use motcua_domain::procedure::Tier;
use serde::Serialize;

use crate::platform::i18n::Locale;
use crate::registry::Registry;
use crate::view::reports::share;

#[derive(Serialize)]
pub(super) struct Tile {
    pub row: usize,
    pub column: usize,
    pub name: String,
    pub share: String,
    /// Four steps of a pattern, 0 the best; nothing where nothing was counted.
    pub step: Option<u8>,
    pub counted: i64,
    pub overdue: i64,
    pub href: String,
}

/// The tiles of the communes' agencies; `href` leads to one.
pub(super) fn tiles(
    registry: &Registry,
    locale: Locale,
    figures: &BTreeMap<String, Figures>,
    href: impl Fn(&str) -> String,
) -> Vec<Tile> {
    let communes = registry.agencies.values().filter(|agency| agency.tier == Tier::Commune);
    let mut of_place: BTreeMap<&str, &str> = BTreeMap::new();
    for agency in communes.filter(|agency| figures.contains_key(&agency.id)) {
        of_place.insert(&agency.place, &agency.id);
    }
    let tile = |(row, column, agency): (usize, usize, &str)| {
        let figures = figures.get(agency).copied().unwrap_or_default();
        let on_time = figures.on_time;
        let step = on_time.share().map(|share| match share.tenths {
            950.. => 0,
            900.. => 1,
            750.. => 2,
            _ => 3,
        });
        Tile {
            row: row + 1,
            column: column + 1,
            name: registry.agencies.get(agency).map_or(agency, |agency| &agency.short_name).to_owned(),
            share: share(locale, on_time.share()),
            step,
            counted: on_time.counted,
            overdue: on_time.overdue,
            href: href(agency),
        }
    };
    places(&registry.site.map, &of_place).into_iter().map(tile).collect()
}

/// How many tiles stand in a row where the site says nothing.
const WIDE: usize = 4;

/// Row, column and agency of each place: as the site says, and what it does not name in rows below, in order of codes.
fn places<'a>(map: &[String], of_place: &BTreeMap<&str, &'a str>) -> Vec<(usize, usize, &'a str)> {
    let mut left = of_place.clone();
    let mut all = Vec::new();
    for (row, line) in map.iter().enumerate() {
        for (column, code) in line.split_whitespace().enumerate() {
            all.extend(left.remove(code).map(|agency| (row, column, agency)));
        }
    }
    let below = all.iter().map(|(row, ..)| row + 1).max().unwrap_or(0);
    all.extend(left.into_values().enumerate().map(|(at, agency)| (below + at / WIDE, at % WIDE, agency)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_the_map_does_not_name_stands_below() {
        // [OVW-13]
        let of_place = BTreeMap::from([("1", "a"), ("2", "b"), ("3", "c")]);
        let map = [". 2".to_owned(), "1 9".to_owned()];
        assert_eq!(places(&map, &of_place), [(0, 1, "b"), (1, 0, "a"), (2, 0, "c")]);
        assert_eq!(places(&[], &of_place), [(0, 0, "a"), (0, 1, "b"), (0, 2, "c")]);
    }
}
