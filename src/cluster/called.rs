//! What the Cloud Controller itself calls the BBS, and what its pod's resolver completes names with, as one of its pods told it.
//!
//! Only the addresses in its configuration are asked for: the file holds secrets.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::client::is_host;

/// How long reading it may take.
pub(super) const LIMIT: Duration = Duration::from_secs(2);

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Called {
    /// The Service by which the Cloud Controller reaches the BBS, where its address is a Service's.
    pub(super) service: Option<String>,
    /// The cluster's DNS domain, such as `cluster.local`.
    pub(super) domain: Option<String>,
}

/// What was told last: no file changes while its pod lives, and a pod that can't tell takes nothing back.
#[derive(Default)]
pub(super) struct Told(Mutex<Option<Called>>);

impl Told {
    /// What was told before, in whichever pod.
    pub(super) fn known(&self) -> Option<Called> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps what a pod told; whether it differs from what was known.
    pub(super) fn note(&self, called: Called) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = told.clone().unwrap_or_default();
        let now = Called {
            service: called.service.or(before.service.clone()),
            domain: called.domain.or(before.domain.clone()),
        };
        let differs = before != now;
        *told = Some(now);
        differs
    }
}

/// The Service among the addresses of a Cloud Controller's configuration that has this port and is of this namespace.
pub(super) fn service(text: &str, port: u16, namespace: &str) -> Option<String> {
    let end = format!(":{port}");
    let mut addresses = text.lines().filter_map(|line| line.strip_prefix("https://")?.strip_suffix(&end));
    addresses.find_map(|host| {
        let (name, rest) = host.split_once('.').unwrap_or((host, ""));
        let within = rest.is_empty() || rest == namespace || rest.starts_with(&format!("{namespace}.svc"));
        (within && is_host(name)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read() {
        for (text, expect) in [
            ("https://diego-api-bbs.cf.svc.corp.example:8889", Some("diego-api-bbs")),
            ("https://uaa.cf.svc:8443\nhttps://diego-api.cf.svc:8889", Some("diego-api")),
            ("https://diego-api:8889", Some("diego-api")),
            // KubeCF's own name is resolved inside its pods alone, and tells no Service.
            ("https://bbs.service.cf.internal:8889", None),
            ("https://diego-api.other.svc.cluster.local:8889", None),
            ("https://diego-api.cf.svc:9999", None),
            ("https://$(id).cf.svc:8889", None),
            ("", None),
        ] {
            assert_eq!(service(text, 8889, "cf").as_deref(), expect, "{text}");
        }
    }

    #[test]
    fn what_was_told_stays_until_something_else_is() {
        let told = Told::default();
        let called = |service: Option<&str>, domain: Option<&str>| Called {
            service: service.map(str::to_owned),
            domain: domain.map(str::to_owned),
        };
        assert!(told.note(called(Some("diego-api"), None)));
        assert!(told.note(called(None, Some("cluster.local"))));
        assert!(!told.note(called(Some("diego-api"), None)));
        assert_eq!(told.known(), Some(called(Some("diego-api"), Some("cluster.local"))));
    }
}
