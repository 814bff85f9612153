//! Search (tra cứu) in the catalogue: an index of folded words in memory that forgives missing accents and one slip of
//! the fingers per word. A few thousand names fit easily; it is rebuilt when the catalogue changes.
//!
//! Scores are whole numbers and ties are broken by name length and id, so that the same query always gives the same list.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::text::{fold, nfc};

/// Longest query that is looked at, in words; the rest adds nothing but work.
const MAX_WORDS: usize = 12;
/// How many of the best candidates have the order of their words compared.
const RERANKED: usize = 200;

/// How well one word of a query is met by one word of a name, in percent.
const SAME: u32 = 100;
/// `ki` for `ky`: two spellings of one sound.
const SAME_SOUND: u32 = 90;
const BEGINS_WITH: u32 = 75;
const ONE_SLIP: u32 = 55;
const TWO_SLIPS: u32 = 35;
/// What a match on the accented word adds, in percent of the word's weight.
const ACCENTS_AGREE: u32 = 30;
/// What each pair of words in the right order side by side adds, in percent of the second word's weight.
const SIDE_BY_SIDE: u32 = 40;
/// Keywords count this much of a word in the name, in percent.
const KEYWORD: u32 = 50;
/// Answers worth less than this part of the best one are noise and left out.
const TAIL: u32 = 3;
/// A query that is a code is answered by code alone.
const CODE_SCORE: u32 = 100_000;

/// One answer; `id` is the caller's, a higher `score` is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub id: usize,
    pub score: u32,
}

/// The index. Build it once, ask it often.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Entry>,
    /// Folded words, sorted, so that prefixes are neighbours.
    words: Vec<Word>,
}

#[derive(Debug)]
struct Entry {
    id: usize,
    /// `1.001193` as `1001193`.
    code: String,
    /// Words of the name, as indices into `Index::words`.
    name: Vec<usize>,
}

#[derive(Debug)]
struct Word {
    folded: String,
    chars: Vec<char>,
    /// Rare words weigh more.
    weight: u32,
    places: Vec<Place>,
}

/// That a word stands in an entry: once per written form.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    entry: usize,
    written: String,
    percent: u32,
}

