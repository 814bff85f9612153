//! `motcua report summary`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use motcua_domain::report::{Figures, Summary};
use serde_json::json;

use super::say::say;
use super::store::StoreArgs;
use crate::app;
use crate::platform::failure::Failure;
use crate::platform::i18n::{Locale, Texts};
use crate::view::reports;

#[derive(Subcommand)]
pub enum ReportCommand {
    /// Received, settled early, on time and late, still open; per level and per field
    Summary(SummaryArgs),
}

#[derive(Args)]
pub struct SummaryArgs {
    /// First day of the period: 2018-01-01
    #[arg(long)]
    from: Date,
    /// Last day of the period
    #[arg(long)]
    to: Date,
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
    let ReportCommand::Summary(args) = command;
    if args.from > args.to {
        return Err(Failure::refused("reports.backwards"));
    }
    let opened = args.store.open()?;
    let registry = opened.shelf.get();
    let now = app::command_ctx().now;
    let summary = opened.db.query(|tx| reports::summary(tx, &registry, args.from, args.to, None, now))?;
    if args.json {
        say!("{}", to_json(&args, &summary));
    } else {
        print_table(&args, &summary)?;
    }
    // A report that does not add up is a fault of the program, and says so to whoever runs it.
    Ok(if summary.adds_up() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn to_json(args: &SummaryArgs, summary: &Summary) -> serde_json::Value {
    let line = |figures: &Figures| {
        json!({ "received": figures.received, "online": figures.online, "settled": figures.settled(),
            "settled_early": figures.settled_early, "settled_on_time": figures.settled_on_time,
            "settled_late": figures.settled_late, "open": figures.open(), "open_in_time": figures.open_in_time,
            "open_late": figures.open_late })
    };
    let tiers: serde_json::Map<_, _> =
        summary.tiers.iter().map(|(tier, figures)| (tier.clone(), line(figures))).collect();
    let fields: Vec<_> = summary
        .fields
        .iter()
        .flat_map(|(tier, fields)| fields.iter().map(move |(field, figures)| (tier, field, figures)))
        .map(|(tier, field, figures)| json!({ "level": tier, "field": field, "figures": line(figures) }))
        .collect();
    json!({ "from": args.from.to_string(), "to": args.to.to_string(), "total": line(&summary.total), "levels": tiers,
        "fields": fields, "adds_up": summary.adds_up(), "hash": summary.hash() })
}

fn print_table(args: &SummaryArgs, summary: &Summary) -> Result<(), Failure> {
    let texts = Texts::embedded().map_err(Failure::Fault)?;
    let locale = Locale::from_tag(&args.lang).unwrap_or(Locale::En);
    let say = |key: &str| texts.say(locale, key, &Default::default());
    let columns = [
        "received",
        "online",
        "settled",
        "settled_early",
        "settled_on_time",
        "settled_late",
        "open",
        "open_in_time",
        "open_late",
    ];
    say!("{}: {} – {}", say("reports.title"), locale.date(args.from), locale.date(args.to));
    for (number, column) in columns.iter().enumerate() {
        say!("  ({}) {}", number + 1, say(&format!("reports.{column}")));
    }
    let heads: String = (1..=columns.len()).map(|number| format!("{:>8}", format!("({number})"))).collect();
    say!("{:<60}{heads}", say("reports.what"));
    print_line(&say("reports.total"), &summary.total);
    for (tier, figures) in &summary.tiers {
        print_line(&say(&format!("tier.{tier}")), figures);
        for (field, figures) in summary.fields.get(tier).into_iter().flatten() {
            print_line(&format!("  {field}"), figures);
        }
    }
    say!("(1) = (3) + (7): {}", if summary.adds_up() { "✓" } else { "✗" });
    say!("hash {}", summary.hash());
    Ok(())
}

fn print_line(name: &str, figures: &Figures) {
    // Names are cut to the column by characters, not bytes.
    let name: String = name.chars().take(58).collect();
    let numbers = [
        figures.received,
        figures.online,
        figures.settled(),
        figures.settled_early,
        figures.settled_on_time,
        figures.settled_late,
        figures.open(),
        figures.open_in_time,
        figures.open_late,
    ];
    let numbers: String = numbers.iter().map(|number| format!("{number:>8}")).collect();
    say!("{name:<60}{numbers}");
}
