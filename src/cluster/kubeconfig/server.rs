//! The address of an API server or a proxy, as Go reads it. A login in it is never printed.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// An address, apart from the login in it.
#[derive(Clone, PartialEq)]
pub struct Address {
    /// `https`, `http` or `socks5`.
    pub scheme: String,
    /// The host: a name, an IPv4 address, or an IPv6 address in brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What stands before every path: empty, or with a slash before it and none behind.
    pub path: String,
    /// The user and the password.
    pub login: Option<(String, String)>,
}

impl Address {
    /// An API server's. Without a scheme it is plain HTTP, whatever else is set.
    pub fn of_server(text: &str) -> Result<Self, &'static str> {
        let parsed = parse(text).filter(Url::has_host);
        let url = match parsed {
            Some(url) => url,
            None => Some(text)
                .filter(|text| !text.contains("://"))
                .and_then(|text| parse(&format!("http://{text}")))
                .ok_or("is no URL, and no host and port either")?,
        };
        match url.scheme() {
            "http" | "https" => Self::of(&url).ok_or("has no host"),
            _ => Err("has to begin with https://"),
        }
    }

    /// A proxy's.
    pub fn of_proxy(text: &str) -> Result<Self, &'static str> {
        let url = parse(text).ok_or("is no URL; in a login, %5C stands for a backslash, %40 for @")?;
        match url.scheme() {
            "http" | "https" | "socks5" => Self::of(&url).ok_or("has no host"),
            _ => Err("has to begin with http://, https:// or socks5://"),
        }
    }

    fn of(url: &Url) -> Option<Self> {
        let host = url.host_str().filter(|host| !host.is_empty())?.to_owned();
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let login = (!url.username().is_empty() || url.password().is_some())
            .then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        let segments = url.path().split('/').filter(|segment| !segment.is_empty());
        Some(Self {
            scheme: url.scheme().to_owned(),
            host,
            port: url.port().unwrap_or(match url.scheme() {
                "http" => 80,
                "socks5" => 1080,
                _ => 443,
            }),
            path: segments.fold(String::new(), |path, segment| path + "/" + segment),
            login,
        })
    }

    /// Whether the connection is encrypted.
    pub fn is_secure(&self) -> bool {
        self.scheme == "https"
    }

    /// `host:port`.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether it is this machine, by name or by address.
    pub fn is_loopback(&self) -> bool {
        match Host::parse(&self.host) {
            Ok(Host::Domain(name)) => name == "localhost",
            Ok(Host::Ipv4(address)) => address.is_loopback(),
            Ok(Host::Ipv6(address)) => address.is_loopback(),
            Err(_) => false,
        }
    }
}

/// Stricter than the standard for browsers, which takes blanks away and backslashes for slashes.
fn parse(text: &str) -> Option<Url> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    if text.contains(odd) { None } else { Url::parse(text).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers() {
        for (text, told) in [
            ("https://h", "https h:443 ''"),
            ("https://h:6443/", "https h:6443 ''"),
            ("HTTPS://h/k8s//clusters/c-1/", "https h:443 '/k8s/clusters/c-1'"),
            ("https://h/p?x=1#f", "https h:443 '/p'"),
            ("http://[::1]:8080", "http [::1]:8080 ''"),
            ("127.0.0.1:6443", "http 127.0.0.1:6443 ''"),
            ("localhost:8080", "http localhost:8080 ''"),
            ("https://me:p%40ss@h", "https h:443 '' me p@ss"),
        ] {
            let address = Address::of_server(text).unwrap_or_else(|what| panic!("{text} {what}"));
            let login =
                address.login.as_ref().map(|(user, password)| format!(" {user} {password}")).unwrap_or_default();
            assert_eq!(format!("{} {} '{}'{login}", address.scheme, address.authority(), address.path), told, "{text}");
        }
        for text in ["", "ftp://h", "https://h :1", "https://h ", "https://", "https://a\\b@h", "https://h:99999"] {
            assert!(Address::of_server(text).is_err(), "{text}");
        }
    }

    #[test]
    fn proxies() {
        let socks = Address::of_proxy("socks5://h").unwrap_or_else(|what| panic!("{what}"));
        assert_eq!((socks.scheme.as_str(), socks.authority()), ("socks5", "h:1080".to_owned()));
        for text in ["h:3128", "localhost:3128", "ftp://h", "socks5h://h", "http://CORP\\me:p@h", "http://h :1"] {
            assert!(Address::of_proxy(text).is_err(), "{text}");
        }
    }

    #[test]
    fn this_machine() {
        for (text, is) in [
            ("https://localhost", true),
            ("https://127.8.9.1:1", true),
            ("https://[::1]:1", true),
            ("https://127.0.0.1.example", false),
            ("https://10.0.0.1", false),
        ] {
            assert_eq!(Address::of_server(text).map(|address| address.is_loopback()), Ok(is), "{text}");
        }
    }
}
