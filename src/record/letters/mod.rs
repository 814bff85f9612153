//! Official letters: which template the dossier's own law asks for, and what is printed on it.
//!
//! Templates are `templates/letters/<kind>.<form set>.typ`; the form set comes from the law in force at receipt. [LET-01]
//! An office may put its own over them, see [`Letters::adapted`]. [LET-15]

mod answers;
mod counter;
mod facts;
mod receipt;
mod reports;
mod slips;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::Context as _;
use jiff::Timestamp;
use motcua_domain::dossier::{Dossier, Recorded};
use motcua_domain::letters::LetterKind;
use motcua_print::{Images, Letter, Order, Press, Run, Standard, Template};
use rust_embed::RustEmbed;

use crate::platform::failure::Failure;
use crate::platform::i18n::Texts;
use crate::platform::workshop::Workshop;
use crate::record::receipt::Given;
use crate::registry::Registry;

pub use counter::Posted;
pub use facts::tracking_url;
pub use motcua_print::{PostDirection, ReportCell, ReportColumn, ReportRow, Standing};
pub use reports::Tabled;
pub use slips::{HandedOn, Referred, RegisterOf};

#[derive(RustEmbed)]
#[folder = "templates/letters/"]
#[include = "*.typ"]
struct Sources;

#[derive(RustEmbed)]
#[folder = "assets/fonts/"]
#[include = "*.ttf"]
struct Fonts;

/// Where letters are set. More at the same time than there are cores, so that a receipt does not wait for two registers.
pub fn shop() -> &'static Workshop {
    static SHOP: LazyLock<Workshop> = LazyLock::new(|| Workshop::open("letters", 4));
    &SHOP
}

/// The press with every letter template, made ready once.
pub struct Letters {
    press: Press,
    templates: BTreeMap<String, Template>,
    /// Adapted files that are not used, with the reason.
    pub unfit: Vec<(String, String)>,
}

/// What a letter needs to know besides the dossier.
pub struct Issue<'a> {
    pub registry: &'a Registry,
    pub texts: &'a Texts,
    /// Where the QR code leads.
    pub base_url: &'a str,
    pub now: Timestamp,
    /// Signs the line of a receipt; none where the key is not here. [LED-15]
    pub vouch: Option<Vouch<'a>>,
}

/// Signs what a receipt says.
pub type Vouch<'a> = &'a dyn Fn(&Given) -> Result<Option<String>, Failure>;

impl Letters {
    pub fn new() -> anyhow::Result<Self> {
        let fonts = Fonts::iter().filter_map(|name| Fonts::get(&name)).map(|font| font.data);
        let press = Press::new(fonts.map(|data| Cow::Owned(data.into_owned())).collect())?;
        let sources = embedded();
        let templates = Template::folder(pairs(&sources))?;
        Ok(Self { press, templates, unfit: Vec::new() })
    }

    /// The letters with an office's own files over the built-in ones of the same name. Every letter that changes with them is
    /// tried with its specimens; one that fails keeps its built-in template, and the reason is kept in `unfit`. [LET-15]
    pub fn adapted(folder: &Path) -> anyhow::Result<Self> {
        let mut letters = Self::new()?;
        for (name, text) in own_files(folder)? {
            let mut sources = embedded();
            sources.insert(name.clone(), text);
            match letters.with(&sources, &name) {
                Ok(templates) => letters.templates.extend(templates),
                Err(reason) => {
                    tracing::warn!("letter template {name} is not used: {reason}");
                    letters.unfit.push((name, reason));
                }
            }
        }
        Ok(letters)
    }

    /// The templates that a changed file makes, each tried with the specimens of its kind.
    fn with(&self, sources: &BTreeMap<String, String>, changed: &str) -> Result<BTreeMap<String, Template>, String> {
        let templates = Template::folder(pairs(sources)).map_err(|fault| fault.to_string())?;
        let kind = changed.split('.').next().unwrap_or_default();
        let alone = templates.contains_key(changed);
        let touched: BTreeMap<String, Template> = templates
            .into_iter()
            .filter(|(name, template)| if alone { name == changed } else { template.kind() == kind })
            .collect();
        for template in touched.values() {
            motcua_print::check(&self.press, template).map_err(|fault| fault.to_string())?;
        }
        Ok(touched)
    }

