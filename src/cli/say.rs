//! What a command prints. Whoever reads it may stop in the middle (`… | head`), which is no failure of ours.

use std::io::{ErrorKind, Write as _};
use std::process::exit;

/// What a shell says of a program that ended because nobody read on: neither done nor failed.
const NOBODY_READS: i32 = 128 + 13;

/// Prints a line, and ends quietly when nobody reads on. Not for commands that serve: those go on.
macro_rules! say {
    ($($words:tt)*) => { $crate::cli::say::line(format_args!($($words)*)) };
}
pub(crate) use say;

pub(crate) fn line(words: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{words}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => exit(NOBODY_READS),
        Err(error) => {
            eprintln!("motcua: cannot print: {error}");
            exit(1);
        }
        Ok(()) => {}
    }
}

/// Tells something that nobody has to read: a server serves all the same.
pub(crate) fn tell(words: &str) {
    let _ = writeln!(std::io::stdout(), "{words}");
}