impl Index {
    /// Builds the index from `(id, name, code, keywords)`.
    pub fn build<'a>(items: impl Iterator<Item = (usize, &'a str, &'a str, &'a str)>) -> Self {
        let mut entries = Vec::new();
        let mut names: Vec<Vec<String>> = Vec::new();
        let mut places: BTreeMap<String, BTreeSet<Place>> = BTreeMap::new();
        for (entry, (id, name, code, keywords)) in items.enumerate() {
            let words = words_of(name);
            for (text, percent) in [(&words, SAME), (&words_of(keywords), KEYWORD)] {
                for (folded, written) in text {
                    let place = Place { entry, written: written.clone(), percent };
                    places.entry(folded.clone()).or_default().insert(place);
                }
            }
            names.push(words.into_iter().map(|(folded, _)| folded).collect());
            entries.push(Entry { id, code: digits(code), name: Vec::new() });
        }
        let total = entries.len();
        let words: Vec<Word> = places.into_iter().map(|(folded, places)| Word::new(folded, places, total)).collect();
        for (entry, name) in entries.iter_mut().zip(names) {
            entry.name = name.iter().filter_map(|n| words.binary_search_by(|w| w.folded.cmp(n)).ok()).collect();
        }
        Self { entries, words }
    }

    /// The best answers to `query`, best first; the same query always gives the same list.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        if let Some(hits) = self.by_code(query, limit) {
            return hits;
        }
        let asked: Vec<(String, String)> = words_of(query).into_iter().take(MAX_WORDS).collect();
        let met: Vec<BTreeMap<usize, u32>> = asked
            .iter()
            .enumerate()
            .map(|(at, (folded, _))| self.words_meeting(folded, at + 1 == asked.len()))
            .collect();
        let mut found = self.sum_up(&asked, &met);
        found.sort_by_key(|&(entry, score)| (Reverse(score), entry));
        found.truncate(RERANKED.max(limit));
        for (entry, score) in &mut found {
            *score += self.order_bonus(*entry, &met);
        }
        // Among equals the shorter name is the more general procedure; the id makes the order total.
        let length = |entry: usize| self.entries.get(entry).map_or(0, |e| e.name.len());
        let mut hits: Vec<(usize, Hit)> = found
            .into_iter()
            .filter_map(|(entry, score)| Some((length(entry), Hit { id: self.entries.get(entry)?.id, score })))
            .collect();
        hits.sort_by_key(|&(length, hit)| (Reverse(hit.score), length, hit.id));
        let best = hits.first().map_or(0, |&(_, hit)| hit.score);
        hits.into_iter().map(|(_, hit)| hit).filter(|hit| hit.score * TAIL >= best).take(limit).collect()
    }

    /// `1.001193`, `1001193`, `001193` or the beginning of one; `None` when the query is no code or no code fits.
    fn by_code(&self, query: &str, limit: usize) -> Option<Vec<Hit>> {
        let asked = digits(query);
        let only_code = query.trim().chars().all(|c| c.is_ascii_digit() || c == '.' || c == ' ');
        if asked.len() < 3 || !only_code {
            return None;
        }
        let fits = |code: &str| code.starts_with(&asked) || code.get(1..).is_some_and(|c| c.starts_with(&asked));
        let mut hits: Vec<(&str, Hit)> = self
            .entries
            .iter()
            .filter(|entry| fits(&entry.code))
            .map(|entry| {
                let whole = entry.code == asked || entry.code.get(1..) == Some(&asked);
                let score = if whole { CODE_SCORE } else { CODE_SCORE / 2 };
                (entry.code.as_str(), Hit { id: entry.id, score })
            })
            .collect();
        hits.sort_by_key(|&(code, hit)| (Reverse(hit.score), code, hit.id));
        let hits: Vec<Hit> = hits.into_iter().map(|(_, hit)| hit).take(limit).collect();
        (!hits.is_empty()).then_some(hits)
    }

    /// Every known word that can stand for the asked one, with how well it does.
    fn words_meeting(&self, asked: &str, is_last: bool) -> BTreeMap<usize, u32> {
        let chars: Vec<char> = asked.chars().collect();
        let is_number = asked.chars().all(|c| c.is_ascii_digit());
        self.words
            .iter()
            .enumerate()
            .filter_map(|(at, word)| {
                let percent = if word.folded == asked {
                    SAME
                } else if is_last && word.folded.starts_with(asked) {
                    BEGINS_WITH
                } else if is_number {
                    return None;
                } else {
                    likeness(&chars, &word.chars)?
                };
                Some((at, percent))
            })
            .collect()
    }

    fn find(&self, folded: &str) -> Option<&Word> {
        let at = self.words.binary_search_by(|word| word.folded.as_str().cmp(folded)).ok()?;
        self.words.get(at)
    }

    /// Adds up, per entry, the best answer to each asked word. Half of the words must be met.
    fn sum_up(&self, asked: &[(String, String)], met: &[BTreeMap<usize, u32>]) -> Vec<(usize, u32)> {
        let mut total = vec![(0u32, 0usize); self.entries.len()];
        let mut best = vec![0u32; self.entries.len()];
        for ((folded, written), words) in asked.iter().zip(met) {
            let mut touched = Vec::new();
            // A rare word one slip away must not weigh more than the word that was really asked for.
            let ceiling = self.find(folded).map_or(u32::MAX, |word| word.weight);
            for (word, percent) in words.iter().filter_map(|(at, percent)| Some((self.words.get(*at)?, percent))) {
                for place in &word.places {
                    let accents = if &place.written == written { ACCENTS_AGREE } else { 0 };
                    let score = word.weight.min(ceiling) * (percent + accents) * place.percent / 100;
                    if let Some(slot) = best.get_mut(place.entry) {
                        if *slot == 0 {
                            touched.push(place.entry);
                        }
                        *slot = score.max(*slot);
                    }
                }
            }
            for entry in touched {
                if let (Some(slot), Some((score, count))) = (best.get_mut(entry), total.get_mut(entry)) {
                    *score += std::mem::take(slot);
                    *count += 1;
                }
            }
        }
        let needed = asked.len().div_ceil(2).max(1);
        let enough = total.into_iter().enumerate().filter(|&(_, (_, count))| count >= needed);
        enough.map(|(entry, (score, _))| (entry, score)).collect()
    }

    /// Words that follow each other in the query and in the name belong together: "khai sinh", not "khai" and "sinh".
    fn order_bonus(&self, entry: usize, met: &[BTreeMap<usize, u32>]) -> u32 {
        let Some(entry) = self.entries.get(entry) else { return 0 };
        let mut bonus = 0;
        for asked in met.windows(2) {
            let [first, second] = asked else { continue };
            let pair = entry.name.windows(2).filter_map(|pair| {
                let [a, b] = pair else { return None };
                let percent = *first.get(a)?.min(second.get(b)?);
                Some(self.words.get(*b)?.weight * percent * SIDE_BY_SIDE / 100)
            });
            bonus += pair.max().unwrap_or(0);
        }
        bonus
    }
}

