//! Where the files of a pack come from: built into the program, or a folder of an administrator.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;

use super::fault::Fault;

/// The packs that come with the program.
#[derive(RustEmbed)]
#[folder = "seeds/"]
struct Seeds;

/// Where to read a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A pack built into the program, by name: `pac-nam-2018`.
    Embedded(&'static str),
    /// A folder on this machine.
    Folder(PathBuf),
}

/// Names of the packs built into the program, in order.
pub fn embedded_names() -> Vec<String> {
    let names: BTreeSet<String> =
        Seeds::iter().filter_map(|path| path.split_once('/').map(|(pack, _)| pack.to_owned())).collect();
    names.into_iter().collect()
}

/// The built-in pack of this name.
pub fn embedded(name: &str) -> Option<Source> {
    Seeds::iter()
        .find_map(|path| match path {
            Cow::Borrowed(path) => path.split_once('/').map(|(pack, _)| pack).filter(|pack| *pack == name),
            Cow::Owned(_) => None,
        })
        .map(Source::Embedded)
}

/// The folder of worked examples within a pack.
const EXAMPLES: &str = "examples";

impl Source {
    /// The files with worked examples, in order: `examples/1.001193.toml`. A pack may have none.
    pub(super) fn examples(&self) -> Result<Vec<String>, Fault> {
        let names: BTreeSet<String> = match self {
            Source::Embedded(pack) => {
                let folder = format!("{pack}/{EXAMPLES}/");
                Seeds::iter().filter_map(|path| path.strip_prefix(&folder).map(str::to_owned)).collect()
            }
            Source::Folder(folder) => names(&folder.join(EXAMPLES))
                .map_err(|error| Fault::new(EXAMPLES, 0, "pack.file_unreadable", [("reason", &error.to_string())]))?,
        };
        Ok(names.into_iter().filter(|name| name.ends_with(".toml")).map(|name| format!("{EXAMPLES}/{name}")).collect())
    }

    /// The text of one file. A missing, unreadable or non-UTF-8 file is a fault; the line of a bad byte is given.
    pub(super) fn text(&self, file: &str) -> Result<String, Fault> {
        let bytes = match self {
            Source::Embedded(pack) => match Seeds::get(&format!("{pack}/{file}")) {
                Some(found) => found.data.into_owned(),
                None => return Err(Fault::new(file, 0, "pack.file_missing", [])),
            },
            Source::Folder(folder) => match std::fs::read(folder.join(file)) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    return Err(Fault::new(file, 0, "pack.file_missing", []));
                }
                Err(error) => {
                    return Err(Fault::new(file, 0, "pack.file_unreadable", [("reason", &error.to_string())]));
                }
            },
        };
        String::from_utf8(bytes).map(without_byte_order_mark).map_err(|error| {
            let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = 1 + good.iter().filter(|byte| **byte == b'\n').count() as u64;
            Fault::new(file, line, "pack.not_utf8", [])
        })
    }
}

/// Names of the files of a folder; none where there is no folder.
fn names(folder: &Path) -> std::io::Result<BTreeSet<String>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries?,
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Spreadsheet programs put a mark before UTF-8 text; it is not part of the first column's name.
fn without_byte_order_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}
