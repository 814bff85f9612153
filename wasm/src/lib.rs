//! `motcua_domain::figures::Recount` for a browser: bytes in, JSON out. Why so and not with a generator of bindings: ADR 0013.
//!
//! The page asks for room with [`input`], writes into it, and calls what reads it. There is no `unsafe` block here: what is unsafe is
//! only that these functions keep their names, and nothing else in the module has one of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use motcua_domain::figures::{Published, Recount};

static STATE: Mutex<Option<State>> = Mutex::new(None);

#[derive(Default)]
struct State {
    input: Vec<u8>,
    /// The beginning of a line that goes on in the next piece.
    rest: Vec<u8>,
    recount: Recount,
    /// Lines that are no event.
    unread: u64,
    output: Vec<u8>,
}

fn state() -> MutexGuard<'static, Option<State>> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Room for so many bytes, to be written before the next call.
#[unsafe(no_mangle)]
pub extern "C" fn input(bytes: usize) -> *mut u8 {
    let mut state = state();
    let input = &mut state.get_or_insert_default().input;
    input.clear();
    input.resize(bytes, 0);
    input.as_mut_ptr()
}

/// Takes the input for the next piece of the log, wherever it was cut.
#[unsafe(no_mangle)]
pub extern "C" fn feed() {
    let mut state = state();
    let State { input, rest, recount, unread, .. } = state.get_or_insert_default();
    rest.append(input);
    let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else { return };
    let after = rest.split_off(end + 1);
    for line in rest.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(event) => recount.add(event),
            Err(_) => *unread += 1,
        }
    }
    *rest = after;
}

/// Takes the input for the published figures and compares; returns the length of the answer at [`output`]. Begins anew afterwards.
#[unsafe(no_mangle)]
pub extern "C" fn compare() -> usize {
    let mut state = state();
    let mut done = state.take().unwrap_or_default();
    // A last line without its end was cut off.
    done.unread += u64::from(!done.rest.is_empty());
    let answer = match serde_json::from_slice::<Published>(&done.input) {
        Ok(published) => {
            let verdict = done.recount.verdict(&published);
            serde_json::json!({ "holds": verdict.holds() && done.unread == 0, "unread": done.unread, "verdict": verdict })
        }
        Err(error) => serde_json::json!({ "error": error.to_string() }),
    };
    let output = answer.to_string().into_bytes();
    let length = output.len();
    *state = Some(State { output, ..State::default() });
    length
}

/// Where the last answer lies, until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    state().get_or_insert_default().output.as_ptr()
}
