//! A TOML file of a pack, key by key. Like [`super::table`]: every fault has its line, and reading goes on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::{Date, DateTime, Time};
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Faults};
use super::model::Text;
use super::table::{parse_date, parse_moment, parse_time};

/// The text of a TOML file, for turning places in it into lines.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub name: &'a str,
    pub text: &'a str,
    pub faults: &'a Faults,
}

impl<'a> File<'a> {
    /// Reads the file; what does not parse is reported, the rest is read nevertheless.
    pub fn with<T>(self, read: impl FnOnce(Section<'_>) -> T) -> T {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let line = self.line(error.span().unwrap_or_default());
            self.faults.add(Fault::new(self.name, line, "pack.toml_syntax", [("reason", error.message())]));
        }
        read(Section { file: self, table: table.get_ref(), line: 1, known: RefCell::default() })
    }

    fn line(&self, span: Range<usize>) -> u64 {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        1 + before.bytes().filter(|byte| *byte == b'\n').count() as u64
    }
}

/// One table of the file. When it goes out of use, keys nobody asked for are reported.
pub(super) struct Section<'a> {
    file: File<'a>,
    table: &'a DeTable<'a>,
    line: u64,
    known: RefCell<BTreeSet<&'static str>>,
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        let known = self.known.borrow();
        for key in self.table.keys().filter(|key| !known.contains(key.get_ref().as_ref())) {
            let line = self.file.line(key.span());
            let params = [("key", key.get_ref().as_ref())];
            self.file.faults.add(Fault::new(self.file.name, line, "pack.unknown_key", params));
        }
    }
}