impl Word {
    fn new(folded: String, places: BTreeSet<Place>, total: usize) -> Self {
        let rarity = (total / places.len().max(1)).max(1).ilog2();
        Self { chars: folded.chars().collect(), folded, weight: 4 + 3 * rarity, places: places.into_iter().collect() }
    }
}

/// Words of `text` as (folded, written in lower case with accents).
fn words_of(text: &str) -> Vec<(String, String)> {
    let written = nfc(text).to_lowercase();
    written
        .split(|c: char| !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c))
        .map(|word| (fold(word), word))
        .filter(|(folded, _)| !folded.is_empty() && !folded.contains(' '))
        .map(|(folded, word)| (folded, word.to_owned()))
        .collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// How alike two different words are; `None` when they are not.
fn likeness(asked: &[char], word: &[char]) -> Option<u32> {
    let differ = asked.len().abs_diff(word.len());
    if differ > 2 {
        return None;
    }
    let sound = |c: &char| if *c == 'y' { 'i' } else { *c };
    if differ == 0 && asked.iter().map(sound).eq(word.iter().map(sound)) {
        return Some(SAME_SOUND);
    }
    // Words of two letters are all one slip apart from each other.
    if asked.len() >= 3 && differ <= 1 && is_one_slip(asked, word) {
        return Some(ONE_SLIP);
    }
    (asked.len() >= 6 && slips(asked, word) <= 2).then_some(TWO_SLIPS)
}

/// One letter too many, too few, another one, or two neighbours swapped: what is left between the common ends decides.
fn is_one_slip(a: &[char], b: &[char]) -> bool {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (a.get(..a.len() - tail).unwrap_or_default(), b.get(..b.len() - tail).unwrap_or_default()) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([x1, x2], [y1, y2]) => x1 == y2 && x2 == y1,
        _ => false,
    }
}