    /// Official form 01 for the receipt in force, or its variant where papers are certified by the page; there is none for a
    /// dossier that was refused at intake.
    pub fn receipt(&self, issue: &Issue, events: &[Recorded]) -> Result<Vec<u8>, Failure> {
        let sheet = self.receipt_sheet(issue, events)?.ok_or(Failure::NotFound)?;
        Ok(self.press.set(&sheet.order(), run(issue, Standing::Issued)).map_err(Failure::fault)?.pdf)
    }

    fn receipt_sheet(&self, issue: &Issue, events: &[Recorded]) -> Result<Option<Sheet<'_>>, Failure> {
        let Some(facts) = receipt::facts(issue, events)? else { return Ok(None) };
        match receipt::certification(&facts, events) {
            Some(facts) => self.sheet(issue, received(events)?, &facts).map(Some),
            None => self.sheet(issue, received(events)?, &facts).map(Some),
        }
    }

    /// Many receipts in one file, for the printer of the office. [LET-13]
    pub fn receipts(&self, issue: &Issue, title: &str, dossiers: &[Vec<Recorded>]) -> Result<Vec<u8>, Failure> {
        let sheets = dossiers.iter().filter_map(|events| self.receipt_sheet(issue, events).transpose());
        self.set_many(issue, title, &sheets.collect::<Result<Vec<_>, Failure>>()?)
    }

    /// A numbered letter: what came out of the last events. A preview has no number yet. [LET-02] [LET-08]
    pub fn numbered(
        &self,
        issue: &Issue,
        letter: LetterKind,
        events: &[Recorded],
        number: Option<u32>,
        standing: Standing,
    ) -> Result<Vec<u8>, Failure> {
        let at = received(events)?;
        match letter {
            LetterKind::Supplement => self.set(issue, at, &answers::supplement(issue, events, number)?, standing),
            LetterKind::Refusal => self.set(issue, at, &answers::refusal(issue, events, number)?, standing),
            LetterKind::Apology => self.set(issue, at, &answers::apology(issue, events, number)?, standing),
            LetterKind::Stop => self.set(issue, at, &answers::stop(issue, events, number)?, standing),
        }
    }

    /// The control slip of a dossier, from its events alone. [LET-03]
    pub fn control_slip(&self, issue: &Issue, events: &[Recorded]) -> Result<Vec<u8>, Failure> {
        self.set(issue, received(events)?, &slips::control(issue, events)?, Standing::Issued)
    }

    /// What was handed over, for both to sign; there is none before. [LET-17]
    pub fn result_receipt(&self, issue: &Issue, events: &[Recorded]) -> Result<Vec<u8>, Failure> {
        self.set(issue, received(events)?, &counter::result_receipt(issue, events)?, Standing::Issued)
    }

    pub fn opinion_slip(&self, issue: &Issue, events: &[Recorded]) -> Result<Vec<u8>, Failure> {
        self.set(issue, received(events)?, &counter::opinion_slip(issue, events)?, Standing::Issued)
    }

    /// For the post; there is none for a dossier that neither comes nor goes by it.
    pub fn post_slip(&self, issue: &Issue, events: &[Recorded]) -> Result<Vec<u8>, Failure> {
        self.set(issue, received(events)?, &counter::post_slip(issue, events)?, Standing::Issued)
    }

    /// One receipt for all that the same person handed in on that day.
    pub fn joint_receipt(&self, issue: &Issue, first: &Dossier, that_day: &[Dossier]) -> Result<Vec<u8>, Failure> {
        self.set(issue, first.received_at, &counter::joint_receipt(issue, first, that_day)?, Standing::Issued)
    }

    /// The slip with which dossiers go to another office. [RTE-07]
    pub fn hand_over_slip(&self, issue: &Issue, slip: &HandedOn) -> Result<Vec<u8>, Failure> {
        self.set(issue, slip.made_at, &slips::hand_over(issue, slip)?, Standing::Issued)
    }

    /// The slip of results that came to the one-stop. [RTE-14]
    pub fn result_slip(&self, issue: &Issue, slip: &HandedOn) -> Result<Vec<u8>, Failure> {
        self.set(issue, slip.made_at, &slips::results(issue, slip)?, Standing::Issued)
    }

    /// What was given to the post, or came by it, on one record. [LET-18]
    pub fn post_record(&self, issue: &Issue, record: &Posted) -> Result<Vec<u8>, Failure> {
        self.set(issue, record.made_at, &counter::post_record(issue, record)?, Standing::Issued)
    }

    /// The slip with which a dossier goes to an agency that has no account, with the link by which it answers. [LNK-01]
    pub fn referral(&self, issue: &Issue, referred: &Referred) -> Result<Vec<u8>, Failure> {
        let facts = slips::referral(issue, referred)?;
        self.set(issue, referred.dossier.received_at, &facts, Standing::Issued)
    }

    /// The register of a period, in parts of a month. [LET-03] [LET-07]
    pub fn register(&self, issue: &Issue, register: &RegisterOf) -> Result<Vec<u8>, Failure> {
        let parts = slips::register(issue, register)?.in_parts();
        let sheets = parts.iter().map(|part| self.sheet(issue, register.until, part));
        let sheets = sheets.collect::<Result<Vec<_>, Failure>>()?;
        self.set_many(issue, &facts::say(issue.texts, "letters.register", &[]), &sheets)
    }

    fn set<L: Letter>(
        &self,
        issue: &Issue,
        received: Timestamp,
        letter: &L,
        standing: Standing,
    ) -> Result<Vec<u8>, Failure> {
        let sheet = self.sheet(issue, received, letter)?;
        Ok(self.press.set(&sheet.order(), run(issue, standing)).map_err(Failure::fault)?.pdf)
    }

    /// A letter made ready to be set; `received` decides on its form set.
    fn sheet<L: Letter>(&self, issue: &Issue, received: Timestamp, letter: &L) -> Result<Sheet<'_>, Failure> {
        Ok(Sheet {
            template: self.template::<L>(issue, received)?,
            data: serde_json::to_value(letter)?,
            images: letter.images().map_err(Failure::fault)?,
        })
    }

    fn set_many(&self, issue: &Issue, title: &str, sheets: &[Sheet]) -> Result<Vec<u8>, Failure> {
        if sheets.is_empty() {
            return Err(Failure::NotFound);
        }
        let orders: Vec<Order> = sheets.iter().map(Sheet::order).collect();
        Ok(self.press.set_many(title, &orders, run(issue, Standing::Issued)).map_err(Failure::fault)?.pdf)
    }

    /// The template of the form set in force on the day of receipt. [LET-01]
    fn template<L: Letter>(&self, issue: &Issue, received: Timestamp) -> Result<&Template, Failure> {
        let law = issue.registry.law(issue.registry.local(received).date());
        let form_set = law.map(|law| law.form_set.as_str()).ok_or_else(|| Failure::refused("letters.no_law"))?;
        let name = format!("{}.{form_set}.typ", L::KIND);
        self.templates.get(&name).with_context(|| format!("no template {name}")).map_err(Failure::Fault)
    }
}

/// A letter with its template and what is printed on it.
struct Sheet<'a> {
    template: &'a Template,
    data: serde_json::Value,
    images: Images,
}

impl Sheet<'_> {
    fn order(&self) -> Order<'_> {
        Order { template: self.template, data: &self.data, images: self.images.clone() }
    }
}

fn run(issue: &Issue, standing: Standing) -> Run {
    Run { made_at: facts::made_at(issue.registry, issue.now), standard: Standard::PdfA2b, standing }
}

/// When the dossier was received: its law is that of this day.
fn received(events: &[Recorded]) -> Result<Timestamp, Failure> {
    events.first().map(|first| first.at).ok_or(Failure::NotFound)
}

fn embedded() -> BTreeMap<String, String> {
    Sources::iter()
        .filter_map(|name| Some((name.to_string(), String::from_utf8(Sources::get(&name)?.data.into_owned()).ok()?)))
        .collect()
}

fn pairs(sources: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    sources.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

/// The office's own files, in order of their names; a folder that is not there holds none.
fn own_files(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in std::fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".typ") {
            let text = std::fs::read(entry.path()).with_context(|| format!("read letter template {name}"))?;
            files.insert(name, String::from_utf8_lossy(&text).into_owned());
        }
    }
    Ok(files)
}
