//! Trying a template before the first real letter depends on it.

use crate::{CheckError, MadeAt, Order, Press, Run, Standard, Standing, Template, specimens};

/// Any moment does: nobody keeps these sheets.
const SOME_DAY: MadeAt = MadeAt { year: 2018, month: 5, day: 4, hour: 15, minute: 10, utc_offset_minutes: 7 * 60 };

/// One specimen set from the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub specimen: String,
    pub pages: usize,
    /// What the typesetter found odd; each names file and line.
    pub warnings: Vec<String>,
}

/// Sets every specimen of the template's kind: the usual letter, the one with the least and the one with the most facts.
/// What a layout forgets to consider, such as a person without a telephone, fails here and not at the counter.
pub fn check(press: &Press, template: &Template) -> Result<Vec<Checked>, CheckError> {
    let run = Run { made_at: SOME_DAY, standard: Standard::PdfA2b, standing: Standing::Issued };
    specimens(template.kind())?
        .into_iter()
        .map(|specimen| {
            let order = Order { template, data: &specimen.data, images: specimen.images };
            match press.set(&order, run) {
                Ok(printed) => {
                    Ok(Checked { specimen: specimen.name, pages: printed.pages, warnings: printed.warnings })
                }
                Err(fault) => Err(CheckError::Unfit { specimen: specimen.name, fault }),
            }
        })
        .collect()
}
