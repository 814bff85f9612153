//! Letters as people and machines meet them: read by `pdftotext`, drawn by `pdftoppm`, scanned by `zbarimg`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod adapted;
mod golden;
mod letters;
mod many;
mod paper;
mod press;
mod receipts;
mod symbols;
mod tools;
