//! What those who run the program see of it: logs, figures, traces. Never what people typed, who they are or where they sit.
//! Rules: `docs/rules/watch.md`.

mod jobs;
mod logs;
mod metrics;
mod process;

pub use jobs::job;
pub use logs::{Format, Watching, lines, start};
pub use metrics::{CONTENT_TYPE, Metrics};
