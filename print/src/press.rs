//! The press: fonts and typesetter made ready once, then one letter after another, from any thread.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst::layout::{Frame, FrameItem, PageRanges};
use typst::model::Document;
use typst::syntax::Source;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::legible::legible;
use crate::template::{line_of, parse};
use crate::world::LetterWorld;
use crate::{FontError, Images, PrintError, Template};

/// How many letters a remembered piece of layout may go unused before it is forgotten. The pieces all letters share are
/// used by each and stay; what belonged to one person is gone after as many letters, so memory does not grow.
const FORGET_AFTER: usize = 4;

/// A document of more pages is no letter but a book: what was remembered of it goes at once.
const LETTER_PAGES: usize = 8;

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
    pub images: Images,
}

/// How the letters of one file are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub made_at: MadeAt,
    pub standard: Standard,
    pub standing: Standing,
}

/// What the paper is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Issued,
    /// To be looked at before it is signed: a mark across every page says so. The mark comes from the template's shared file
    /// `preview.typ`, not from the letter, so that no layout can forget it. The number is left out by who fills in the facts.
    Preview,
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

    pub fn set(&self, order: &Order, run: Run) -> Result<Printed, PrintError> {
        let stamp = Stamp::new(order, run.made_at)?;
        let world = self.world(order, run.standing, stamp.today)?;
        let set = typeset(&world).and_then(|(document, warnings)| {
            let pdf = export(&world, &document, run.standard, stamp.timestamp, Structure::Tagged)?;
            Ok(Printed { pdf, pages: document.pages().len(), warnings })
        });
        forget(set.as_ref().map_or(0, |printed| printed.pages));
        set
    }

    /// Many letters in one file, one after the other, each beginning on a page of its own and with its own page numbers:
    /// for the printer of the office. The file has no structure for reading aloud; each letter by itself does. A template
    /// that is one part of something longer finds the number of pages before it as `pages_before`.
    pub fn set_many(&self, title: &str, orders: &[Order], run: Run) -> Result<Printed, PrintError> {
        let Some(first) = orders.first() else {
            return Err(PrintError {
                template: title.to_owned(),
                file: None,
                line: None,
                message: "no letters were given".to_owned(),
            });
        };
        let stamp = Stamp::new(first, run.made_at)?;
        let (mut pages, mut warnings, mut info) = (Vec::new(), Vec::new(), None);
        for order in orders {
            let data = counted_on(order.data, pages.len());
            let order = Order { data: &data, images: order.images.clone(), ..*order };
            let world = self.world(&order, run.standing, stamp.today)?;
            let set = typeset(&world);
            // Only the finished pages pile up.
            forget(set.as_ref().map_or(0, |(document, _)| document.pages().len()));
            let (document, odd) = set?;
            for page in document.pages() {
                let mut page = page.clone();
                strip(&mut page.frame);
                pages.push(page);
            }
            warnings.extend(odd);
            info.get_or_insert_with(|| document.info().clone());
        }
        let mut document = PagedDocument::new(pages.into_iter().collect(), info.unwrap_or_default());
        document.info_mut().title = Some(title.into());
        let world = self.world(first, run.standing, stamp.today)?;
        let pdf = export(&world, &document, run.standard, stamp.timestamp, Structure::Plain)?;
        Ok(Printed { pdf, pages: document.pages().len(), warnings })
    }

    fn world<'a>(
        &'a self,
        order: &'a Order,
        standing: Standing,
        today: Datetime,
    ) -> Result<LetterWorld<'a>, PrintError> {
        let data = legible(order.data, &self.printable).to_string();
        let mut files = vec![("data.json".to_owned(), Bytes::from_string(data))];
        files.extend(order.images.iter().map(|(name, bytes)| (name.clone(), Bytes::new(bytes.clone()))));
        let main = match standing {
            Standing::Issued => order.template.main().clone(),
            Standing::Preview => preview_of(order.template)?,
        };
        Ok(LetterWorld {
            library: &self.library,
            book: &self.book,
            fonts: &self.fonts,
            template: order.template,
            main,
            files,
            today,
        })
    }
}

