//! What the Cloud Controller itself calls the BBS, and what its pod's resolver completes names with: read once in one of its pods.
//!
//! Only the addresses in its configuration are asked for, and the resolver's search list: the file holds secrets.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::client::is_host;
use super::exec::{Ending, Execs};
use super::scripts::CALLED;
use crate::incident::observation::PodSummary;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(4);

/// When it is asked again where it could not be asked.
const AGAIN: Duration = Duration::from_mins(10);

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Called {
    /// The Service by which the Cloud Controller reaches the BBS, where its address is a Service's.
    pub(super) service: Option<String>,
    /// The cluster's DNS domain, such as `cluster.local`.
    pub(super) domain: Option<String>,
}

/// What one pod told: neither file changes while it lives.
#[derive(Default)]
pub(super) struct Told(Mutex<Option<(String, Instant, Option<Called>)>>);

impl Told {
    /// What was read before, in whichever pod.
    pub(super) fn known(&self) -> Option<Called> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|(_, _, called)| called.clone())
    }

    /// Reads in this pod, unless it was read there, or refused not long ago.
    pub(super) async fn ask(&self, execs: &Execs<'_>, pod: &PodSummary, container: &str, port: u16, namespace: &str) {
        {
            let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = |at: &Instant, called: &Option<Called>| called.is_some() || at.elapsed() < AGAIN;
            if told.as_ref().is_some_and(|(uid, at, called)| *uid == pod.uid && fresh(at, called)) {
                return;
            }
        }
        let called = match execs.run(&pod.name, container, &CALLED.command([]), LIMIT).await {
            Ending::Exited { text, .. } => Some(read(&text, port, namespace)),
            _ => None,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((pod.uid.clone(), Instant::now(), called));
    }
}

fn read(text: &str, port: u16, namespace: &str) -> Called {
    let end = format!(":{port}");
    let mut addresses = text.lines().filter_map(|line| line.strip_prefix("https://")?.strip_suffix(&end));
    let service_of = |host: &str| {
        let (name, rest) = host.split_once('.').unwrap_or((host, ""));
        let within = rest.is_empty() || rest == namespace || rest.starts_with(&format!("{namespace}.svc"));
        (within && is_host(name)).then(|| name.to_owned())
    };
    let mut searched = text.lines().filter_map(|line| line.strip_prefix("search ")).flat_map(str::split_whitespace);
    let domain =
        searched.find_map(|entry| entry.strip_prefix("svc.").or_else(|| entry.split_once(".svc.").map(|(_, d)| d)));
    Called {
        service: addresses.find_map(service_of),
        domain: domain.map(|domain| domain.trim_end_matches('.').to_owned()).filter(|domain| is_host(domain)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read() {
        let called = |service: Option<&str>, domain: Option<&str>| Called {
            service: service.map(str::to_owned),
            domain: domain.map(str::to_owned),
        };
        for (text, expect) in [
            (
                "https://diego-api-bbs.cf.svc.corp.example:8889\nsearch cf.svc.corp.example svc.corp.example corp.example",
                called(Some("diego-api-bbs"), Some("corp.example")),
            ),
            (
                "https://diego-api.cf.svc:8889\nsearch cf.svc.cluster.local",
                called(Some("diego-api"), Some("cluster.local")),
            ),
            ("https://diego-api:8889", called(Some("diego-api"), None)),
            // KubeCF's own name is resolved inside its pods alone, and tells no Service.
            ("https://bbs.service.cf.internal:8889\nsearch svc.k8s.local", called(None, Some("k8s.local"))),
            ("https://diego-api.other.svc.cluster.local:8889", called(None, None)),
            ("https://diego-api.cf.svc:9999\nsearch example.com", called(None, None)),
            ("https://$(id).cf.svc:8889\nsearch svc.$(id)", called(None, None)),
            ("", called(None, None)),
        ] {
            assert_eq!(read(text, 8889, "cf"), expect, "{text}");
        }
    }
}
