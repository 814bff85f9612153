//! Where somebody sits: which browser, from which network, and whether it is known.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use motcua_domain::ledger::sha256;

use super::store;
use crate::platform::ctx::Ctx;
use crate::platform::db::Tx;
use crate::platform::failure::Failure;

/// A device nobody signed in from for so long is known no more. [SIN-06]
const REMEMBERED: SignedDuration = SignedDuration::from_hours(180 * 24);

/// What is kept of where a session was opened, for its owner to recognise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    pub network: String,
    pub browser: String,
}

/// The first that is found counts: nearly every browser also names the others.
const NAMES: [(&str, &str); 8] = [
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl Device {
    /// Only names are kept of what the browser says, no versions. [SIN-03]
    pub fn of(address: &str, user_agent: &str) -> Self {
        let named = |list: &[(&str, &'static str)]| {
            list.iter().find(|(sign, _)| user_agent.contains(sign)).map_or("", |(_, name)| *name)
        };
        Self { network: network(address), browser: format!("{}/{}", named(&NAMES), named(&SYSTEMS)) }
    }
}

/// The network of an address, without the place of one machine in it: `203.0.113.*`. [SIN-03]
pub fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(four)) => {
            let [a, b, c, _] = four.octets();
            format!("{a}.{b}.{c}.*")
        }
        Ok(IpAddr::V6(six)) => match six.to_ipv4_mapped() {
            Some(four) => network(&four.to_string()),
            None => {
                let [a, b, c, ..] = six.segments();
                format!("{a:x}:{b:x}:{c:x}:*")
            }
        },
        Err(_) => address.to_owned(),
    }
}

/// Whom guesses and requests from an address are counted under: of IPv6 whoever has one address has all of its /64. [SIN-07]
pub fn counted(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(six)) if six.to_ipv4_mapped().is_none() => {
            let [a, b, c, d, ..] = six.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        _ => address.to_owned(),
    }
}

/// The hash of a device's cookie, if this person has signed in with it before. [SIN-06]
pub fn known_device(tx: &mut Tx, cookie: &str, login: &str, now: Timestamp) -> Result<Option<String>, Failure> {
    let hash = sha256(cookie.as_bytes());
    Ok(store::device_known(tx, &hash, Some(login), now - REMEMBERED)?.then_some(hash))
}

/// Knows the device from now on, and returns the cookie it shows next time. A cookie we never gave is not taken up: somebody
/// else may hold it too.
pub fn remember_device(tx: &mut Tx, ctx: &Ctx, shown: &str, login: &str, now: Timestamp) -> Result<String, Failure> {
    store::forget_devices(tx, now - REMEMBERED)?;
    let ours = store::device_known(tx, &sha256(shown.as_bytes()), None, now - REMEMBERED)?;
    let cookie = if ours { shown.to_owned() } else { ctx.ids.secret::<32>()? };
    store::know_device(tx, &sha256(cookie.as_bytes()), login, now)?;
    Ok(cookie)
}

/// After a password was changed only the device it was changed at is known. [SIN-06]
pub fn forget_other_devices(tx: &mut Tx, login: &str, shown: &str) -> Result<(), Failure> {
    store::forget_devices_of(tx, login, &sha256(shown.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_in_words_and_a_network_coarsely() {
        // [SIN-03]
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/604.1";
        let seen = |agent| Device::of("203.0.113.77", agent);
        assert_eq!(seen(edge), Device { network: "203.0.113.*".into(), browser: "Edge/Windows".into() });
        assert_eq!(seen(phone).browser, "Safari/iPhone");
        assert_eq!(seen("curl/8").browser, "/");
        assert_eq!(network("2001:db8:7:1::5"), "2001:db8:7:*");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.*");
        assert_eq!(counted("2001:db8:7:1::5"), counted("2001:db8:7:1:ffff::1"));
        assert_ne!(counted("2001:db8:7:1::5"), counted("2001:db8:7:2::5"));
    }
}
