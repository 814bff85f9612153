//! A letter is what the office issues on an official form: a receipt, a refusal, an apology. This crate sets letters as
//! PDF. It knows no files, no clock and no database: whoever prints hands in the template, the data, the pictures and the
//! moment, and gets bytes back. The same order gives the same bytes, so a letter can be printed again years later.
//!
//! It stands alone because the typesetter is the one heavy dependency of the program: nothing else should rebuild it.
//!
//! To add a letter: write `templates/letters/<kind>.<law>.typ` (start from `receipt.tt01-2018.typ`), describe its data as
//! a struct here, add a sample to `tests/letters.rs`, look at the page.

mod code128;
mod error;
mod legible;
mod press;
mod qr;
mod receipt;
mod refusal;
mod template;
mod world;

pub use code128::code128_svg;
pub use error::{FontError, PrintError, SymbolError};
pub use press::{MadeAt, Order, Press, Printed, Standard};
pub use qr::qr_svg;
pub use receipt::{FeeWay, Moment, Owner, Paper, Receipt, ReturnVia, Voids};
pub use refusal::{Refusal, Stage};
pub use template::Template;
