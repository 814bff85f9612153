//! Letters as people and machines meet them: read by `pdftotext`, drawn by `pdftoppm`, scanned by `zbarimg`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod letters;
mod press;
mod specimen;
mod symbols;
mod tools;
