//! The rules say no, and why.

use crate::deadline;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the dossier is closed [DOS-10]")]
    Closed,
    #[error("the step belongs to {office} as {role} [DOS-02]")]
    NotYourStep { office: String, role: String },
    #[error("the step is held by {account} [DOS-03]")]
    HeldBy { account: String },
    #[error("you hold this step already [DOS-03]")]
    AlreadyYours,
    #[error("only the head of the office assigns [DOS-04]")]
    OnlyHeadAssigns,
    #[error("{account} does not act at this step [DOS-04]")]
    NotOfThisStep { account: String },
    #[error("a reason is needed [DOS-07]")]
    ReasonMissing,
    #[error("words are needed [DOS-07]")]
    TextMissing,
    #[error("the reason is longer than {max} characters [DOS-07]")]
    ReasonTooLong { max: usize },
    #[error("this act does not belong to this step [DOS-05]")]
    WrongStep,
    #[error("only an earlier step can take it back [DOS-07]")]
    NotEarlier,
    #[error("a proposal comes before signing [DOS-05]")]
    NotProposed,
    #[error("the name of who takes the result is needed [DOS-08]")]
    RecipientMissing,
    #[error("only the receiving one-stop does this [DOS-11]")]
    OnlyOneStop,
    #[error("nothing was changed [DOS-11]")]
    NothingChanged,
    #[error("this leg has been answered already [RTE-06]")]
    AlreadyAnswered,
    #[error("who proposed does not sign [RTE-11]")]
    FourEyes,
    #[error("the clock stands: waiting for the applicant [DOS-14]")]
    ClockStands,
    #[error("the clock does not stand for this [DOS-14]")]
    NotWaiting,
    #[error("nothing is asked for [DOS-14]")]
    NothingAsked,
    #[error("of a paper at least one original or copy is asked for [DOS-14]")]
    CopiesMissing,
    #[error("papers were asked for already; a second time needs its reason [DOS-15]")]
    SupplementAgain,
    #[error("a date is put off once only [DOS-17]")]
    ExtendedAlready,
    #[error("the new date comes after the one before [DOS-17]")]
    NotLater,
    #[error("the new date is a day on which nobody works [DOS-17]")]
    DayClosed,
    #[error("only a head or leader does this [DOS-17]")]
    OnlyHead,
    #[error("an amount to pay is needed [DOS-16]")]
    AmountMissing,
    #[error("another office is asked, not one's own [RTE-09]")]
    OwnOffice,
    #[error("the answer is asked for by a moment to come [RTE-09]")]
    AnswerByPast,
    #[error("there is nothing to confirm [RTE-07]")]
    NothingToConfirm,
    #[error("nobody has asked [RTE-08]")]
    NobodyAsked,
    #[error("the name of who answers is needed [RTE-08]")]
    PersonMissing,
    /// The clock has no answer: a year is not covered, a pause is reversed.
    #[error(transparent)]
    Clock(#[from] deadline::Refusal),
}

impl Refusal {
    /// Key of the sentence in the locale files.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Closed => "refusal.closed",
            Self::NotYourStep { .. } => "refusal.not_your_step",
            Self::HeldBy { .. } => "refusal.held_by",
            Self::AlreadyYours => "refusal.already_yours",
            Self::OnlyHeadAssigns => "refusal.only_head_assigns",
            Self::NotOfThisStep { .. } => "refusal.not_of_this_step",
            Self::ReasonMissing => "refusal.reason_missing",
            Self::TextMissing => "refusal.text_missing",
            Self::ReasonTooLong { .. } => "refusal.reason_too_long",
            Self::WrongStep => "refusal.wrong_step",
            Self::NotEarlier => "refusal.not_earlier",
            Self::NotProposed => "refusal.not_proposed",
            Self::RecipientMissing => "refusal.recipient_missing",
            Self::OnlyOneStop => "refusal.only_one_stop",
            Self::NothingChanged => "refusal.nothing_changed",
            Self::AlreadyAnswered => "refusal.already_answered",
            Self::FourEyes => "refusal.four_eyes",
            Self::ClockStands => "refusal.clock_stands",
            Self::NotWaiting => "refusal.not_waiting",
            Self::NothingAsked => "refusal.nothing_asked",
            Self::CopiesMissing => "refusal.copies_missing",
            Self::SupplementAgain => "refusal.supplement_again",
            Self::ExtendedAlready => "refusal.extended_already",
            Self::NotLater => "refusal.not_later",
            Self::DayClosed => "refusal.day_closed",
            Self::OnlyHead => "refusal.only_head",
            Self::AmountMissing => "refusal.amount_missing",
            Self::OwnOffice => "refusal.own_office",
            Self::AnswerByPast => "refusal.answer_by_past",
            Self::NothingToConfirm => "refusal.nothing_to_confirm",
            Self::NobodyAsked => "refusal.nobody_asked",
            Self::PersonMissing => "refusal.person_missing",
            Self::Clock(refusal) => refusal.key(),
        }
    }

    /// What the sentence names.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotYourStep { office, .. } => vec![("subject", office.clone())],
            Self::HeldBy { account } | Self::NotOfThisStep { account } => vec![("subject", account.clone())],
            Self::ReasonTooLong { max } => vec![("subject", max.to_string())],
            Self::Clock(refusal) => refusal.params().into_iter().collect(),
            _ => Vec::new(),
        }
    }
}
