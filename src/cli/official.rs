//! `motcua report official`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use jiff::civil::Date;
use motcua_domain::figures::Term;

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::record::figures;
use crate::record::letters::{Issue, Letters};
use crate::view::reports::official::sheet::Sheet;
use crate::view::reports::official::{Format, Frame, Kind, written};

#[derive(Args)]
pub struct OfficialArgs {
    /// Which report
    #[arg(long, value_parser = Kind::ALL.map(|(_, word)| word))]
    kind: String,
    /// m1 to m12, q1 to q4, h1, h2, n9 (nine months), y; with --year
    #[arg(long, requires = "year", value_parser = term)]
    period: Option<Term>,
    #[arg(long)]
    year: Option<i16>,
    /// First day of any other period: 2018-01-01
    #[arg(long, required_unless_present = "period", requires = "to")]
    from: Option<Date>,
    /// Its last day
    #[arg(long)]
    to: Option<Date>,
    /// Of one agency only, by its key
    #[arg(long)]
    agency: Option<String>,
    /// Write a file of this kind instead of a table on the terminal
    #[arg(long, requires = "out", value_parser = Format::ALL.map(|(_, word, _)| word))]
    format: Option<String>,
    /// The file
    #[arg(long, requires = "format")]
    out: Option<PathBuf>,
    /// Language of the table on the terminal; files are Vietnamese
    #[arg(long, default_value = "en", value_parser = ["vi", "en"])]
    lang: String,
    #[command(flatten)]
    store: StoreArgs,
}

fn term(text: &str) -> Result<Term, String> {
    Term::parse(text).ok_or_else(|| "m1 to m12, q1 to q4, h1, h2, n9 or y".to_owned())
}

impl OfficialArgs {
    fn days(&self) -> Result<(Date, Date), Failure> {
        match (self.period, self.year, self.from, self.to) {
            (Some(term), Some(year), ..) => {
                term.days(year).ok_or_else(|| Failure::fault(anyhow::anyhow!("there is no year {year}")))
            }
            (_, _, Some(from), Some(to)) => Ok((from, to)),
            _ => Err(Failure::fault(anyhow::anyhow!("name a period and its year, or --from and --to"))),
        }
    }
}

pub fn run(args: &OfficialArgs) -> Result<ExitCode, Failure> {
    let (kind, period) = (Kind::parse(&args.kind).ok_or(Failure::NotFound)?, args.days()?);
    let format = args.format.as_deref().and_then(Format::parse);
    let opened = args.store.open()?;
    let registry = opened.shelf.get();
    let ctx = app::command_ctx();
    app::seal_all(&opened.db, &ctx)?;
    figures::take_in_all(&opened.db, &registry.timezone, ctx.now)?;
    let texts = Texts::embedded().map_err(Failure::Fault)?;
    let terminal = Locale::from_tag(&args.lang).unwrap_or(Locale::En);
    let locale = if format.is_some() { Locale::Vi } else { terminal };
    let sheets = opened.db.query(|tx| {
        if let Some(agency) = args.agency.as_ref().filter(|agency| !registry.agencies.contains_key(*agency))
            && !figures::agencies(tx)?.contains(agency)
        {
            return Err(Failure::fault(anyhow::anyhow!("there is no agency {agency}")));
        }
        let mut frame = Frame::new(&registry, &texts, locale, period, ctx.now);
        frame.agency.clone_from(&args.agency);
        frame.sheets(tx, kind)
    })?;
    match (format, &args.out) {
        (Some(format), Some(out)) => {
            let letters = Letters::new().map_err(Failure::Fault)?;
            let issue = Issue { registry: &registry, texts: &texts, base_url: "", now: ctx.now, vouch: None };
            let bytes = written(&sheets, format, args.agency.as_deref(), &letters, &issue)?;
            std::fs::write(out, bytes)
                .map_err(|error| Failure::fault(anyhow::anyhow!("{}: {error}", out.display())))?;
        }
        _ => sheets.iter().for_each(|sheet| print(sheet, locale)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Longest cell on the terminal.
const WIDEST: usize = 60;

fn print(sheet: &Sheet, locale: Locale) {
    say!("{}", sheet.title);
    say!("{} · {}", sheet.agency, sheet.period);
    for (number, column) in (1..).zip(&sheet.columns) {
        let group = if column.group.is_empty() { String::new() } else { format!("{}: ", column.group) };
        say!("  ({number}) {group}{}", column.label);
    }
    let rows: Vec<Vec<(String, bool)>> = sheet
        .rows
        .iter()
        .map(|row| row.cells.iter().map(|cell| (cut(&cell.shown(locale)), cell.is_number())).collect())
        .collect();
    let heads = (1..=sheet.columns.len()).map(|number| (format!("({number})"), false)).collect();
    let all: Vec<Vec<(String, bool)>> = std::iter::once(heads).chain(rows).collect();
    let wide = |at: usize| all.iter().filter_map(|row| row.get(at)).map(|(text, _)| text.chars().count()).max();
    for row in &all {
        let cells = row.iter().enumerate().map(|(at, (text, number))| {
            let width = wide(at).unwrap_or(0);
            if *number { format!("{text:>width$}") } else { format!("{text:<width$}") }
        });
        say!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    for note in &sheet.notes {
        say!("{note}");
    }
    say!("");
}

fn cut(text: &str) -> String {
    text.chars().take(WIDEST).collect()
}
