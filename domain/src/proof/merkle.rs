//! The Merkle tree of RFC 6962, section 2.1. [LED-07]
//!
//! Nothing here holds a tree: a root, a proof of inclusion or of consistency asks for the few hashes it needs by their place,
//! so that a log of ten million events is read in some dozen places. A complete subtree is named by its level and its
//! number at that level: level 0 are the leaves.

use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

/// Hash of a leaf's bytes.
pub fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// Hash of two subtrees side by side.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Root of a tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Root of a tree whose leaves come one after another; holds one hash for each bit of their number.
#[derive(Debug, Clone, Default)]
pub struct Frontier {
    size: u64,
    /// Complete subtrees from the left, each larger than the next.
    whole: Vec<Hash>,
}

impl Frontier {
    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.whole.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.whole.push(hash);
        self.size += 1;
    }

    pub fn root(&self) -> Hash {
        let joined = self.whole.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        joined.unwrap_or_else(empty_root)
    }
}

/// Where the hashes of complete subtrees are read from.
pub trait Nodes {
    type Error;
    fn node(&mut self, level: u32, at: u64) -> Result<Hash, Self::Error>;
}

/// Root of the tree of the first `size` leaves.
pub fn root<N: Nodes>(nodes: &mut N, size: u64) -> Result<Hash, N::Error> {
    if size == 0 { Ok(empty_root()) } else { range(nodes, 0, size) }
}

/// Proof that leaf `at` is in the tree of the first `size`: siblings from the leaf up. `at` is less than `size`.
pub fn inclusion<N: Nodes>(nodes: &mut N, at: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    let (mut low, mut high, mut path) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if at < middle {
            path.push(range(nodes, middle, high)?);
            high = middle;
        } else {
            path.push(range(nodes, low, middle)?);
            low = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Proof that the tree of the first `old` leaves is the beginning of that of the first `size`. `0 < old <= size`.
pub fn consistency<N: Nodes>(nodes: &mut N, old: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    let (mut low, mut high, mut path) = (0, size, Vec::new());
    while high > old {
        let middle = low + split(high - low);
        if old <= middle {
            path.push(range(nodes, middle, high)?);
            high = middle;
        } else {
            path.push(range(nodes, low, middle)?);
            low = middle;
        }
    }
    // What is left is a subtree of the old tree; where it is all of it, whoever checks knows its root.
    if low > 0 {
        path.push(range(nodes, low, high)?);
    }
    path.reverse();
    Ok(path)
}

/// The root that a proof of inclusion leads to.
pub fn root_by_inclusion(at: u64, size: u64, leaf: Hash, path: &[Hash]) -> Option<Hash> {
    if at >= size {
        return None;
    }
    let (mut node, mut last, mut hash) = (at, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    (last == 0).then_some(hash)
}

/// Whether a proof of consistency leads from one root to another.
pub fn is_consistent((old, old_root): (u64, Hash), (size, new_root): (u64, Hash), path: &[Hash]) -> bool {
    if old == 0 || old >= size {
        let same = old == size && old_root == new_root;
        return path.is_empty() && (same || (old == 0 && old_root == empty_root()));
    }
    let whole = old.is_power_of_two().then_some(old_root);
    let mut path = whole.into_iter().chain(path.iter().copied());
    let Some(first) = path.next() else { return false };
    let (mut node, mut last) = (old - 1, size - 1);
    while node & 1 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let (mut before, mut after) = (first, first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            (before, after) = (node_hash(&sibling, &before), node_hash(&sibling, &after));
            while node & 1 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            after = node_hash(&after, &sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && before == old_root && after == new_root
}

/// The largest power of two below a number of leaves, which is more than one.
fn split(leaves: u64) -> u64 {
    1 << (u64::BITS - 1 - (leaves - 1).leading_zeros())
}

/// Hash over the leaves from `low` to before `high`, of which there is one at least, as the tree splits them.
fn range<N: Nodes>(nodes: &mut N, low: u64, high: u64) -> Result<Hash, N::Error> {
    let leaves = high - low;
    if leaves.is_power_of_two() {
        return nodes.node(leaves.trailing_zeros(), low / leaves);
    }
    let middle = low + split(leaves);
    Ok(node_hash(&range(nodes, low, middle)?, &range(nodes, middle, high)?))
}

/// All leaves in memory, for small trees.
impl Nodes for &[Hash] {
    type Error = std::convert::Infallible;

    fn node(&mut self, level: u32, at: u64) -> Result<Hash, Self::Error> {
        let (first, leaves) = ((at << level) as usize, 1usize << level);
        let mut frontier = Frontier::default();
        self.iter().skip(first).take(leaves).for_each(|leaf| frontier.push(*leaf));
        Ok(frontier.root())
    }
}

#[cfg(test)]
#[path = "merkle_tests.rs"]
mod tests;
