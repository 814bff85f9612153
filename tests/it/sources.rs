//! The sources of the program as text, for tests that read them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::golden::root;

pub struct Source {
    /// From the root of the checkout, with `/`.
    pub path: String,
    pub text: String,
}

/// Files under these folders with one of these endings, in order.
pub fn under(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    folders.iter().for_each(|folder| walk(&root().join(folder), &mut paths));
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| endings.iter().any(|wanted| end == *wanted)))
        .map(|path| Source {
            path: path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"),
            text: fs::read_to_string(&path).unwrap(),
        })
        .collect()
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("node_modules") {
                walk(&path, out);
            }
        } else {
            out.push(path);
        }
    }
}

/// The string literals of Rust source, with escapes undone; comments are not looked into.
pub fn literals(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => at += text[at..].find('\n').unwrap_or(text.len() - at),
            b'\'' => at += character(&text[at..]),
            b'r' if raw_hashes(&text[at..]).is_some() && !word_before(bytes, at) => {
                let close = format!("\"{}", "#".repeat(raw_hashes(&text[at..]).unwrap()));
                let start = at + text[at..].find('"').unwrap() + 1;
                let end = start + text[start..].find(&close).unwrap();
                found.push(text[start..end].to_owned());
                at = end + close.len();
            }
            b'"' => {
                let (literal, length) = quoted(&text[at + 1..]);
                found.push(literal);
                at += length + 1;
            }
            _ => at += 1,
        }
    }
    found
}

fn word_before(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

/// How many `#` a raw string that begins here has.
fn raw_hashes(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('r')?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// Length of a character literal, or of the quote of a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), _) => {
            text[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(end, _)| end + 3)
        }
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 1,
    }
}

/// The text up to the closing quote, and how many bytes that took with the quote.
fn quoted(text: &str) -> (String, usize) {
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (out, at + 1),
            '\\' => match chars.next() {
                Some((_, '\n')) => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some((_, 'n')) => out.push('\n'),
                Some((_, other)) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    (out, text.len())
}

/// The part of a file that is the program: what follows `#[cfg(test)]` is not.
pub fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

#[test]
fn literals_are_found_with_escapes_and_not_in_comments() {
    let text = "let a = \"x\\\"y\"; // \"no\"\nlet b: &'static str = r#\"raw \"inner\"\"#; let c = '\"'; f(\"two\\\n   lines\");";
    assert_eq!(literals(text), ["x\"y", "raw \"inner\"", "twolines"]);
}
