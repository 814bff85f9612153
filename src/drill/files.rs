//! The store of attachments, whichever it is: what is put in comes out, what is gone or changed is said, and only what is old
//! goes away.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Found;
use crate::platform::blobs::Blobs;
use crate::platform::failure::Failure;
use crate::platform::trouble::Trouble;

/// Attachments that are written and read: small ones, an empty one, one of some megabytes.
const SIZES: [usize; 5] = [0, 1, 1_000, 100_000, 5_000_000];

#[derive(Debug, Serialize)]
pub struct Drill {
    pub written: usize,
    pub bytes: usize,
    pub found: Found,
}

pub fn run(blobs: &Blobs, seed: u64, now: Timestamp) -> Result<Drill, Failure> {
    let (mut names, mut wrong, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for size in SIZES {
        // Other bytes for every seed: what lies there already proves nothing.
        let mut bytes = format!("{seed}/{size}/").into_bytes();
        bytes.resize(bytes.len() + size, b'x');
        let name = blobs.put(&bytes)?;
        if blobs.put(&bytes)? != name {
            wrong.push(format!("{size} bytes: another name the second time"));
        }
        if blobs.get(&name).ok() != Some(bytes) {
            lost.push(name.clone());
        }
        names.push(name);
    }
    let mut listed = Vec::new();
    blobs.each(|found| {
        listed.push(found.name);
        Ok(())
    })?;
    wrong.extend(names.iter().filter(|name| !listed.contains(name)).map(|name| format!("{name} is not listed")));
    for name in &names {
        if blobs.remove_old(name, now - SignedDuration::from_hours(1))? {
            wrong.push(format!("{name} was removed while it was young"));
        }
        if !blobs.remove_old(name, now + SignedDuration::from_hours(1))? {
            wrong.push(format!("{name} was not removed when it was old"));
        }
        match blobs.get(name) {
            Err(failure) if failure.trouble() == Some(Trouble::FileMissing) => {}
            Err(failure) => wrong.push(format!("{name} is gone, and what is said is: {failure}")),
            Ok(_) => wrong.push(format!("{name} is still there")),
        }
    }
    let found = Found { acknowledged: names.len(), lost, wrong, ..Found::default() };
    Ok(Drill { written: names.len(), bytes: SIZES.iter().sum(), found })
}
