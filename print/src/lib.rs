//! A letter is what the office issues on an official form: a receipt, a refusal, an apology. This crate sets letters as
//! PDF. It knows no files, no clock and no database: whoever prints hands in the template, the data, the pictures and the
//! moment, and gets bytes back. The same order gives the same bytes, so a letter can be printed again years later.
//!
//! It stands alone because the typesetter is the one heavy dependency of the program: nothing else should rebuild it.
//!
//! Each kind of letter is a struct of facts ([`Letter`]), a template for each form set in `templates/letters/`, and a few
//! specimens in `print/specimens/`. How to add one: `docs/how-to/add-a-letter.md`.

mod apology;
mod certification_receipt;
mod check;
mod code128;
mod control_slip;
mod error;
mod facts;
mod hand_over_slip;
mod joint_receipt;
mod legible;
mod letter;
mod opinion_slip;
mod post_record;
mod post_slip;
mod press;
mod qr;
mod receipt;
mod referral;
mod refusal;
mod register;
mod report;
mod result_receipt;
mod result_slip;
mod specimen;
mod stop;
mod supplement;
mod template;
mod world;

pub use apology::{Apology, ApologyTiming};
pub use certification_receipt::{CertificationReceipt, CertifiedItem};
pub use check::{Checked, check};
pub use code128::code128_svg;
pub use control_slip::{ControlSlip, ControlStep, Pace};
pub use error::{CheckError, FontError, PrintError, SpecimenError, SymbolError};
pub use facts::{Contact, FeeWay, Issuer, Moment, Paper, Person, Procedure, ReturnVia, Signer, Stage};
pub use hand_over_slip::{HandOverSlip, HandedDossier};
pub use joint_receipt::{JointDossier, JointReceipt};
pub use letter::{Images, Letter};
pub use opinion_slip::OpinionSlip;
pub use post_record::{PostDirection, PostItem, PostRecord};
pub use post_slip::{PostService, PostSlip};
pub use press::{MadeAt, Order, Press, Printed, Run, Standard, Standing};
pub use qr::qr_svg;
pub use receipt::{LocalDue, Owner, Receipt, Voids};
pub use referral::Referral;
pub use refusal::Refusal;
pub use register::{Register, RegisterRow};
pub use report::{Report, ReportCell, ReportColumn, ReportRow};
pub use result_receipt::{GivenResult, ResultReceipt};
pub use result_slip::{Due, HandedResult, ResultSlip};
pub use specimen::{Specimen, kinds, specimen, specimens};
pub use stop::{Stop, StopCause};
pub use supplement::{ClockThen, Supplement, SupplementItem};
pub use template::Template;
