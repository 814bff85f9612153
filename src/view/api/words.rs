//! The words that stand for variants, for the description of the API.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($($name:ident: $said:literal = [$($word:literal),* $(,)?];)*) => {$(
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words: [&str; [$($word),*].len()] = [$($word),*];
                ObjectBuilder::new().schema_type(Type::String).description(Some($said)).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words! {
    Tier: "The tier a procedure is decided at." = ["province", "district", "commune"];
    Channel: "How a dossier comes in." = ["direct", "online", "post"];
    Status: "Where a dossier stands." = ["received", "in_progress", "supplement_asked", "payment_due", "ready", "returned", "refused_at_intake", "withdrawn", "stopped"];
    Timing: "How a dossier stands to its promised date." = ["in_time", "soon", "late", "paused", "none"];
    StepKind: "What a step is for." = ["intake", "work", "sign", "outside", "parallel", "return"];
    TaskKind: "What kind of work waits." = ["intake", "work", "sign", "outside", "return", "consultation"];
    StandstillKind: "Why the clock stands." = ["supplement", "payment", "outage"];
    LetterKind: "A letter that is numbered." = ["supplement", "refusal", "apology", "stop"];
    LimitKind: "What a time limit is counted in." = ["working_days", "calendar_days", "months", "working_hours"];
    Outcome: "What is proposed and decided." = ["grant", "refuse"];
    Standing: "Whether a procedure is taken in here." = ["published", "outside", "incomplete", "withdrawn"];
    Role: "What a post lets somebody do." =
        ["one_stop_officer", "specialist", "office_head", "leader", "administrator", "auditor"];
    FeeKind: "How a fee is set." = ["free", "amount", "set_by_province"];
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use motcua_domain::dossier::{self, Outcome as Decided};
    use motcua_domain::procedure::{self, LimitKind as Kind, StepKind as Step};
    use serde_json::{Value, to_value};

    use super::*;
    use crate::view::shown::Timing as Shown;

    fn words<T: PartialSchema>() -> Vec<Value> {
        to_value(T::schema()).unwrap().get("enum").unwrap().as_array().unwrap().clone()
    }

    fn spelled(values: &[impl serde::Serialize]) -> Vec<Value> {
        values.iter().map(|value| to_value(value).unwrap()).collect()
    }

    #[test]
    fn the_described_words_are_those_that_are_sent() {
        use procedure::{Channel as C, Tier as T};
        assert_eq!(words::<Tier>(), spelled(&[T::Province, T::District, T::Commune]));
        assert_eq!(words::<Channel>(), spelled(&[C::Direct, C::Online, C::Post]));
        assert_eq!(words::<Role>(), spelled(&motcua_domain::identity::Role::ALL));
        assert_eq!(words::<Status>(), spelled(&dossier::Status::ALL));
        assert_eq!(words::<Timing>(), spelled(&[Shown::InTime, Shown::Soon, Shown::Late, Shown::Paused, Shown::None]));
        let steps = [Step::Intake, Step::Work, Step::Sign, Step::Outside, Step::Parallel, Step::Return];
        assert_eq!(words::<StepKind>(), spelled(&steps));
        // The main route of a parallel step is its legs.
        let tasks = steps.iter().filter(|kind| **kind != Step::Parallel).map(|kind| dossier::TaskKind::Step(*kind));
        let tasks: Vec<_> = tasks.chain([dossier::TaskKind::Consultation]).map(|kind| kind.as_str()).collect();
        assert_eq!(words::<TaskKind>(), spelled(&tasks));
        use dossier::StandstillKind as Stand;
        assert_eq!(words::<StandstillKind>(), spelled(&[Stand::Supplement, Stand::Payment, Stand::Outage]));
        assert_eq!(words::<LetterKind>(), spelled(&motcua_domain::letters::LetterKind::ALL));
        assert_eq!(
            words::<LimitKind>(),
            spelled(&[Kind::WorkingDays, Kind::CalendarDays, Kind::Months, Kind::WorkingHours])
        );
        assert_eq!(words::<Outcome>(), spelled(&[Decided::Grant, Decided::Refuse]));
    }
}