fn forget(pages: usize) {
    typst::comemo::evict(if pages > LETTER_PAGES { 0 } else { FORGET_AFTER });
}

/// The data of a letter with the number of pages before it in the file, for one that is a part and counts on.
fn counted_on(data: &Value, pages: usize) -> Value {
    let mut data = data.clone();
    if let Value::Object(facts) = &mut data {
        facts.insert("pages_before".to_owned(), pages.into());
    }
    data
}

/// Leaves the picture alone, without the marks by which the typesetter finds its pieces again: each holds on to all it was
/// made of, which is more than half of the memory of a file of many letters.
fn strip(frame: &mut Frame) {
    frame.retain(|item| match item {
        FrameItem::Tag(_) => false,
        FrameItem::Group(group) => {
            strip(&mut group.frame);
            true
        }
        _ => true,
    });
}

/// A letter that includes the letter, under the mark of a preview.
fn preview_of(template: &Template) -> Result<Source, PrintError> {
    let name = template.name();
    let text = format!("#import \"preview.typ\": preview\n#show: preview\n#include {name:?}\n");
    parse(name, "preview of a letter.typ", &text)
}

/// The moment of a run as the typesetter and as the file want it.
struct Stamp {
    today: Datetime,
    timestamp: Timestamp,
}

impl Stamp {
    fn new(order: &Order, made_at: MadeAt) -> Result<Stamp, PrintError> {
        let fault = |message: &str| PrintError {
            template: order.template.name().to_owned(),
            file: None,
            line: None,
            message: message.to_owned(),
        };
        let today = made_at.datetime().ok_or_else(|| fault("the moment is not in the calendar"))?;
        let timestamp = Timestamp::new_local(today, made_at.utc_offset_minutes)
            .ok_or_else(|| fault("the offset from UTC is not a time zone"))?;
        Ok(Stamp { today, timestamp })
    }
}

impl MadeAt {
    fn datetime(self) -> Option<Datetime> {
        Datetime::from_ymd_hms(self.year, self.month, self.day, self.hour, self.minute, 0)
    }
}

/// The pages, and what was odd about them.
fn typeset(world: &LetterWorld) -> Result<(PagedDocument, Vec<String>), PrintError> {
    let set = typst::compile::<PagedDocument>(world);
    let document = set.output.map_err(|faults| print_error(world, faults.first()))?;
    let warnings = set.warnings.iter().map(|warning| print_error(world, Some(warning)).to_string()).collect();
    Ok((document, warnings))
}

/// Whether the file tells reading programs what is a heading, a table, a picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Structure {
    Tagged,
    /// Pages of several letters carry marks that would be taken for one another.
    Plain,
}

fn export(
    world: &LetterWorld,
    document: &PagedDocument,
    standard: Standard,
    timestamp: Timestamp,
    structure: Structure,
) -> Result<Vec<u8>, PrintError> {
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
        tagged: structure == Structure::Tagged,
        pretty: false,
    };
    typst_pdf::pdf(document, &options).map_err(|faults| print_error(world, faults.first()))
}

/// The first fault only: the rest usually follow from it.
fn print_error(world: &LetterWorld, fault: Option<&SourceDiagnostic>) -> PrintError {
    let source = fault.and_then(|fault| fault.span.id()).and_then(|id| world.source(id).ok());
    PrintError {
        template: world.template.name().to_owned(),
        line: source.as_ref().zip(fault).and_then(|(source, fault)| line_of(source, fault.span)),
        file: source.map(|source| source.id().vpath().get_without_slash().to_owned()),
        message: fault.map_or_else(|| "the standard is not available".to_owned(), message),
    }
}

fn message(fault: &SourceDiagnostic) -> String {
    let hints: Vec<&str> = fault.hints.iter().map(|hint| hint.v.as_str()).collect();
    if hints.is_empty() { fault.message.to_string() } else { format!("{} ({})", fault.message, hints.join("; ")) }
}
