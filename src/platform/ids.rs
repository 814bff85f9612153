//! Time-ordered ids and other random text. The source of randomness is a value, so that tests and simulations repeat.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use motcua_domain::ledger::sha256;

use super::failure::Failure;

/// Where random bytes come from.
#[derive(Clone)]
pub struct Ids(Source);

#[derive(Clone)]
enum Source {
    System,
    /// A counter under a seed, hashed: the same ids in the same order.
    Seeded {
        seed: u64,
        drawn: Arc<Mutex<u64>>,
    },
}

/// Length of an id. Streams of the ledger that are no dossier's have names, which are never as long.
pub const LENGTH: usize = 26;

/// Digits that nobody confuses when reading aloud; in this order text order is number order.
const DIGITS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

impl Ids {
    pub fn system() -> Self {
        Self(Source::System)
    }

    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded { seed, drawn: Arc::default() })
    }

    /// An id whose text order is the order of the moments: 10 digits of milliseconds, 16 random ones.
    pub fn next(&self, now: Timestamp) -> Result<String, Failure> {
        let random = self.random::<10>()?.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        Ok(written(now, random))
    }

    /// Ten random digits in two groups, for reading out over the telephone.
    pub fn spoken(&self) -> Result<String, Failure> {
        let random = self.random::<10>()?;
        let digits: String = random.iter().filter_map(|byte| DIGITS.get(usize::from(byte % 32))).collect();
        let (first, second) = digits.split_at(digits.len() / 2);
        Ok(format!("{first}-{second}"))
    }

    /// Random text nobody can guess, in hexadecimal: salts and session tokens.
    pub fn secret<const BYTES: usize>(&self) -> Result<String, Failure> {
        Ok(motcua_domain::ledger::hex(&self.random::<BYTES>()?))
    }

    /// Random bytes nobody can guess: the secret of a telephone's codes.
    pub fn bytes<const BYTES: usize>(&self) -> Result<[u8; BYTES], Failure> {
        self.random()
    }

    fn random<const BYTES: usize>(&self) -> Result<[u8; BYTES], Failure> {
        let mut bytes = [0; BYTES];
        match &self.0 {
            Source::System => {
                getrandom::fill(&mut bytes)
                    .map_err(|error| Failure::fault(anyhow::anyhow!("no randomness: {error}")))?;
            }
            Source::Seeded { seed, drawn } => {
                let mut drawn = drawn.lock().unwrap_or_else(PoisonError::into_inner);
                *drawn += 1;
                let text = sha256(format!("{seed}/{drawn}").as_bytes());
                bytes.iter_mut().zip(text.bytes()).for_each(|(byte, random)| *byte = random);
            }
        }
        Ok(bytes)
    }
}

/// The first of all ids of a moment: what was made before it sorts before it.
pub fn earliest(at: Timestamp) -> String {
    written(at, 0)
}

fn written(at: Timestamp, random: u128) -> String {
    let bits = (u128::try_from(at.as_millisecond()).unwrap_or(0) << 80) | random;
    (0..LENGTH).rev().filter_map(|place| DIGITS.get((bits >> (place * 5) & 31) as usize)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_later_sort_later() {
        let ids = Ids::system();
        let earlier = ids.next(Timestamp::from_millisecond(1_525_420_800_000).unwrap()).unwrap();
        let later = ids.next(Timestamp::from_millisecond(1_525_420_800_001).unwrap()).unwrap();
        assert!(earlier < later && earlier.len() == 26, "{earlier} {later}");
        let first = earliest(Timestamp::from_millisecond(1_525_420_800_001).unwrap());
        assert!(earlier < first && first <= later && first.len() == LENGTH, "{earlier} {first} {later}");
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let draw = || {
            let ids = Ids::seeded(7);
            [ids.next(Timestamp::UNIX_EPOCH).unwrap(), ids.next(Timestamp::UNIX_EPOCH).unwrap()]
        };
        let [first, second] = draw();
        assert_eq!([first.clone(), second.clone()], draw());
        assert_ne!(first, second);
    }
}
