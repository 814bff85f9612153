//! `motcua clock due`: the due moment and its reasons, without any data.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::{DateTime, Time};
use motcua_domain::calendar::Calendar;
use motcua_domain::deadline::{self, Due, PromiseTime, Question, parse_limit};
use serde_json::json;

use super::store::read_pack;
use crate::platform::failure::{Failure, Sentence};
use crate::platform::i18n::{Locale, Texts};
use crate::record::explain;

#[derive(Subcommand)]
pub enum ClockCommand {
    /// When is it due, and why
    Due(DueArgs),
}

#[derive(Args)]
pub struct DueArgs {
    /// Site pack whose calendar holds: a built-in one, or a folder
    #[arg(long, default_value = super::store::DEMONSTRATION)]
    site: String,
    /// Local time of receipt: 2018-04-24T15:40
    #[arg(long)]
    received: DateTime,
    /// `3 working days`, `13 calendar days`, `1 month`, `4 working hours`, or the Vietnamese words
    #[arg(long)]
    limit: String,
    /// Received after this hour, counting starts the next working day: 15:00
    #[arg(long)]
    cutoff: Option<Time>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Language of the reasons
    #[arg(long, default_value = "en", value_parser = ["vi", "en"])]
    lang: String,
}

pub fn run(command: ClockCommand) -> Result<ExitCode, Failure> {
    let ClockCommand::Due(args) = command;
    let limit = parse_limit(&args.limit).ok_or_else(|| Failure::refused("clock.limit_not_understood"))?;
    let pack = read_pack(&args.site)?;
    let everybody = |agency: &str| agency == "*";
    let hours = pack.hours.iter().filter(|(agency, _)| everybody(agency)).map(|(_, row)| row.clone()).collect();
    let days = pack.days.iter().filter(|day| everybody(&day.agency)).map(|day| day.row.clone()).collect();
    let calendar = Calendar::new(hours, days).map_err(Failure::fault)?;
    let question =
        Question { received: args.received, limit, cutoff: args.cutoff, pauses: &[], promise: PromiseTime::Closing };
    let answer = deadline::due(&calendar, &question).map_err(|refusal| {
        let sentence = Sentence::new(refusal.key());
        Failure::Refused(refusal.params().into_iter().fold(sentence, |s, (name, value)| s.with(name, value)))
    })?;
    let texts = Texts::embedded().map_err(Failure::Fault)?;
    let locale = Locale::from_tag(&args.lang).unwrap_or(Locale::En);
    let sentences = explain::reasons(&texts, locale, &serde_json::to_value(&answer.steps)?);
    let Due::At(due) = answer.due else { return Err(Failure::refused("clock.limit_not_understood")) };
    let minute = |at: DateTime| at.strftime("%Y-%m-%dT%H:%M").to_string();
    if args.json {
        let steps: Vec<_> = answer
            .steps
            .iter()
            .zip(&sentences)
            .map(|(step, text)| json!({ "rule": step.rule, "text": text }))
            .collect();
        println!("{}", json!({ "due": minute(due), "start": minute(answer.start), "steps": steps }));
    } else {
        println!("{}", minute(due));
        sentences.iter().for_each(|sentence| println!("- {sentence}"));
    }
    Ok(ExitCode::SUCCESS)
}