impl<'a> Section<'a> {
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Name of the file within the pack.
    pub fn file(&self) -> &'a str {
        self.file.name
    }

    /// The line of a key, or of the section where the key is missing.
    pub fn line_of(&self, key: &'static str) -> u64 {
        self.get(key).map_or(self.line, |(_, line)| line)
    }

    /// Reports a key whose value was read and cannot stand.
    pub fn report(&self, key: &'static str, name: &'static str) {
        self.fault(self.line_of(key), name, key);
    }

    /// One of a few words, each standing for a value; the first stands in for a word that is none of them.
    pub fn word<T: Copy, const N: usize>(&self, key: &'static str, first: T, words: [(&str, T); N]) -> T {
        let text = self.text(key);
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() && self.has(key) {
            let allowed = words.map(|(word, _)| word).join(", ");
            let params = [("key", key), ("value", text.as_str()), ("allowed", allowed.as_str())];
            self.file.faults.add(Fault::new(self.file.name, self.line_of(key), "pack.unknown_value", params));
        }
        found.unwrap_or(first)
    }

    /// The value of a key and its line.
    fn get(&self, key: &'static str) -> Option<(&'a DeValue<'a>, u64)> {
        self.known.borrow_mut().insert(key);
        self.table.get(key).map(|value| (value.get_ref(), self.file.line(value.span())))
    }

    fn fault(&self, line: u64, name: &'static str, key: &str) {
        self.file.faults.add(Fault::new(self.file.name, line, name, [("key", key)]));
    }

    /// A value read by `read`; a missing key or a value of another kind is a fault.
    fn value<T>(
        &self,
        key: &'static str,
        kind: &'static str,
        read: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<T> {
        let Some((value, line)) = self.get(key) else {
            self.fault(self.line, "pack.missing_key", key);
            return None;
        };
        let found = read(value);
        if found.is_none() {
            self.fault(line, kind, key);
        }
        found
    }

    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// A text that may be empty.
    pub fn text(&self, key: &'static str) -> String {
        self.value(key, "pack.not_a_text", |value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub fn optional_text(&self, key: &'static str) -> Option<String> {
        if self.has(key) { Some(self.text(key)) } else { None }
    }

    /// A text that stands for itself where it is not written.
    pub fn text_or(&self, key: &'static str, otherwise: &str) -> String {
        if self.has(key) { self.required(key) } else { otherwise.to_owned() }
    }

    /// A text that must not be empty.
    pub fn required(&self, key: &'static str) -> String {
        let text = self.text(key);
        if self.has(key) && text.is_empty() {
            self.fault(self.line_of(key), "pack.value_empty", key);
        }
        text
    }

    pub fn flag(&self, key: &'static str) -> bool {
        self.value(key, "pack.not_a_flag", DeValue::as_bool).unwrap_or_default()
    }

    /// A flag that is false where it is not written.
    pub fn optional_flag(&self, key: &'static str) -> bool {
        self.has(key) && self.flag(key)
    }

    pub fn number(&self, key: &'static str) -> u32 {
        self.value(key, "pack.not_a_number", number).unwrap_or_default()
    }

    pub fn optional_number(&self, key: &'static str) -> Option<u32> {
        if self.has(key) { Some(self.number(key)) } else { None }
    }

    /// A list of texts, none of them empty.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        let list = self.value(key, "pack.not_a_list", DeValue::as_array);
        let mut texts = Vec::new();
        for item in list.into_iter().flat_map(|list| list.iter()) {
            match item.get_ref().as_str().map(str::trim).filter(|text| !text.is_empty()) {
                Some(text) => texts.push(text.to_owned()),
                None => self.fault(self.file.line(item.span()), "pack.not_a_text", key),
            }
        }
        texts
    }

    /// A local moment in quotes: `"2018-05-04T09:15"`.
    pub fn moment(&self, key: &'static str) -> DateTime {
        self.value(key, "pack.not_a_moment", |value| parse_moment(value.as_str()?)).unwrap_or(DateTime::MIN)
    }

    pub fn date(&self, key: &'static str) -> Date {
        let read = |value: &DeValue<'_>| parse_date(&value.as_datetime()?.to_string());
        self.value(key, "pack.not_a_date_value", read).unwrap_or(Date::MIN)
    }

    pub fn optional_date(&self, key: &'static str) -> Option<Date> {
        if self.has(key) { Some(self.date(key)) } else { None }
    }

    pub fn time(&self, key: &'static str) -> Time {
        self.value(key, "pack.not_a_time_value", |value| parse_time(value.as_str()?)).unwrap_or(Time::MIN)
    }

    /// A text in both languages: `{ vi = "…", en = "…" }`.
    pub fn both_languages(&self, key: &'static str) -> Text {
        let Some(section) = self.section(key) else { return Text { vi: String::new(), en: String::new() } };
        Text { vi: section.text("vi"), en: section.text("en") }
    }

    pub fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let table = self.value(key, "pack.not_a_section", DeValue::as_table)?;
        let line = self.line_of(key);
        Some(Section { file: self.file, table, line, known: RefCell::default() })
    }

    /// Like [`Section::sections`], none where the key is not written.
    pub fn optional_sections(&self, key: &'static str) -> Vec<Section<'a>> {
        if self.has(key) { self.sections(key) } else { Vec::new() }
    }

    /// `[[key]]` sections, or a list of `{ … }`.
    pub fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let list = self.value(key, "pack.not_a_list", DeValue::as_array);
        let mut sections = Vec::new();
        for item in list.into_iter().flat_map(|list| list.iter()) {
            let line = self.file.line(item.span());
            match item.get_ref().as_table() {
                Some(table) => sections.push(Section { file: self.file, table, line, known: RefCell::default() }),
                None => self.fault(line, "pack.not_a_section", key),
            }
        }
        sections
    }

    /// A section whose keys are data: name → number, each with its line.
    pub fn numbers(&self, key: &'static str) -> BTreeMap<String, (u32, u64)> {
        let table = self.value(key, "pack.not_a_section", DeValue::as_table);
        let mut numbers = BTreeMap::new();
        for (name, value) in table.into_iter().flat_map(|table| table.iter()) {
            let line = self.file.line(name.span());
            match number(value.get_ref()) {
                Some(number) => {
                    numbers.insert(name.get_ref().to_string(), (number, line));
                }
                None => self.fault(line, "pack.not_a_number", name.get_ref()),
            }
        }
        numbers
    }
}

fn number(value: &DeValue<'_>) -> Option<u32> {
    value.as_integer().and_then(|integer| u32::from_str_radix(integer.as_str(), integer.radix()).ok())
}
