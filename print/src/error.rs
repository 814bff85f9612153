//! What can go wrong on the way to paper, told so that the author of a template finds the place.

/// A letter could not be set. `file` and `line` point into the template or one of its shared files; they are missing
/// only when the fault has no place there, such as an impossible moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot set {template}{}: {message}", place(.file, .line))]
pub struct PrintError {
    pub template: String,
    pub file: Option<String>,
    pub line: Option<usize>,
    pub message: String,
}

fn place(file: &Option<String>, line: &Option<usize>) -> String {
    match (file, line) {
        (Some(file), Some(line)) => format!(", {file} line {line}"),
        (Some(file), None) => format!(", {file}"),
        _ => String::new(),
    }
}

/// A template is not fit for its letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    #[error(transparent)]
    Specimen(#[from] SpecimenError),
    #[error("{fault} (specimen {specimen:?})")]
    Unfit { specimen: String, fault: PrintError },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecimenError {
    #[error("there is no kind of letter called {kind:?}; there are: {known}")]
    UnknownKind { kind: String, known: String },
    /// A fault of this crate, not of a template.
    #[error("specimen {specimen:?} of {kind}: {message}")]
    Broken { kind: &'static str, specimen: String, message: String },
}

/// A press without readable fonts would print empty boxes, so it is not built at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    #[error("font {0} of the list is not a readable font file")]
    Unreadable(usize),
    #[error("no font was given")]
    None,
}

/// A text that has no picture: too long for a QR code, or with a character Code 128 does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    #[error("a QR code cannot hold {bytes} bytes")]
    TooLong { bytes: usize },
    #[error("Code 128 has no character {0:?}")]
    NotAscii(char),
    #[error("an empty text has no barcode")]
    Empty,
}
