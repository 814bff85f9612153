//! A template is the wording and layout of one letter under one law, written in Typst as data, so that an office can have
//! it changed without a programmer.

use std::collections::BTreeMap;
use std::sync::Arc;

use typst::syntax::{DiagSpan, DiagSpanKind, FileId, RootedPath, Source, VirtualPath, VirtualRoot};

use crate::PrintError;

/// A main file and the files it imports, parsed once and printed often. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Template {
    name: String,
    main: Source,
    shared: Arc<BTreeMap<String, Source>>,
}

impl Template {
    /// `name` is the file name of the letter (`receipt.tt01-2018.typ`); `shared` are the files it imports, by file name.
    /// A file that is not Typst is refused with its name and line; whether letters can be set from it, `check` says.
    /// Names live in one flat folder and are remembered for the life of the program: they must come from a fixed set of
    /// templates, never from what somebody typed.
    pub fn new(name: &str, main: &str, shared: &[(&str, &str)]) -> Result<Template, PrintError> {
        let shared = shared.iter().map(|(file, text)| Ok(((*file).to_owned(), parse(name, file, text)?)));
        Ok(Template {
            name: name.to_owned(),
            main: parse(name, name, main)?,
            shared: Arc::new(shared.collect::<Result<_, _>>()?),
        })
    }

    /// All templates of one folder, by file name. `<kind>.<form set>.typ` is a letter; a file with a plain name, such as
    /// `common.typ`, is there to be imported by them. Each file is read once.
    pub fn folder<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<BTreeMap<String, Template>, PrintError> {
        let (mut letters, mut shared) = (BTreeMap::new(), BTreeMap::new());
        for (file, text) in files {
            let source = parse(file, file, text)?;
            if file.matches('.').count() > 1 { &mut letters } else { &mut shared }.insert(file.to_owned(), source);
        }
        let shared = Arc::new(shared);
        let template =
            |(name, main): (String, Source)| (name.clone(), Template { name, main, shared: Arc::clone(&shared) });
        Ok(letters.into_iter().map(template).collect())
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of letter it is for: `receipt` of `receipt.tt01-2018.typ`.
    pub fn kind(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }

    pub(crate) fn main(&self) -> &Source {
        &self.main
    }

    pub(crate) fn source(&self, file: &str) -> Option<&Source> {
        if file == self.name { Some(&self.main) } else { self.shared.get(file) }
    }
}

pub(crate) fn parse(template: &str, file: &str, text: &str) -> Result<Source, PrintError> {
    let fault =
        |line, message| PrintError { template: template.to_owned(), file: Some(file.to_owned()), line, message };
    let path = VirtualPath::new(file).map_err(|_| fault(None, "not a usable file name".to_owned()))?;
    let id: FileId = RootedPath::new(VirtualRoot::Project, path).intern();
    let source = Source::new(id, text.to_owned());
    match source.root().errors_and_warnings().0.into_iter().next() {
        Some(first) => Err(fault(line_of(&source, first.span), first.message.to_string())),
        None => Ok(source),
    }
}

/// Counted from 1. `None` when the place lies in another file.
pub(crate) fn line_of(source: &Source, span: DiagSpan) -> Option<usize> {
    let start = match span.get() {
        DiagSpanKind::Number { id, num, sub_range } if id == source.id() => source.range(num, sub_range)?.start,
        DiagSpanKind::Range { id, range } if id == source.id() => range.start,
        _ => return None,
    };
    source.lines().byte_to_line(start).map(|line| line + 1)
}
