//! `motcua clock due`: the due moment and its reasons, without any data.

mod batch;
mod question;

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use jiff::civil::DateTime;
use motcua_domain::calendar::Calendar;
use motcua_domain::deadline::{self, Answer, Due, PromiseTime};
use serde_json::{Value, json};

use super::say::say;
use super::store::read_pack;
use crate::platform::failure::{Failure, Sentence};
use crate::platform::i18n::{Locale, Texts};
use crate::record::explain;
use crate::registry::pack;
use batch::Batch;
use question::Asked;

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
    #[arg(long, value_name = "MOMENT", required_unless_present = "batch")]
    received: Option<String>,
    /// `3 working days`, `13 calendar days`, `1 month`, `4 working hours`, or the Vietnamese words
    #[arg(long, required_unless_present = "batch")]
    limit: Option<String>,
    /// Received after this hour, counting starts the next working day: 15:00
    #[arg(long, value_name = "TIME")]
    cutoff: Option<String>,
    /// A pause: 2018-04-26T08:00/2018-04-27T09:00, or 2018-04-26T08:00/ while it lasts; may be given several times
    #[arg(long = "pause", value_name = "FROM/TO")]
    pauses: Vec<String>,
    /// Answer every line of a file ("-": standard input) with a line of JSON
    #[arg(long, value_name = "FILE", conflicts_with_all = ["received", "limit", "cutoff", "pauses"])]
    batch: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Language of the reasons
    #[arg(long, default_value = "en", value_parser = ["vi", "en"])]
    lang: String,
}

pub fn run(command: ClockCommand) -> Result<ExitCode, Failure> {
    let ClockCommand::Due(args) = command;
    let pack = read_pack(&args.site)?;
    let calendar = pack::calendar_of(&pack.hours, &pack.days, &pack.site.main_agency).map_err(Failure::fault)?;
    let texts = Texts::embedded().map_err(Failure::Fault)?;
    let locale = Locale::from_tag(&args.lang).unwrap_or(Locale::En);
    let terminal = Terminal { texts, locale, json: args.json };
    let promise = pack.site.clock.promise;
    match &args.batch {
        Some(file) => {
            let batch = Batch { calendar: &calendar, promise, say: &|sentence| terminal.say(sentence) };
            let answers = io::stdout().lock();
            batch::finished(if file.as_os_str() == "-" {
                batch.run(io::stdin().lock(), answers)
            } else {
                let questions = File::open(file).with_context(|| format!("cannot read {}", file.display()));
                batch.run(questions.map_err(Failure::Fault)?, answers)
            })?;
            Ok(ExitCode::SUCCESS)
        }
        None => Ok(match ask(&args, &calendar, promise) {
            Ok(answer) => terminal.print(&answer)?,
            Err(sentence) => terminal.refuse(&sentence),
        }),
    }
}

fn ask(args: &DueArgs, calendar: &Calendar, promise: PromiseTime) -> Result<Answer, Sentence> {
    let asked = Asked {
        received: question::moment(args.received.as_deref().unwrap_or_default())?,
        limit: question::limit(args.limit.as_deref().unwrap_or_default())?,
        cutoff: args.cutoff.as_deref().map(question::time_of_day).transpose()?,
        pauses: args.pauses.iter().map(|text| question::pause(text)).collect::<Result<_, _>>()?,
    };
    deadline::due(calendar, &asked.question(promise)).map_err(|refusal| Sentence::from(&refusal))
}

/// How the answers sound and look.
struct Terminal {
    texts: Texts,
    locale: Locale,
    json: bool,
}

impl Terminal {
    fn say(&self, sentence: &Sentence) -> String {
        explain::sentence(&self.texts, self.locale, sentence)
    }

    fn print(&self, answer: &Answer) -> Result<ExitCode, Failure> {
        if self.json {
            say!("{}", self.shown(answer)?);
            return Ok(ExitCode::SUCCESS);
        }
        match answer.due {
            Due::At(due) => say!("{}", minute(due)),
            Due::PausedSince(since) => {
                say!("{}", self.say(&Sentence::new("clock.paused").with("since", minute(since))));
            }
        }
        self.sentences(answer)?.iter().for_each(|sentence| say!("- {sentence}"));
        Ok(ExitCode::SUCCESS)
    }

    fn sentences(&self, answer: &Answer) -> Result<Vec<String>, Failure> {
        Ok(explain::reasons(&self.texts, self.locale, &serde_json::to_value(&answer.steps)?))
    }

    /// The answer as JSON: the due moment, the start, and a rule with its sentence for each step.
    fn shown(&self, answer: &Answer) -> Result<Value, Failure> {
        let sentences = self.sentences(answer)?;
        let steps = answer.steps.iter().zip(sentences);
        let steps: Vec<_> = steps.map(|(step, text)| json!({ "rule": step.rule, "text": text })).collect();
        let start = minute(answer.start);
        Ok(match answer.due {
            Due::At(due) => json!({ "due": minute(due), "start": start, "steps": steps }),
            Due::PausedSince(since) => {
                json!({ "due": null, "paused_since": minute(since), "start": start, "steps": steps })
            }
        })
    }

    fn refuse(&self, sentence: &Sentence) -> ExitCode {
        match self.json {
            true => say!("{}", json!({ "error": self.say(sentence) })),
            false => eprintln!("motcua: {}", self.say(sentence)),
        }
        ExitCode::FAILURE
    }
}

fn minute(at: DateTime) -> String {
    let (date, time) = (at.date(), at.time());
    format!("{date}T{:02}:{:02}", time.hour(), time.minute())
}

#[cfg(test)]
mod tests;
