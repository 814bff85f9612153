//! The press: fonts and typesetter made ready once, then one letter after another, from any thread.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst::layout::PageRanges;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::legible::legible;
use crate::world::LetterWorld;
use crate::{FontError, PrintError, Template};

/// How many letters a remembered piece of layout may go unused before it is forgotten. The pieces all letters share are
/// used by each and stay; what belonged to one person is gone after as many letters, so memory does not grow.
const FORGET_AFTER: usize = 4;

pub struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    /// What every font of the press can print.
    printable: BTreeSet<char>,
}

/// One letter to be set.
pub struct Order<'a> {
    pub template: &'a Template,
    /// Seen by the template as `json("data.json")`.
    pub data: &'a Value,
    /// Pictures by file name, such as `("qr.svg", …)`.
    pub images: Vec<(String, Vec<u8>)>,
    pub made_at: MadeAt,
    pub standard: Standard,
}

/// The moment on the letter's metadata, in local time, with the minutes it is ahead of UTC (420 in Vietnam).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeAt {
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub utc_offset_minutes: i32,
}

/// What the file promises to the one who opens it in thirty years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standard {
    /// For keeping: fonts within, nothing from outside.
    PdfA2b,
    /// For proofs while a template is being written.
    Pdf17,
}

#[derive(Debug, Clone)]
pub struct Printed {
    pub pdf: Vec<u8>,
    pub pages: usize,
    /// What the typesetter found odd but could work round, such as an unknown font: for the author of the template.
    pub warnings: Vec<String>,
}

impl Press {
    /// Fonts are font files as bytes. The letters may use these and no others.
    pub fn new(fonts: Vec<Cow<'static, [u8]>>) -> Result<Press, FontError> {
        let mut faces = Vec::new();
        for (index, bytes) in fonts.into_iter().enumerate() {
            let before = faces.len();
            faces.extend(Font::iter(Bytes::new(bytes)));
            if faces.len() == before {
                return Err(FontError::Unreadable(index));
            }
        }
        let Some(first) = faces.first() else { return Err(FontError::None) };
        let mut printable: BTreeSet<char> = first.info().coverage.iter().filter_map(char::from_u32).collect();
        printable.retain(|c| faces.iter().all(|face| face.info().coverage.contains(u32::from(*c))));
        let book = FontBook::from_fonts(&faces);
        let library = LazyHash::new(Library::default());
        Ok(Press { library, book: LazyHash::new(book), fonts: faces, printable })
    }

    pub fn set(&self, order: &Order) -> Result<Printed, PrintError> {
        let fault = |message: &str| PrintError {
            template: order.template.name().to_owned(),
            file: None,
            line: None,
            message: message.to_owned(),
        };
        let today = order.made_at.datetime().ok_or_else(|| fault("the moment is not in the calendar"))?;
        let timestamp = Timestamp::new_local(today, order.made_at.utc_offset_minutes)
            .ok_or_else(|| fault("the offset from UTC is not a time zone"))?;
        let world = self.world(order, today);
        let printed = typeset(&world, order.standard, timestamp);
        typst::comemo::evict(FORGET_AFTER);
        printed
    }

    fn world<'a>(&'a self, order: &Order<'a>, today: Datetime) -> LetterWorld<'a> {
        let data = legible(order.data, &self.printable).to_string();
        let mut files = vec![("data.json".to_owned(), Bytes::from_string(data))];
        files.extend(order.images.iter().map(|(name, bytes)| (name.clone(), Bytes::new(bytes.clone()))));
        LetterWorld {
            library: &self.library,
            book: &self.book,
            fonts: &self.fonts,
            template: order.template,
            files,
            today,
        }
    }
}

impl MadeAt {
    fn datetime(self) -> Option<Datetime> {
        Datetime::from_ymd_hms(self.year, self.month, self.day, self.hour, self.minute, 0)
    }
}

fn typeset(world: &LetterWorld, standard: Standard, timestamp: Timestamp) -> Result<Printed, PrintError> {
    let set = typst::compile::<PagedDocument>(world);
    let document = set.output.map_err(|faults| print_error(world, faults.first()))?;
    let standard = match standard {
        Standard::PdfA2b => PdfStandard::A_2b,
        Standard::Pdf17 => PdfStandard::V_1_7,
    };
    let standards = PdfStandards::new(&[standard]).map_err(|_| print_error(world, None))?;
    let options = PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(None),
        timestamp: Some(timestamp),
        page_ranges: None::<PageRanges>,
        standards,
        tagged: true,
        pretty: false,
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|faults| print_error(world, faults.first()))?;
    let warnings = set.warnings.iter().map(|warning| print_error(world, Some(warning)).to_string()).collect();
    Ok(Printed { pdf, pages: document.pages().len(), warnings })
}

/// The first fault only: the rest usually follow from it.
fn print_error(world: &LetterWorld, fault: Option<&SourceDiagnostic>) -> PrintError {
    let source = fault.and_then(|fault| fault.span.id()).and_then(|id| world.source(id).ok());
    let line = source.as_ref().zip(fault).and_then(|(source, fault)| {
        let start = world.range(fault.span)?.start;
        source.lines().byte_to_line(start).map(|line| line + 1)
    });
    PrintError {
        template: world.template.name().to_owned(),
        file: source.map(|source| source.id().vpath().get_without_slash().to_owned()),
        line,
        message: fault.map_or_else(|| "the standard is not available".to_owned(), message),
    }
}

fn message(fault: &SourceDiagnostic) -> String {
    let hints: Vec<&str> = fault.hints.iter().map(|hint| hint.v.as_str()).collect();
    if hints.is_empty() { fault.message.to_string() } else { format!("{} ({})", fault.message, hints.join("; ")) }
}
