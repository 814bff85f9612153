//! A template is the wording and layout of one letter under one law, written in Typst as data, so that an office can have
//! it changed without a programmer.

use std::collections::BTreeMap;

use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};

use crate::PrintError;

/// A main file and the files it imports, parsed once and printed often. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Template {
    name: String,
    main: FileId,
    sources: BTreeMap<String, Source>,
}

impl Template {
    /// `name` is the file name of the letter (`receipt.tt01-2018.typ`); `shared` are the files it imports, by file name.
    /// Names live in one flat folder and are remembered for the life of the program: they must come from a fixed set of
    /// templates, never from what somebody typed.
    pub fn new(name: &str, main: &str, shared: &[(&str, &str)]) -> Result<Template, PrintError> {
        let mut sources = BTreeMap::new();
        for (file, text) in shared {
            sources.insert((*file).to_owned(), Source::new(file_id(name, file)?, (*text).to_owned()));
        }
        let id = file_id(name, name)?;
        sources.insert(name.to_owned(), Source::new(id, main.to_owned()));
        Ok(Template { name: name.to_owned(), main: id, sources })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn main(&self) -> FileId {
        self.main
    }

    pub(crate) fn source(&self, file: &str) -> Option<&Source> {
        self.sources.get(file)
    }
}

fn file_id(template: &str, file: &str) -> Result<FileId, PrintError> {
    let path = VirtualPath::new(file).map_err(|_| PrintError {
        template: template.to_owned(),
        file: Some(file.to_owned()),
        line: None,
        message: "not a usable file name".to_owned(),
    })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}
