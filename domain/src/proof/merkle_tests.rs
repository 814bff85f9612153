#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;

use super::*;
use crate::ledger::hex;

/// The eight leaves with which implementations of RFC 6962 are tried, and the roots of their trees.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn infallible<T>(done: Result<T, std::convert::Infallible>) -> T {
    done.unwrap_or_else(|never| match never {})
}

#[test]
fn the_roots_of_the_known_leaves() {
    // [LED-07]
    let leaves: Vec<Hash> = LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect();
    let mut frontier = Frontier::default();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(hex(&frontier.root()), *root, "{size} leaves");
        assert_eq!(hex(&infallible(super::root(&mut leaves.as_slice(), size as u64))), *root, "{size} leaves");
        leaves.get(size).into_iter().for_each(|leaf| frontier.push(*leaf));
    }
}

fn tree(size: usize) -> (Vec<Hash>, MemoryBackedTree<Sha256, Vec<u8>>) {
    let data: Vec<Vec<u8>> = (0..size).map(|at| at.to_be_bytes().to_vec()).collect();
    let leaves = data.iter().map(|data| leaf_hash(data)).collect();
    let mut other = MemoryBackedTree::new();
    data.into_iter().for_each(|data| other.push(data));
    (leaves, other)
}

fn bytes(path: &[Hash]) -> Vec<u8> {
    path.concat()
}

proptest! {
    // Roots and both kinds of proofs are those of another implementation, byte for byte. [LED-07]
    #[test]
    fn another_implementation_agrees(size in 1usize..300, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let (leaves, other) = tree(size);
        let (at, old) = (a.index(size), b.index(size) + 1);
        let whole = infallible(root(&mut leaves.as_slice(), size as u64));
        prop_assert_eq!(&whole[..], &other.root().as_bytes().to_vec()[..]);
        let included = infallible(inclusion(&mut leaves.as_slice(), at as u64, size as u64));
        prop_assert_eq!(&bytes(&included)[..], &other.prove_inclusion(at).as_bytes().to_vec()[..]);
        prop_assert_eq!(root_by_inclusion(at as u64, size as u64, leaves[at], &included), Some(whole));
        let before = infallible(root(&mut leaves.as_slice(), old as u64));
        let grown = infallible(consistency(&mut leaves.as_slice(), old as u64, size as u64));
        prop_assert_eq!(&bytes(&grown)[..], &other.prove_consistency(size - old).as_bytes().to_vec()[..]);
        prop_assert!(is_consistent((old as u64, before), (size as u64, whole), &grown));
    }

    #[test]
    fn nothing_else_is_proved(size in 2usize..200, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(), bit in 0usize..256) {
        let (leaves, _) = tree(size);
        let (at, old) = (a.index(size), b.index(size - 1) + 1);
        let (at64, size64, old64) = (at as u64, size as u64, old as u64);
        let whole = infallible(root(&mut leaves.as_slice(), size64));
        let before = infallible(root(&mut leaves.as_slice(), old64));
        let mut path = infallible(inclusion(&mut leaves.as_slice(), at64, size64));
        prop_assert_ne!(root_by_inclusion((at64 + 1) % size64, size64, leaves[at], &path), Some(whole));
        let which = bit % path.len();
        path[which][bit / 8] ^= 1 << (bit % 8);
        prop_assert_ne!(root_by_inclusion(at64, size64, leaves[at], &path), Some(whole));
        path.pop();
        prop_assert_ne!(root_by_inclusion(at64, size64, leaves[at], &path), Some(whole));

        let mut changed = leaves.clone();
        changed[b.index(old)][0] ^= 1;
        let other = infallible(root(&mut changed.as_slice(), size64));
        let path = infallible(consistency(&mut changed.as_slice(), old64, size64));
        prop_assert!(!is_consistent((old64, before), (size64, other), &path), "a changed past has no proof");
        prop_assert!(!is_consistent((size64, whole), (old64, before), &path), "a log does not shrink");
    }
}
