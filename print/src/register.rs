//! The register (form 06 of 2018, 07 of 2025), A4 landscape: every dossier of a period, one row each, as the paper book of
//! a counter had it. It is read from the dossiers, never typed.

use serde::{Deserialize, Serialize};

use crate::{Issuer, Letter, Moment, ReturnVia};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    pub issuer: Issuer,
    pub made_on: Moment,
    pub from: Moment,
    /// The last day of the period.
    pub until: Moment,
    /// A book of one field only.
    pub field: Option<String>,
    pub rows: Vec<RegisterRow>,
    /// Number of the first row. 1, unless this is a later part.
    pub first: u32,
    /// Which part this is, from 1, and of how many; see [`Register::in_parts`].
    pub part: u32,
    pub parts: u32,
    /// The officer who keeps the book.
    pub officer_name: String,
    /// Closes the book.
    pub head_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterRow {
    pub code: String,
    pub procedure_name: String,
    pub sets: u32,
    pub person: String,
    /// Empty when unknown.
    pub address: String,
    pub phone: Option<String>,
    /// The agency that settles.
    pub agency: String,
    pub received_at: Moment,
    pub due_at: Option<Moment>,
    pub returned_at: Option<Moment>,
    pub return_via: ReturnVia,
    pub note: Option<String>,
}

/// A part of more rows costs the typesetter more memory than an office's old machine should give at once.
const PART_ROWS: usize = 400;

impl Register {
    /// A long register in parts to be set one after the other with `Press::set_many`: each month of receipt begins on a new
    /// page, and thousands of rows never stand in memory at once. Rows must be in order of receipt. A register of one month
    /// stays whole.
    pub fn in_parts(mut self) -> Vec<Register> {
        let rows = std::mem::take(&mut self.rows);
        let months = rows.chunk_by(|one, next| one.month() == next.month());
        let mut pieces: Vec<Vec<RegisterRow>> =
            months.flat_map(|month| month.chunks(PART_ROWS)).map(<[RegisterRow]>::to_vec).collect();
        if pieces.is_empty() {
            pieces.push(Vec::new());
        }
        let parts = count(pieces.len());
        let (mut first, mut part) = (1, 0);
        pieces
            .into_iter()
            .map(|rows| {
                part += 1;
                let own = Register { first, part, parts, rows, ..self.clone() };
                first += count(own.rows.len());
                own
            })
            .collect()
    }
}

impl RegisterRow {
    fn month(&self) -> (i32, u8) {
        (self.received_at.year, self.received_at.month)
    }
}

/// Nobody prints four thousand million rows.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Letter for Register {
    const KIND: &'static str = "register";
    const SPECIMENS: &'static str = include_str!("../specimens/register.json");

    fn qr(&self) -> Option<&str> {
        None
    }

    fn barcode(&self) -> Option<&str> {
        None
    }
}
