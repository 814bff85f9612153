//! What a program may ask to be done to a dossier.

use jiff::Timestamp;
use jiff::civil::Date;
use motcua_domain::dossier::Outcome;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::view::api::words;
use crate::work::intake::{PaperInput, ParticularsInput};

/// Every act names what of the dossier was seen and which task is meant, beside its own fields. It is written down twice: once as
/// it is described and sent, with its name in a field, and once as it is read, see [`Sent`].
macro_rules! acts {
    (@enum $(#[$how:meta])* $Act:ident {
        $($(#[$said:meta])* $name:ident { $($(#[$told:meta])* $field:ident: $shape:ty,)* })*
    }) => {
        #[derive(Deserialize, ToSchema)]
        $(#[$how])*
        pub enum $Act {
            $($(#[$said])* $name {
                /// The version the caller was looking at: if somebody acted meanwhile, nothing happens (409).
                version: Option<i64>,
                /// Which of the open `tasks`: 0 the main route, n its n-th leg, 100 + n the n-th consultation. Where it is not
                /// said, the first the caller can act on.
                task: Option<u32>,
                $($(#[$told])* $field: $shape,)*
            },)*
        }
    };
    ($($(#[$said:meta])* $name:ident { $($(#[$told:meta])* $field:ident: $shape:ty,)* })*) => {
        acts! { @enum
            /// One act; `act` says which.
            #[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
            #[schema(as = Act)]
            #[allow(dead_code)] // For the description alone.
            Described { $($(#[$said])* $name { $($(#[$told])* $field: $shape,)* })* }
        }
        acts! { @enum
            #[serde(rename_all = "snake_case", deny_unknown_fields)]
            #[schema(as = ActRead)]
            Act { $($(#[$said])* $name { $($(#[$told])* $field: $shape,)* })* }
        }

        impl Act {
            /// The version that was seen and the task that is meant.
            pub fn target(&self) -> (Option<i64>, Option<u32>) {
                match self {
                    $(Self::$name { version, task, .. } => (*version, *task),)*
                }
            }
        }
    };
}

acts! {
    /// Take the step for oneself.
    Claim {}
    /// The head of the office gives the step to somebody of the office.
    Assign {
        /// Account.
        to: String,
    }
    /// Pass the dossier to the next step.
    Forward {
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    }
    /// What came with a slip is here.
    Confirm {}
    /// Back to an earlier step.
    SendBack {
        /// Index in `route`, or in the steps of the leg.
        to_step: u32,
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    }
    /// The specialist's answer; a refusal needs its reason in `note`.
    Propose {
        #[schema(value_type = words::Outcome)]
        outcome: Outcome,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    }
    /// The head or leader agrees.
    Approve {
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    }
    /// The head or leader does not agree.
    Return {
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    }
    /// The result goes to the applicant or a proxy.
    HandOver { recipient: RecipientInput, }
    /// Replace a mistaken receipt.
    Correct {
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
        particulars: Box<ParticularsInput>,
    }
    /// Ask the applicant for everything that is missing (form 02). The clock stands until it is complete.
    AskSupplement {
        #[schema(min_items = 1, max_items = 40)]
        items: Vec<ItemInput>,
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
        /// The rule it rests on.
        #[serde(default)]
        #[schema(max_length = 2000)]
        ground: String,
        /// Until when the applicant has time; after now.
        #[schema(value_type = Option<String>, format = DateTime)]
        answer_by: Option<Timestamp>,
        /// Why it was not asked at once; needed for a second request, which counts as late in the national index.
        #[serde(default)]
        #[schema(max_length = 2000)]
        again: String,
    }
    /// What was asked for is complete: the limit runs anew or goes on, by the law at receipt. Only the receiving one-stop.
    ReceiveSupplement {
        /// The papers that came.
        #[serde(default)]
        #[schema(max_items = 100)]
        papers: Vec<PaperInput>,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
    }
    /// Ask the applicant for a payment that fell due in the course of the matter. The clock stands until it is made.
    AskPayment {
        /// In đồng.
        #[schema(minimum = 1)]
        amount: i64,
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    }
    /// The payment was made. Only the receiving one-stop.
    ReceivePayment {
        /// Number of the payment paper.
        #[schema(min_length = 1, max_length = 2000)]
        reference: String,
    }
    /// Put the date off, once, with an apology (form 04). Only a head or leader.
    Extend {
        /// A working day; it is due at its closing time.
        #[schema(value_type = String, format = Date)]
        to: Date,
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    }
    /// Reckon the date anew, after the calendar has changed. Only a head or leader.
    Recompute {
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
    }
    /// The applicant takes the dossier back. Only the receiving one-stop.
    Withdraw {
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
        /// What becomes of a fee that was paid, as printed on the notice.
        #[serde(default)]
        #[schema(max_length = 2000)]
        fee: String,
    }
    /// The office stops working on it. Only a head or leader.
    Stop {
        #[schema(min_length = 1, max_length = 2000)]
        reason: String,
        /// The rule it rests on.
        #[serde(default)]
        #[schema(max_length = 2000)]
        ground: String,
        /// What becomes of a fee that was paid, as printed on the notice.
        #[serde(default)]
        #[schema(max_length = 2000)]
        fee: String,
    }
    /// Ask another office; the clock goes on.
    Consult {
        /// `agency/office`.
        office: String,
        #[schema(min_length = 1, max_length = 2000)]
        question: String,
        /// After now.
        #[schema(value_type = String, format = DateTime)]
        answer_by: Timestamp,
    }
    /// The office that was consulted answers; a late answer is taken and marked. `task` is 100 + the number of the consultation.
    AnswerConsultation {
        #[schema(min_length = 1, max_length = 2000)]
        answer: String,
        /// Who answers, where that is not the account.
        #[serde(default)]
        #[schema(max_length = 200)]
        person: String,
    }
    /// An agency outside has the dossier. This and the acts below: the agency itself, or the receiving one-stop for what came on
    /// paper.
    Acknowledge {
        /// Who says so, by name.
        #[schema(min_length = 1, max_length = 200)]
        person: String,
    }
    /// An agency outside asks the one-stop something; the days stay the agency's.
    Ask {
        #[schema(min_length = 1, max_length = 2000)]
        question: String,
        #[schema(min_length = 1, max_length = 200)]
        person: String,
    }
    /// An agency outside answers, which takes the dossier on. A refusal needs its reason in `note`.
    Answer {
        #[schema(value_type = words::Outcome)]
        outcome: Outcome,
        #[serde(default)]
        #[schema(max_length = 2000)]
        note: String,
        #[schema(min_length = 1, max_length = 200)]
        person: String,
    }
    /// The receiving one-stop answers the oldest open question of the task.
    Reply {
        #[schema(min_length = 1, max_length = 2000)]
        answer: String,
    }
}

/// Who takes the result away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientInput {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// 12 or 9 digits; needed from a proxy.
    #[serde(default)]
    pub id_number: String,
    /// The authorisation a proxy shows; absent for the applicant.
    #[schema(max_length = 500)]
    pub authority: Option<String>,
}

/// A paper that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemInput {
    #[schema(min_length = 1, max_length = 1000)]
    pub name: String,
    #[serde(default)]
    #[schema(maximum = 999)]
    pub originals: u32,
    #[serde(default)]
    #[schema(maximum = 999)]
    pub copies: u32,
}
