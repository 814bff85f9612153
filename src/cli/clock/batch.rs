//! Many questions at once: a line for a line, in order. A line that cannot be answered says why, and the others go on.

use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};

use motcua_domain::calendar::Calendar;
use motcua_domain::deadline::{self, Due, PromiseTime};
use serde_json::json;

use super::question::Asked;
use crate::platform::failure::{Failure, Sentence};

/// What a line is answered with; the edge decides how its sentences sound.
pub struct Batch<'a> {
    pub calendar: &'a Calendar,
    pub promise: PromiseTime,
    pub say: &'a dyn Fn(&Sentence) -> String,
}

impl Batch<'_> {
    /// Answers every line of `questions`.
    pub fn run(&self, questions: impl Read, answers: impl Write) -> std::io::Result<()> {
        let mut questions = BufReader::with_capacity(1 << 16, questions);
        let mut answers = BufWriter::with_capacity(1 << 16, answers);
        let mut line = Vec::new();
        while questions.read_until(b'\n', &mut line)? > 0 {
            // A spreadsheet program may put a mark before the first byte.
            let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
            serde_json::to_writer(&mut answers, &self.answer(text))?;
            answers.write_all(b"\n")?;
            line.clear();
            // Whoever asks line by line and waits for the answer gets it.
            if questions.buffer().is_empty() {
                answers.flush()?;
            }
        }
        answers.flush()
    }

    fn answer(&self, line: &[u8]) -> serde_json::Value {
        let due = Asked::from_line(line).and_then(|asked| {
            deadline::due_moment(self.calendar, &asked.question(self.promise)).map_err(|no| Sentence::from(&no))
        });
        match due {
            Ok(Due::At(due)) => json!({ "due": super::minute(due) }),
            Ok(Due::PausedSince(since)) => json!({ "due": null, "paused_since": super::minute(since) }),
            Err(sentence) => json!({ "error": (self.say)(&sentence) }),
        }
    }
}

/// A reader that went away ends the batch; it is not a fault of ours.
pub fn finished(done: std::io::Result<()>) -> Result<(), Failure> {
    match done {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::fault(error)),
        _ => Ok(()),
    }
}
