//! Base32 of RFC 4648 without padding: capital letters and digits take least room in a QR code, and can be read out.

const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub(super) fn encode(bytes: &[u8]) -> String {
    let (mut out, mut bits, mut held) = (String::with_capacity(bytes.len() * 8 / 5 + 1), 0u32, 0);
    let digit = |at: u32| DIGITS.get(at as usize & 31).copied().map_or('A', char::from);
    for byte in bytes {
        (bits, held) = (bits << 8 | u32::from(*byte), held + 8);
        while held >= 5 {
            held -= 5;
            out.push(digit(bits >> held));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        out.push(digit(bits << (5 - held)));
    }
    out
}

/// None for anything that [`encode`] does not write.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut bits, mut held) = (Vec::with_capacity(text.len() * 5 / 8), 0u32, 0);
    for letter in text.bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == letter)?;
        (bits, held) = (bits << 5 | u32::try_from(digit).ok()?, held + 5);
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held).ok()?);
        }
        bits &= (1 << held) - 1;
    }
    (held < 5 && bits == 0).then_some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_rfc() {
        let examples = [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")];
        for (plain, coded) in examples {
            assert_eq!(encode(plain.as_bytes()), coded);
            assert_eq!(decode(coded).unwrap(), plain.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_and_nothing_else(bytes in prop::collection::vec(any::<u8>(), 0..80), other in "[A-Z2-7]{0,20}") {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
            if let Some(read) = decode(&other) {
                prop_assert_eq!(encode(&read), other);
            }
        }
    }
}
