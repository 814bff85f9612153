//! A fault: one thing that is wrong in a pack, with the file and the line to look at.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

/// One thing that is wrong. All faults of a pack are reported together and nothing of it is loaded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// File within the pack: `offices.csv`.
    pub file: String,
    /// Line, from 1; 0 where the fault is that something is absent from the whole file.
    pub line: u64,
    /// Key of the sentence in the locale files: `pack.unknown_column`.
    pub key: &'static str,
    pub params: BTreeMap<&'static str, String>,
}

impl Fault {
    pub fn new<const N: usize>(file: &str, line: u64, key: &'static str, params: [(&'static str, &str); N]) -> Fault {
        let params = params.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        Fault { file: file.to_owned(), line, key, params }
    }

    /// `offices.csv:12: <sentence>`, the sentence coming from the locale files through `lookup(key, params)`.
    pub fn sentence(&self, lookup: impl FnOnce(&str, &BTreeMap<&'static str, String>) -> String) -> String {
        format!("{}:{}: {}", self.file, self.line, lookup(self.key, &self.params))
    }
}

/// For logs and tests, where no language is known: `offices.csv:12: pack.unknown_column column=colour`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.key)?;
        self.params.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

/// Collects every fault while reading goes on; nothing stops at the first one.
#[derive(Debug, Default)]
pub(super) struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    pub fn add(&self, fault: Fault) {
        self.0.borrow_mut().push(fault);
    }

    /// All of them, in the order an administrator goes through the files.
    pub fn sorted(self) -> Vec<Fault> {
        let mut faults = self.0.into_inner();
        faults.sort();
        faults.dedup();
        faults
    }
}
