//! The papers cell (thành phần hồ sơ): papers with numbers of originals and copies, mixed with headings, cases and remarks.

use super::{Finding, block, is_cut, seems_cut, warn};
use crate::procedure::Paper;
use crate::text::{clean, fold};

/// More than this of one paper is a year or a form number that ran into the quantity ("31/12/2025" + "1" = 20251).
const MAX_QUANTITY: u32 = 20;
/// Longest case that is split from a paper, in characters; beyond it the sentence is kept whole.
const MAX_CASE: usize = 250;

/// How a line begins that explains instead of asking for a paper.
const NOTE_BEGINNINGS: [&str; 10] = [
    "luu y",
    "ghi chu",
    "chu y",
    "thu tuc ve ",
    "ca nhan ky ten ",
    "nguoi duoc uy quyen ",
    "gia tri su dung cua ",
    "truong hop thuc hien thu tuc ",
    "truong hop dang ky tren moi truong dien tu",
    "loai giay to",
];

/// A cut-off line whose paper would be shorter than this names no paper any more: it is kept whole.
const MIN_CUT_NAME: usize = 25;

/// Between a condition and the paper it asks for.
const CASE_ENDS: [&str; 3] = [" thì ", " phải bổ sung ", ": "];

/// Verbs before the name of a paper that are not part of it.
const HAND_IN: [&str; 12] = [
    "phải ",
    "nộp kèm ",
    "nộp ",
    "xuất trình ",
    "có thêm ",
    "có ",
    "kèm theo ",
    "bổ sung ",
    "thay thế bằng: ",
    "thay thế bằng ",
    "cần ",
    "gửi kèm ",
];

#[derive(Debug, Default)]
pub(super) struct Papers {
    pub papers: Vec<Paper>,
    pub notes: Vec<String>,
    pub findings: Vec<Finding>,
}

/// Numbers of originals and copies; `None` where the source has none.
type Quantity = Option<(u32, u32)>;

/// Reads the cell. Nothing is dropped: what is no paper is a note. [CAT-15]
pub(super) fn read(cell: &str) -> Papers {
    let mut papers = Papers::default();
    let text = clean(&cell.replace(['\n', '\r'], " | "));
    if text.is_empty() {
        papers.findings.push(block("catalogue.papers_missing"));
        return papers;
    }
    if text.contains(" | ") || text.contains("[BC:") || text.contains("[BS:") {
        for line in text.split(" | ").map(str::trim).filter(|line| !line.is_empty()) {
            papers.read_tagged(line);
        }
    } else {
        papers.read_list(&text);
        if seems_cut(&text) {
            papers.findings.push(block("catalogue.papers_cut"));
        }
    }
    papers.finish()
}

impl Papers {
    /// "Giấy chứng sinh [BC:1 BS:2]": the form of the national record.
    fn read_tagged(&mut self, line: &str) {
        if is_left_out(line) {
            self.findings.push(block("catalogue.papers_left_out"));
            self.notes.push(line.to_owned());
            return;
        }
        let (name, quantity) = split_tag(line);
        if fold(name).is_empty() {
            self.notes.push(line.to_owned());
            return;
        }
        if is_cut(name) {
            self.findings.push(warn("catalogue.paper_name_cut"));
        }
        self.add(name, quantity, "");
    }

    /// Numbered or bulleted lists in one running text: "1. … 2. …", "• Trường hợp …: o … o …". [CAT-15]
    fn read_list(&mut self, text: &str) {
        let mut case = String::new();
        for item in items_of(text) {
            let (name, quantity) = split_words(&item);
            if let Some(heading) = name.strip_suffix(':') {
                let heading = heading.trim();
                // "Loại giấy tờ:" heads the whole list, "Trường hợp …:" the papers up to the next heading.
                case = if is_note(heading) { String::new() } else { heading.to_owned() };
                self.notes.push(name.to_owned());
            } else {
                self.add(name, quantity, &case);
            }
        }
    }

    fn add(&mut self, line: &str, quantity: Quantity, case: &str) {
        let is_heading = line.ends_with(':');
        if quantity == Some((0, 0)) || is_heading || is_note(line) {
            if quantity != Some((0, 0)) {
                self.findings.push(warn("catalogue.paper_note"));
            }
            self.notes.push(line.to_owned());
            return;
        }
        let (found_case, name) = if case.is_empty() { split_case(line) } else { (case.to_owned(), line.to_owned()) };
        let (originals, copies) = self.quantity(quantity, &name);
        let paper = Paper { name, originals, copies, case: found_case };
        if self.papers.contains(&paper) {
            self.findings.push(warn("catalogue.paper_repeated"));
        } else {
            self.papers.push(paper);
        }
    }

