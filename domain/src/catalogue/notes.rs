//! What the remark, the source and brackets in the name say about a row: how far it can be trusted, what replaced it.

use super::{Finding, block, key, warn};
use crate::procedure::Tier;
use crate::text::{clean, fold};

#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub legal_basis: Vec<String>,
    pub successor: Option<String>,
    pub withdrawn: bool,
    pub unverified: Vec<String>,
    /// With the column each belongs to.
    pub findings: Vec<(&'static str, Finding)>,
}

/// Reads the remarks. [CAT-16] [CAT-17]
pub(super) fn read(name: &str, note: &str, source: &str) -> Remarks {
    let mut remarks = Remarks::default();
    remarks.legal_basis(note);
    remarks.trust(note, source);
    remarks.replacement(name, note);
    remarks
}

impl Remarks {
    /// "QĐ công bố 163/QĐ-BTP": the decision that published the procedure.
    fn legal_basis(&mut self, note: &str) {
        const PUBLISHED_BY: &str = "QĐ công bố ";
        for decision in note.split(';').filter_map(|part| part.trim().strip_prefix(PUBLISHED_BY)) {
            if !decision.chars().any(|c| c.is_ascii_digit()) {
                self.findings.push(("note", warn("catalogue.decision_unclear")));
            }
            self.legal_basis.push(clean(decision));
        }
    }

    /// Marks that the source puts on its own words stay on them. [CAT-16]
    fn trust(&mut self, note: &str, source: &str) {
        let note = fold(note);
        if fold(source) == "unverified" || fold(source) == "memory" {
            self.doubt("source", ("source", block("catalogue.source_unverified")));
        }
        if note.contains("chua kiem chung") {
            self.doubt("code", ("note", warn("catalogue.code_unverified")));
        }
        if note.contains("chua doi chieu") {
            self.doubt("validity", ("note", warn("catalogue.validity_unverified")));
        }
        if note.contains("ten rut gon") {
            self.doubt("name", ("name", block("catalogue.name_shortened")));
        }
        if note.contains("thoi han luat unverified") {
            self.doubt("time_limit", ("note", warn("catalogue.limit_unverified")));
        } else if note.contains("unverified") {
            self.doubt("note", ("note", warn("catalogue.note_unverified")));
        }
    }

    fn doubt(&mut self, part: &str, finding: (&'static str, Finding)) {
        self.unverified.push(part.to_owned());
        self.findings.push(finding);
    }

    /// "bị thay thế" in the remark or in brackets in the name: out of force, with or without a successor. The same words
    /// elsewhere in a name are its subject ("chăm sóc thay thế cho trẻ em"). [CAT-17]
    fn replacement(&mut self, name: &str, note: &str) {
        let in_brackets: Vec<&str> = name.split('(').skip(1).filter_map(|part| part.split(')').next()).collect();
        for text in in_brackets.into_iter().chain([note]) {
            let folded = fold(text);
            let replaced =
                ["bi thay the", "duoc thay the", "thay the boi", "thay the bang"].iter().any(|w| folded.contains(w));
            let ended = ["bi bai bo", "da bai bo", "het hieu luc", "bi huy bo"].iter().any(|w| folded.contains(w));
            let mut codes = text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|w| w.trim_matches('.'));
            let successor = codes.rfind(|word| key::is_national(word)).map(str::to_owned);
            let points = text.contains('→') && successor.is_some();
            if replaced || ended || points {
                self.withdrawn = true;
                self.successor = self.successor.take().or(successor);
            }
        }
        if self.withdrawn {
            self.findings.push(("name", block("catalogue.withdrawn")));
        }
    }
}

/// Tiers named in a column like `level_2018` ("huyện/xã", "BHXH huyện"), in order of rank. [CAT-19]
#[must_use]
pub fn tiers_of(text: &str) -> Vec<Tier> {
    let text = fold(text);
    let has = |word: &str| text.split(' ').any(|w| w == word);
    let named = [("tinh", Tier::Province), ("huyen", Tier::District), ("xa", Tier::Commune)];
    named.into_iter().filter(|(word, _)| has(word)).map(|(_, tier)| tier).collect()
}
