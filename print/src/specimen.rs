//! Sample letters of every kind, with placeholders that are plainly nobody: to look at a layout, to check a template before
//! the first real letter is set from it, to test. They lie as JSON in `print/specimens/`, so that whoever adapts a template
//! sees there which facts it may use.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    Apology, CertificationReceipt, ControlSlip, HandOverSlip, Images, JointReceipt, Letter, OpinionSlip, PostRecord,
    PostSlip, Receipt, Referral, Refusal, Register, Report, ResultReceipt, ResultSlip, SpecimenError, Stop, Supplement,
};

/// The specimen that is written out in full; the others say only what they have otherwise.
const USUAL: &str = "usual";

/// One sample letter, ready to be set.
#[derive(Debug, Clone)]
pub struct Specimen {
    pub name: String,
    pub data: Value,
    pub images: Images,
}

type Read = fn() -> Result<Vec<Specimen>, SpecimenError>;

const LETTERS: [(&str, Read); 17] = [
    kind::<Receipt>(),
    kind::<CertificationReceipt>(),
    kind::<JointReceipt>(),
    kind::<Supplement>(),
    kind::<Refusal>(),
    kind::<Apology>(),
    kind::<Stop>(),
    kind::<ControlSlip>(),
    kind::<Register>(),
    kind::<Report>(),
    kind::<HandOverSlip>(),
    kind::<ResultSlip>(),
    kind::<ResultReceipt>(),
    kind::<PostSlip>(),
    kind::<PostRecord>(),
    kind::<Referral>(),
    kind::<OpinionSlip>(),
];

const fn kind<L: Letter>() -> (&'static str, Read) {
    (L::KIND, read::<L>)
}

/// Every kind of letter this crate has facts for.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    LETTERS.iter().map(|(kind, _)| *kind)
}

/// The sample letters of a kind; at least the one called `usual`.
pub fn specimens(kind: &str) -> Result<Vec<Specimen>, SpecimenError> {
    match LETTERS.iter().find(|(name, _)| *name == kind) {
        Some((_, read)) => read(),
        None => {
            Err(SpecimenError::UnknownKind { kind: kind.to_owned(), known: kinds().collect::<Vec<_>>().join(", ") })
        }
    }
}

/// One sample letter as a value that can be changed.
pub fn specimen<L: Letter>(name: &str) -> Result<L, SpecimenError> {
    let broken = |message: String| broken::<L>(name, message);
    let all: BTreeMap<String, Map<String, Value>> =
        serde_json::from_str(L::SPECIMENS).map_err(|fault| broken(fault.to_string()))?;
    let (Some(usual), Some(own)) = (all.get(USUAL), all.get(name)) else {
        return Err(broken("there is none".to_owned()));
    };
    let mut whole = usual.clone();
    whole.extend(own.clone());
    serde_json::from_value(Value::Object(whole)).map_err(|fault| broken(fault.to_string()))
}

fn read<L: Letter>() -> Result<Vec<Specimen>, SpecimenError> {
    let names: BTreeMap<String, Value> =
        serde_json::from_str(L::SPECIMENS).map_err(|fault| broken::<L>(USUAL, fault.to_string()))?;
    names
        .into_keys()
        .map(|name| {
            let letter = specimen::<L>(&name)?;
            let data = serde_json::to_value(&letter).map_err(|fault| broken::<L>(&name, fault.to_string()))?;
            let images = letter.images().map_err(|fault| broken::<L>(&name, fault.to_string()))?;
            Ok(Specimen { name, data, images })
        })
        .collect()
}

fn broken<L: Letter>(specimen: &str, message: String) -> SpecimenError {
    SpecimenError::Broken { kind: L::KIND, specimen: specimen.to_owned(), message }
}
