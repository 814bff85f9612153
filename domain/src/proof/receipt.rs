//! The line that a receipt carries in its QR code: what was received when, by when it is due, and the newest checkpoint of the
//! ledger at that moment, signed. Whoever has the key checks it without asking anybody. [LED-15]

use jiff::Timestamp;

use super::base32;
use super::{Checkpoint, Hash, Signer, Verifier};

/// How a line begins, with the number of its form.
const FORM: &str = "MC1";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub code: String,
    /// To the second, like every moment here.
    pub received: Timestamp,
    pub due: Timestamp,
    /// Of the receipt, from 1; a later one takes the place of the ones before.
    pub number: u32,
    /// Leaves of the ledger at the newest checkpoint before the receipt; 0 where there was none.
    pub size: u64,
    /// When that checkpoint was made.
    pub sealed: Timestamp,
    pub root: Hash,
}

/// Why a line proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not the line of a receipt, or a part of it is missing.
    Form,
    /// No known key signed these words.
    False,
    /// Signed, but it says it was received before the checkpoint it names: it was written later than it says. [LED-16]
    BackDated(Box<Receipt>),
}

impl Receipt {
    /// What is promised, with the newest checkpoint at receipt. None where the code does not fit into a line.
    pub fn new(
        code: &str,
        (received, due): (Timestamp, Timestamp),
        number: u32,
        newest: Option<&Checkpoint>,
    ) -> Option<Self> {
        let whole = |at: Timestamp| Timestamp::from_second(at.as_second()).unwrap_or(at);
        let fits = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        fits.then(|| Self {
            code: code.to_owned(),
            received: whole(received),
            due: whole(due),
            number,
            size: newest.map_or(0, |checkpoint| checkpoint.size),
            sealed: newest.map_or(Timestamp::UNIX_EPOCH, |checkpoint| whole(checkpoint.at)),
            root: newest.map_or_else(super::merkle::empty_root, |checkpoint| checkpoint.root),
        })
    }

    /// What is signed.
    fn text(&self) -> String {
        let Self { code, received, due, number, size, sealed, root } = self;
        let root = base32::encode(root);
        let [received, due, sealed] = [received, due, sealed].map(|at| at.as_second());
        format!("{FORM}:{code}:{received}:{due}:{number}:{size}:{sealed}:{root}")
    }

    pub fn sign(&self, signer: &Signer) -> String {
        let text = self.text();
        let signature = base32::encode(&signer.sign(text.as_bytes()));
        format!("{text}:{signature}")
    }

    /// What a line says, if a key signed it and it does not convict itself. [LED-16]
    pub fn check(line: &str, keys: &[Verifier]) -> Result<Self, Fault> {
        let line = line.trim();
        let (text, signature) = line.rsplit_once(':').ok_or(Fault::Form)?;
        let receipt = Self::read(text).ok_or(Fault::Form)?;
        let signature: [u8; 64] =
            base32::decode(signature).and_then(|bytes| bytes.try_into().ok()).ok_or(Fault::Form)?;
        if !keys.iter().any(|key| key.verify(text.as_bytes(), &signature)) {
            return Err(Fault::False);
        }
        if receipt.received < receipt.sealed {
            return Err(Fault::BackDated(Box::new(receipt)));
        }
        Ok(receipt)
    }

    fn read(text: &str) -> Option<Self> {
        let [form, code, received, due, number, size, sealed, root] =
            text.split(':').collect::<Vec<_>>().try_into().ok()?;
        let moment = |text: &str| Timestamp::from_second(text.parse().ok()?).ok();
        let receipt = Self {
            code: code.to_owned(),
            received: moment(received)?,
            due: moment(due)?,
            number: number.parse().ok()?,
            size: size.parse().ok()?,
            sealed: moment(sealed)?,
            root: base32::decode(root)?.try_into().ok()?,
        };
        // One way to write it: what is checked is what was signed.
        (form == FORM && receipt.text() == text).then_some(receipt)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn signer() -> Signer {
        Signer::new("motcua/example", &[3; 32]).unwrap()
    }

    fn receipt(sealed: &str) -> Receipt {
        let checkpoint = Checkpoint { origin: "motcua/example".into(), size: 9, root: [1; 32], at: at(sealed) };
        let moments = (at("2018-05-04T01:10:00.5Z"), at("2018-05-25T10:00:00Z"));
        Receipt::new("H03.060-180504-0001", moments, 1, Some(&checkpoint)).unwrap()
    }

    #[test]
    fn a_line_proves_itself() {
        // [LED-15]
        let receipt = receipt("2018-05-04T01:09:40Z");
        let line = receipt.sign(&signer());
        assert!(line.starts_with("MC1:H03.060-180504-0001:1525396200:1527242400:1:9:1525396180:AEAQ"), "{line}");
        assert!(line.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b":.-".contains(&byte)));
        assert_eq!(Receipt::check(&line, &[signer().verifier()]), Ok(receipt));
        let other = Signer::new("motcua/other", &[4; 32]).unwrap().verifier();
        assert_eq!(Receipt::check(&line, &[other]), Err(Fault::False));
    }

    #[test]
    fn an_altered_line_is_false() {
        // [LED-16]
        let line = receipt("2018-05-04T01:09:40Z").sign(&signer());
        let keys = [signer().verifier()];
        for (from, to) in
            [("1525396200", "1525309800"), ("1527242400", "1527242401"), ("0001", "0002"), (":1:9:", ":2:9:")]
        {
            assert_eq!(Receipt::check(&line.replace(from, to), &keys), Err(Fault::False), "{to}");
        }
        for broken in
            ["", "MC1", &line[..line.len() - 1], &line.replace("MC1", "MC2"), &line.replace(":1:9:", ":01:9:")]
        {
            assert_eq!(Receipt::check(broken, &keys), Err(Fault::Form), "{broken}");
        }
    }

    #[test]
    fn a_receipt_older_than_the_checkpoint_it_names_is_back_dated() {
        // [LED-16]
        let receipt = receipt("2018-05-04T03:00:00Z");
        let line = receipt.sign(&signer());
        assert_eq!(Receipt::check(&line, &[signer().verifier()]), Err(Fault::BackDated(Box::new(receipt))));
    }

    #[test]
    fn before_the_first_checkpoint_the_ledger_is_empty() {
        let moments = (at("2018-05-04T01:10:00Z"), at("2018-05-25T10:00:00Z"));
        let first = Receipt::new("H03.060-180504-0001", moments, 1, None).unwrap();
        assert_eq!((first.size, first.root), (0, super::super::merkle::empty_root()));
        assert!(Receipt::new("a:b", moments, 1, None).is_none());
    }
}
