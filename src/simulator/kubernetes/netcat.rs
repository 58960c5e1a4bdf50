//! What each variant of `nc -zv` prints, word for word, and how it exits.

use super::network::Outcome;
use super::settings::Netcat;
use std::net::Ipv4Addr;
use std::time::Duration;

/// How long Linux tries to connect when nobody limits it.
pub(super) const KERNEL_TIMEOUT: Duration = Duration::from_secs(134);

/// The arguments that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arguments {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) wait: Option<Duration>,
    /// Without `-v` a scan prints nothing.
    pub(super) verbose: bool,
}

/// Reads `-zv -w 5 HOST PORT` in any order and grouping; `None` if there is no host and port.
pub(super) fn parse(arguments: &[String]) -> Option<Arguments> {
    let mut rest = Vec::new();
    let (mut wait, mut verbose) = (None, false);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let Some(flags) = word.strip_prefix('-').filter(|flags| !flags.is_empty()) else {
            rest.push(word);
            continue;
        };
        verbose |= flags.split('w').next().is_some_and(|flags| flags.contains('v'));
        if let Some((_, value)) = flags.split_once('w') {
            let value = if value.is_empty() { words.next()?.as_str() } else { value };
            wait = Some(Duration::from_secs(value.parse().ok()?));
        }
    }
    match rest.as_slice() {
        [host, port] => Some(Arguments { host: (*host).clone(), port: port.parse().ok()?, wait, verbose }),
        _ => None,
    }
}

/// What is written to standard error, piece by piece, when the name does not resolve; and the exit code.
pub(super) fn unresolved(variant: Netcat, host: &str, port: u16) -> (Vec<String>, i32) {
    match variant {
        Netcat::OpenBsd => {
            let reason = format!("getaddrinfo for host \"{host}\" port {port}: Name or service not known\n");
            (vec!["nc: ".to_owned(), reason], 1)
        }
        Netcat::OldOpenBsd => (vec!["nc: getaddrinfo: Name or service not known\n".to_owned()], 1),
        Netcat::Traditional => (vec![format!("{host}: forward host lookup failed: Unknown host\n")], 1),
        Netcat::Ncat => {
            (vec![format!("Ncat: Could not resolve hostname \"{host}\": Name or service not known. QUITTING.\n")], 2)
        }
        Netcat::Busybox => (vec![format!("nc: bad address '{host}'\n")], 1),
    }
}

/// The line about one address.
pub(super) fn line(variant: Netcat, arguments: &Arguments, ip: Ipv4Addr, outcome: &Outcome) -> String {
    let Arguments { host, port, wait, .. } = arguments;
    let literal = host.parse::<Ipv4Addr>().is_ok();
    let open = matches!(outcome, Outcome::Open(_));
    let reason = match outcome {
        Outcome::Open(_) => "",
        Outcome::Refused => "Connection refused",
        Outcome::NoRoute => "No route to host",
        Outcome::Dropped => "Connection timed out",
    };
    match variant {
        Netcat::OpenBsd | Netcat::OldOpenBsd => {
            let to = if literal || variant == Netcat::OldOpenBsd { host.clone() } else { format!("{host} ({ip})") };
            match outcome {
                _ if open => format!("Connection to {to} {port} port [tcp/*] succeeded!\n"),
                Outcome::Dropped if wait.is_some() => {
                    format!("nc: connect to {to} port {port} (tcp) timed out: Operation now in progress\n")
                }
                _ => format!("nc: connect to {to} port {port} (tcp) failed: {reason}\n"),
            }
        }
        Netcat::Traditional if open => format!("{host} [{ip}] {port} (?) open\n"),
        Netcat::Traditional => format!("{host} [{ip}] {port} (?) : {reason}\n"),
        Netcat::Ncat if open => {
            format!(
                "Ncat: Version 7.93 ( https://nmap.org/ncat )\nNcat: Connected to {ip}:{port}.\nNcat: 0 bytes sent, 0 bytes received in 0.01 seconds.\n"
            )
        }
        Netcat::Ncat if *outcome == Outcome::Dropped => "Ncat: TIMEOUT.\n".to_owned(),
        Netcat::Ncat => format!("Ncat: {reason}.\n"),
        Netcat::Busybox => format!("nc: can't connect to remote host ({ip}): {reason}\n"),
    }
}

/// What Busybox says to `-z`.
pub(super) const BUSYBOX_USAGE: &str = "nc: invalid option -- 'z'\nBusyBox v1.35.0 (Debian 1:1.35.0-4+b7) multi-call binary.\n\nUsage: nc [-l] [-p PORT] [IPADDR PORT]\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_come_in_any_grouping() {
        for line in ["-zv -w 5 host 8889", "-z -v -w5 host 8889", "host 8889 -zvw 5", "-vzw5 host 8889"] {
            let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
            let expected =
                Arguments { host: "host".into(), port: 8889, wait: Some(Duration::from_secs(5)), verbose: true };
            assert_eq!(parse(&words), Some(expected), "{line}");
        }
        assert_eq!(parse(&["-zv".into(), "host".into()]), None);
    }
}