/// Edit distance with swaps of neighbours (optimal string alignment).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last_a = None;
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        let mut last_b = None;
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut cost = (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            if last_a == Some(y) && last_b == Some(x) && j >= 1 {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
            last_b = Some(y);
        }
        before = std::mem::replace(&mut above, row);
        last_a = Some(x);
    }
    above.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    const NAMES: [(&str, &str); 12] = [
        ("1.001193", "Thủ tục đăng ký khai sinh"),
        ("1.004884", "Thủ tục đăng ký lại khai sinh"),
        ("1.000656", "Thủ tục đăng ký khai tử"),
        ("1.000894", "Thủ tục đăng ký kết hôn"),
        ("1.004873", "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân"),
        ("2.000815", "Chứng thực bản sao từ bản chính giấy tờ, văn bản"),
        ("1.013225", "Cấp giấy phép xây dựng mới, giấy phép sửa chữa, cải tạo nhà ở riêng lẻ"),
        ("1.001612", "Đăng ký thành lập hộ kinh doanh"),
        ("1.004194", "Đăng ký tạm trú"),
        ("2.001263", "Đăng ký việc nuôi con nuôi trong nước"),
        ("1.012812", "Hòa giải tranh chấp đất đai"),
        ("2.000635", "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh"),
    ];

    fn index() -> Index {
        Index::build(NAMES.iter().enumerate().map(|(id, (code, name))| (id, *name, *code, "")))
    }

    fn first(query: &str) -> &'static str {
        index().search(query, 5).first().map_or("nothing", |hit| NAMES[hit.id].0)
    }

    #[test]
    fn a_birth_is_found_however_it_is_typed() {
        let decomposed: String = "đăng ký khai sinh".nfd().collect();
        for query in ["dang ky khai sinh", "ĐĂNG KÝ KHAI SINH", "đăng kí khai sinh", "dang ky khai sihn", &decomposed]
        {
            assert_eq!(first(query), "1.001193", "{query}");
        }
    }

    #[test]
    fn typos_swaps_and_beginnings_are_forgiven() {
        for (query, code) in [
            ("khai sihn", "1.001193"),
            ("khai snh", "1.001193"),
            ("khai si", "1.001193"),
            ("dang ky kt hon", "1.000894"),
            ("xay dnug", "1.013225"),
            ("tam tru", "1.004194"),
            ("hoa giai dat dai", "1.012812"),
            ("ho kinh doan", "1.001612"),
            ("chứng thực", "2.000815"),
        ] {
            assert_eq!(first(query), code, "{query}");
        }
    }

    #[test]
    fn a_code_is_found_whole_without_its_first_digit_and_by_its_beginning() {
        for query in ["1.001193", "001193", " 1001193 ", "00119"] {
            assert_eq!(first(query), "1.001193", "{query}");
        }
        assert_eq!(index().search("1.001193", 5).len(), 1);
    }

    #[test]
    fn the_accented_word_outranks_the_folded_one() {
        let names = [(0, "Mở ngàn", "", ""), (1, "Mở ngan", "", ""), (2, "Mở ngân", "", "")];
        let index = Index::build(names.into_iter());
        for (query, id) in [("ngân", 2), ("ngan", 1), ("ngàn", 0)] {
            assert_eq!(index.search(query, 3)[0].id, id, "{query}");
            assert_eq!(index.search(query, 3).len(), 3);
        }
    }

    #[test]
    fn keywords_find_a_procedure_but_count_less_than_its_name() {
        let names = [(7, "Cấp Giấy chứng nhận đăng ký hộ kinh doanh", "", "mở quán"), (8, "Mở quán", "", "")];
        let hits = Index::build(names.into_iter()).search("mở quán", 5);
        assert_eq!(hits.iter().map(|h| h.id).collect::<Vec<_>>(), [8, 7]);
    }

    #[test]
    fn a_rare_word_one_slip_away_does_not_beat_the_word_that_was_asked() {
        let mut names = vec![(0, "Phê duyệt việc dạy thêm", "", "")];
        names.extend((1..40).map(|id| (id, "Thủ tục về đất đai", "", "")));
        assert_eq!(Index::build(names.into_iter()).search("dat dai", 1)[0].id, 1);
    }

    #[test]
    fn nothing_is_found_for_nothing_and_for_nonsense() {
        for query in ["", "   ", "…", "qwxzfj vbnmwq"] {
            assert!(index().search(query, 5).is_empty(), "{query}");
        }
        assert!(Index::default().search("khai sinh", 5).is_empty());
    }

    #[test]
    fn the_limit_is_kept() {
        assert_eq!(index().search("đăng ký", 2).len(), 2);
        assert!(index().search("đăng ký", 0).is_empty());
    }

    #[test]
    fn the_quick_test_for_one_slip_agrees_with_the_full_distance() {
        for (a, b) in
            [("sinh", "sihn"), ("sinh", "sinhh"), ("sinh", "sin"), ("sinh", "kinh"), ("sinh", "hsin"), ("a", "")]
        {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(is_one_slip(&a, &b), slips(&a, &b) == 1, "{a:?} {b:?}");
        }
    }

    proptest! {
        #[test]
        fn one_slip_is_a_distance_of_one(a in "[abc]{0,6}", b in "[abc]{0,6}") {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            prop_assert_eq!(a != b && is_one_slip(&a, &b), slips(&a, &b) == 1);
        }

        #[test]
        fn any_query_is_answered_the_same_twice_and_in_order(query in any::<String>(), limit in 0usize..20) {
            let index = index();
            let hits = index.search(&query, limit);
            prop_assert_eq!(&hits, &index.search(&query, limit));
            prop_assert!(hits.len() <= limit);
            prop_assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
        }

        #[test]
        fn every_procedure_is_found_by_its_own_name_without_accents(id in 0..NAMES.len()) {
            let hits = index().search(&fold(NAMES[id].1), 5);
            prop_assert_eq!(hits.first().map(|h| h.id), Some(id));
        }
    }
}