    /// 0 and 0 stand for "not known" on a paper, and block. The words "bản sao" and "bản chính" in its name are a source too.
    fn quantity(&mut self, quantity: Quantity, name: &str) -> (u32, u32) {
        let folded = fold(name);
        match quantity {
            Some((originals, copies)) if originals <= MAX_QUANTITY && copies <= MAX_QUANTITY => (originals, copies),
            Some(_) => {
                self.findings.push(block("catalogue.paper_quantity"));
                (0, 0)
            }
            None if folded.contains("ban chinh") => (1, 0),
            None if folded.starts_with("ban sao ") => (0, 1),
            None => {
                self.findings.push(block("catalogue.paper_quantity_missing"));
                (0, 0)
            }
        }
    }

    fn finish(mut self) -> Self {
        if self.papers.is_empty() && !self.findings.iter().any(|finding| finding.blocks) {
            self.findings.push(block("catalogue.papers_unclear"));
        }
        self.findings.sort_unstable();
        self.findings.dedup();
        self
    }
}

/// "(+12 mục khác)": the list goes on where we cannot see it.
fn is_left_out(line: &str) -> bool {
    line.starts_with("(+") && fold(line).ends_with("muc khac")
}

fn is_note(line: &str) -> bool {
    let folded = fold(line);
    NOTE_BEGINNINGS.iter().any(|beginning| folded.starts_with(beginning))
}

/// Splits "… [BC:1 BS:2]" off the end of a line.
fn split_tag(line: &str) -> (&str, Quantity) {
    let tagged = line.strip_suffix(']').and_then(|line| line.rsplit_once('['));
    let Some((name, tag)) = tagged else { return (line, None) };
    let mut quantity = (0, 0);
    for word in tag.split_whitespace() {
        let Some((kind, number)) = word.split_once(':') else { return (line, None) };
        // A number too long to read is as implausible as one that is merely too large.
        let number = match number.parse::<u32>() {
            Ok(number) => number,
            Err(_) if number.bytes().all(|b| b.is_ascii_digit()) => u32::MAX,
            Err(_) => return (line, None),
        };
        match kind {
            "BC" => quantity.0 = number,
            "BS" => quantity.1 = number,
            _ => return (line, None),
        }
    }
    (name.trim(), Some(quantity))
}

/// Splits "… o Bản chính: 0 o Bản sao: 1" off the end of a list item.
fn split_words(item: &str) -> (&str, Quantity) {
    let Some(at) = item.find(" o Bản chính:") else { return (item.trim(), None) };
    let (name, counts) = item.split_at(at);
    let numbers: Vec<u32> =
        counts.split_whitespace().filter_map(|word| word.trim_end_matches('.').parse().ok()).collect();
    match numbers.as_slice() {
        [originals, copies] => (name.trim(), Some((*originals, *copies))),
        [originals] => (name.trim(), Some((*originals, 0))),
        _ => (item.trim(), None),
    }
}

/// Cuts running text at its bullets and rising numbers; "Điều 5. Khoản" is not number one, so it cuts nothing.
fn items_of(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut next_number = 1u32;
    let words: Vec<&str> = text.split(' ').collect();
    for (at, word) in words.iter().enumerate() {
        let counts_follow = words.get(at + 1) == Some(&"Bản") && words.get(at + 2).is_some_and(|w| w.ends_with(':'));
        let numbered = word.strip_suffix('.').is_some_and(|number| number.parse() == Ok(next_number));
        next_number += u32::from(numbered);
        if *word == "•" || (*word == "o" && !counts_follow) || numbered {
            items.push(String::new());
        } else if let Some(item) = items.last_mut() {
            if !item.is_empty() {
                item.push(' ');
            }
            item.push_str(word);
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// "Trường hợp trẻ em bị bỏ rơi thì phải có biên bản …": the condition and the paper; the line whole when it has no condition.
pub fn split_case(line: &str) -> (String, String) {
    let whole = (String::new(), line.to_owned());
    let folded = fold(line);
    if !["truong hop ", "doi voi ", "neu "].iter().any(|beginning| folded.starts_with(beginning)) {
        return whole;
    }
    let ends = CASE_ENDS.iter().filter_map(|end| line.find(end).map(|at| (at, end.len())));
    let Some((at, length)) = ends.min() else { return whole };
    let (case, rest) = (line.get(..at).unwrap_or_default(), line.get(at + length..).unwrap_or_default());
    let mut name = rest.trim();
    while let Some(shorter) = HAND_IN.iter().find_map(|verb| name.strip_prefix(verb)) {
        name = shorter.trim_start();
    }
    let names_nothing = name.is_empty() || (is_cut(name) && name.chars().count() < MIN_CUT_NAME);
    if names_nothing || case.chars().count() > MAX_CASE {
        return whole;
    }
    (case.trim_end_matches(',').to_owned(), capitalised(name))
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
