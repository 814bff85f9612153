//! The machine: the folder, the disk, the certificate.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::Finding;

/// Below this nothing more can be received for long.
const FULL_MIB: u64 = 200;
/// Below this somebody should make room.
const TIGHT_MIB: u64 = 2_048;
/// A certificate is renewed a month before its end; two weeks before, that has failed.
const ENDING_DAYS: i64 = 14;

/// The folder is there, can be written to, and is nobody else's to read.
pub(super) fn folder(folder: &Path) -> Finding {
    let named = |finding: Finding| finding.with("folder", folder.display());
    let Ok(found) = fs::metadata(folder) else { return named(Finding::fault("folder", "missing")) };
    let probe = folder.join(".doctor");
    let written = fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe));
    if let Err(error) = written {
        return named(Finding::fault("folder", "read_only")).with("because", error);
    }
    if found.permissions().mode() & 0o007 != 0 {
        return named(Finding::warning("folder", "open"));
    }
    named(Finding::good("folder"))
}

pub(super) fn disk(folder: &Path) -> Finding {
    match free_mib(folder) {
        Some(free) => space(free),
        None => Finding::warning("disk", "unknown"),
    }
}

/// Whether so much free space is enough.
pub fn space(free_mib: u64) -> Finding {
    let finding = match free_mib {
        0..FULL_MIB => Finding::fault("disk", "full"),
        FULL_MIB..TIGHT_MIB => Finding::warning("disk", "tight"),
        _ => Finding::good("disk"),
    };
    finding.with("free", free_mib)
}

/// As `df` tells it: the standard library cannot ask the system.
fn free_mib(folder: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(folder).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kib: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kib / 1_024)
}

/// The certificate can be read and does not end soon.
pub(super) fn certificate(file: &Path, now: Timestamp) -> Finding {
    let named = |finding: Finding| finding.with("file", file.display());
    let Some(end) = end_of(file) else { return named(Finding::fault("certificate", "unreadable")) };
    let days = (end - now.as_second()).div_euclid(86_400);
    let finding = match days {
        ..0 => Finding::fault("certificate", "over"),
        0..ENDING_DAYS => Finding::warning("certificate", "ending"),
        _ => Finding::good("certificate"),
    };
    named(finding).with("days", days)
}

/// When the first certificate of the file ends, in seconds of 1970.
fn end_of(file: &Path) -> Option<i64> {
    let certificate = CertificateDer::from_pem_slice(&fs::read(file).ok()?).ok()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&certificate).ok()?;
    Some(certificate.validity().not_after.timestamp())
}
