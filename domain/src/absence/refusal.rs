//! Why an absence is not entered, or not ended.

use jiff::civil::Date;

/// The rules say no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the last day lies before the first [SUB-06]")]
    EndsBeforeItBegins,
    #[error("the last day, {to}, has passed [SUB-06] [SUB-09]")]
    Over { to: Date },
    #[error("it began more than {max} days ago [SUB-06]")]
    TooLongAgo { max: i32 },
    #[error("it is longer than {max} days [SUB-06]")]
    TooLong { max: i32 },
    #[error("{person} has no such post to hand over [SUB-02]")]
    NothingToHandOver { person: String },
    #[error("nobody stands in for themself [SUB-05]")]
    Themself,
    #[error("{substitute} has no working post on {day} [SUB-05]")]
    SubstituteWithoutPost { substitute: String, day: Date },
    #[error("{substitute} is neither of the same agency nor of one above [SUB-05]")]
    FromElsewhere { substitute: String },
    #[error("{substitute} is of another agency: a leader's post stays in the agency [SUB-05]")]
    LeaderFromElsewhere { substitute: String },
    #[error("{substitute} stands in already from {from} to {to} [SUB-07]")]
    AwayAlready { substitute: String, from: Date, to: Date },
    #[error("the work would come back: {} [SUB-04]", way.join(" → "))]
    Circle { way: Vec<String> },
}

impl Refusal {
    /// Key of the sentence in the locale files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::EndsBeforeItBegins => "absence.ends_before_it_begins",
            Self::Over { .. } => "absence.over",
            Self::TooLongAgo { .. } => "absence.too_long_ago",
            Self::TooLong { .. } => "absence.too_long",
            Self::NothingToHandOver { .. } => "absence.nothing_to_hand_over",
            Self::Themself => "absence.themself",
            Self::SubstituteWithoutPost { .. } => "absence.substitute_without_post",
            Self::FromElsewhere { .. } => "absence.from_elsewhere",
            Self::LeaderFromElsewhere { .. } => "absence.leader_from_elsewhere",
            Self::AwayAlready { .. } => "absence.away_already",
            Self::Circle { .. } => "absence.circle",
        }
    }

    /// The field of the form it is about.
    pub fn field(&self) -> &'static str {
        match self {
            Self::EndsBeforeItBegins | Self::Over { .. } | Self::TooLong { .. } => "to_on",
            Self::TooLongAgo { .. } | Self::AwayAlready { .. } => "from_on",
            Self::NothingToHandOver { .. } => "post",
            Self::Themself
            | Self::SubstituteWithoutPost { .. }
            | Self::FromElsewhere { .. }
            | Self::LeaderFromElsewhere { .. }
            | Self::Circle { .. } => "substitute",
        }
    }

    /// What the sentence names: logins and days as they are stored.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::EndsBeforeItBegins | Self::Themself => Vec::new(),
            Self::Over { to } => vec![("to", to.to_string())],
            Self::TooLongAgo { max } | Self::TooLong { max } => vec![("max", max.to_string())],
            Self::NothingToHandOver { person } => vec![("person", person.clone())],
            Self::SubstituteWithoutPost { substitute, day } => {
                vec![("substitute", substitute.clone()), ("day", day.to_string())]
            }
            Self::FromElsewhere { substitute } | Self::LeaderFromElsewhere { substitute } => {
                vec![("substitute", substitute.clone())]
            }
            Self::AwayAlready { substitute, from, to } => {
                vec![("substitute", substitute.clone()), ("from", from.to_string()), ("to", to.to_string())]
            }
            Self::Circle { way } => vec![("way", way.join(" → "))],
        }
    }
}
