//! `motcua report`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use motcua_domain::figures::{Figures, Report, Which};
use serde_json::json;

use super::official::{self, OfficialArgs};
use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::record::figures;
use crate::view::reports;

#[derive(Subcommand)]
pub enum ReportCommand {
    /// The share on time and form II.06a; per level, field and agency
    Summary(SummaryArgs),
    /// An official report of a period as a table, a spreadsheet, a paper or a list
    Official(OfficialArgs),
}

#[derive(Args)]
pub struct SummaryArgs {
    /// First day of the period: 2018-01-01
    #[arg(long)]
    from: Date,
    /// Last day of the period
    #[arg(long)]
    to: Date,
    /// Of one agency only, by its key
    #[arg(long)]
    agency: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Language of the table
    #[arg(long, default_value = "en", value_parser = ["vi", "en"])]
    lang: String,
    #[command(flatten)]
    store: StoreArgs,
}

pub fn run(command: ReportCommand) -> Result<ExitCode, Failure> {
    let args = match command {
        ReportCommand::Summary(args) => args,
        ReportCommand::Official(args) => return official::run(&args),
    };
    let opened = args.store.open()?;
    let registry = opened.shelf.get();
    let ctx = app::command_ctx();
    app::seal_all(&opened.db, &ctx)?;
    figures::take_in_all(&opened.db, &registry.timezone, ctx.now)?;
    let report = opened.db.query(|tx| {
        if let Some(agency) = args.agency.as_ref().filter(|agency| !registry.agencies.contains_key(*agency))
            && !figures::agencies(tx)?.contains(agency)
        {
            return Err(Failure::fault(anyhow::anyhow!("there is no agency {agency}")));
        }
        reports::report(tx, &registry, args.from, args.to, args.agency.as_deref(), ctx.now)
    })?;
    if args.json {
        say!("{}", to_json(&args, &report)?);
    } else {
        print(&args, &report, |agency| registry.agency_name(agency).to_owned())?;
    }
    // A report that does not add up is a fault of the program, and says so to whoever runs it.
    Ok(if report.adds_up() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn to_json(args: &SummaryArgs, report: &Report) -> Result<serde_json::Value, Failure> {
    let tenths = |share: Option<motcua_domain::figures::Share>| share.map(|share| share.tenths);
    let mut all = serde_json::to_value(report)?;
    let about = json!({ "from": args.from.to_string(), "to": args.to.to_string(), "agency": args.agency,
        "share": tenths(report.total.on_time.share()), "lenient": tenths(report.total.lenient()),
        "adds_up": report.adds_up(), "hash": report.hash() });
    if let (Some(all), serde_json::Value::Object(about)) = (all.as_object_mut(), about) {
        all.extend(about);
    }
    Ok(all)
}

fn print(args: &SummaryArgs, report: &Report, name: impl Fn(&str) -> String) -> Result<(), Failure> {
    let texts = Texts::embedded().map_err(Failure::Fault)?;
    let locale = Locale::from_tag(&args.lang).unwrap_or(Locale::En);
    let text = |key: &str| texts.say(locale, key, &Default::default());
    let parts = report.total.on_time;
    say!("{}: {} – {}", text("reports.title"), locale.date(args.from), locale.date(args.to));
    say!("{}: {}", text("reports.share"), reports::share(locale, parts.share()));
    for (key, number) in [
        ("counted", parts.counted),
        ("overdue_before", parts.overdue_before),
        ("kept", parts.kept),
        ("cleared", parts.cleared),
        ("excused", parts.excused),
        ("overdue", parts.overdue),
        ("left_out", parts.left_out),
        ("supplement", parts.supplement),
        ("payment", parts.payment),
        ("outage", parts.outage),
    ] {
        say!("  {:<70}{number:>9}", text(&format!("reports.which.{key}")));
    }
    say!("{}: {}", text("reports.lenient"), reports::share(locale, report.total.lenient()));
    let columns = Which::ALL.iter().take(report.total.columns().len());
    for (number, (_, word, _)) in columns.enumerate() {
        say!("  ({}) {}", number + 3, text(&format!("reports.which.{word}")));
    }
    let heads: String = (3..=13).map(|number| format!("{:>8}", format!("({number})"))).collect();
    say!("{:<44}{heads}{:>9}", text("reports.what"), text("reports.share_short"));
    let line = |name: &str, figures: &Figures| print_line(locale, name, figures);
    line(&text("reports.total"), &report.total);
    for (tier, figures) in &report.tiers {
        line(&text(&format!("tier.{}", tier.as_str())), figures);
        for (field, figures) in report.fields.get(tier).into_iter().flatten() {
            line(&format!("  {field}"), figures);
        }
    }
    for (agency, figures) in &report.agencies {
        line(&name(agency), figures);
    }
    say!("(3) = (7) + (11): {}", if report.adds_up() { "✓" } else { "✗" });
    say!("hash {}", report.hash());
    Ok(())
}

fn print_line(locale: Locale, name: &str, figures: &Figures) {
    // Names are cut to the column by characters, not bytes.
    let name: String = name.chars().take(43).collect();
    let numbers: String = figures.columns().iter().map(|number| format!("{number:>8}")).collect();
    say!("{name:<44}{numbers}{:>9}", reports::share(locale, figures.on_time.share()));
}
