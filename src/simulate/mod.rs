//! Plays a period of a site: people arrive, officers work, through the same commands as in life.
//!
//! [`plan`] decides everything from a seed without touching any data: who comes when with what, who works on it when. The
//! plan is then played in process ([`play`]) or through the HTTP interface ([`remote`]); both give the same figures.
//! Lateness is not drawn: it comes out of how many people work, how long a step takes them, and what waits before it.

pub mod fast;
pub mod plan;
pub mod play;
pub mod remote;

/// Random numbers from a seed, the same on every machine (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product is even enough for bounds far below 2^64.
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// Whether something that happens `of_1000` times in a thousand happens now.
    pub fn happens(&mut self, of_1000: u64) -> bool {
        self.below(1_000) < of_1000
    }

    /// An index drawn by weight; `None` where nothing weighs anything.
    pub fn weighted(&mut self, weights: &[u64]) -> Option<usize> {
        let mut left = self.below(weights.iter().sum());
        weights.iter().position(|weight| match left.checked_sub(*weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
    }

    /// Puts a list into a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_dice() {
        let throw = |seed| (0..20).map(|_| Dice::new(seed).below(6)).collect::<Vec<_>>();
        assert_eq!(throw(7), throw(7));
    }

    #[test]
    fn what_weighs_nothing_is_never_drawn() {
        let mut dice = Dice::new(1);
        assert!((0..1_000).all(|_| dice.weighted(&[0, 3, 0, 1]).is_some_and(|at| at == 1 || at == 3)));
        assert_eq!(dice.weighted(&[0, 0]), None);
    }

    #[test]
    fn a_shuffled_list_has_the_same_things() {
        let mut list: Vec<u32> = (0..50).collect();
        Dice::new(3).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
