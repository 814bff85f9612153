//! What stands between the program and those who ask: nothing, TLS of its own, or a proxy whose word is taken. [OBS-01]

use std::net::IpAddr;

use axum::http::HeaderMap;

use super::Requests;

/// How requests come in.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// The program speaks TLS itself.
    pub tls: bool,
    /// Proxies whose headers are believed; of everybody else they are ignored.
    pub proxies: Vec<IpAddr>,
    /// How many requests are answered. [REQ-01]
    pub requests: Requests,
}

impl Front {
    /// Whoever asks: the peer, or behind a proxy the last address that no proxy of ours added.
    pub fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer?.to_canonical();
        if !self.believes(peer) {
            return Some(peer);
        }
        let chain: Vec<IpAddr> = lines(headers, "x-forwarded-for").filter_map(address).collect();
        Some(chain.into_iter().rev().find(|address| !self.believes(*address)).unwrap_or(peer))
    }

    /// Whether what is answered goes over TLS all the way to the browser.
    pub fn secure(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
        self.tls || self.said(peer, headers, "x-forwarded-proto") == Some("https")
    }

    /// A header that only a proxy of ours may set.
    pub fn said<'a>(&self, peer: Option<IpAddr>, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        peer.filter(|peer| self.believes(peer.to_canonical()))?;
        lines(headers, name).next_back()
    }

    fn believes(&self, address: IpAddr) -> bool {
        self.proxies.contains(&address)
    }
}

/// The values of a list header, in order.
fn lines<'a>(headers: &'a HeaderMap, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values
        .into_iter()
        .flat_map(|line| line.split(',').collect::<Vec<_>>())
        .map(str::trim)
        .collect::<Vec<_>>()
        .into_iter()
}

/// An address as proxies write it: bare, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.parse::<IpAddr>().ok();
    bare.or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip())).map(|ip| ip.to_canonical())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_a_named_proxy_is_believed() {
        // [OBS-01]
        let front = Front { tls: false, proxies: vec![ip("10.0.0.1"), ip("10.0.0.2")], ..Front::default() };
        let said = headers(&[
            ("x-forwarded-for", "6.6.6.6, 203.0.113.9"),
            ("x-forwarded-for", "10.0.0.2"),
            ("x-forwarded-proto", "https"),
        ]);
        let (proxy, stranger) = (Some(ip("::ffff:10.0.0.1")), Some(ip("198.51.100.7")));
        assert_eq!(front.client(proxy, &said), Some(ip("203.0.113.9")));
        assert_eq!(front.client(stranger, &said), stranger);
        assert!(front.secure(proxy, &said) && !front.secure(stranger, &said));
        assert_eq!(
            front.client(proxy, &headers(&[("x-forwarded-for", "[2001:db8::1]:4711")])),
            Some(ip("2001:db8::1"))
        );
        assert_eq!(front.client(proxy, &headers(&[])), Some(ip("10.0.0.1")));
        assert_eq!(front.client(None, &said), None);
    }
}
