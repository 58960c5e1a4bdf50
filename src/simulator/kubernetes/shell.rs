//! The few programs that a diagnosis needs, as they run inside a container, a small shell among them.
//!
//! Programs find their answers in the simulated network and in Diego. An unknown program is not found, as anywhere.

use super::curl;
use super::interpreter::Shell;
use super::labels::Labels;
use super::netcat;
use super::network::{OPERATORS_NAME, Outcome};
use super::process::{Limit, Process};
use super::settings::{Netcat, Settings};
use crate::simulator::diego::processes::Locks;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Exit codes of shells and of `timeout`.
const NOT_FOUND: i32 = 127;
const TIMED_OUT: i32 = 124;
/// Ended by SIGTERM, as `BusyBox`'s `timeout` reports what it ended.
const TERMINATED: i32 = 143;
/// After this long `cfdot` gives up on a Locket that does not listen.
const CFDOT_GIVES_UP: Duration = Duration::from_secs(10);

/// Where the Cloud Controller has its configuration.
const CC_CONFIGURATION: &str = "/var/vcap/jobs/cloud_controller_ng/config/cloud_controller_ng.yml";

impl Process {
    /// Runs a program to its end and gives its exit code. One that does not exist exits as from a shell.
    pub(super) fn run(mut self, argv: Vec<String>) -> BoxFuture<'static, i32> {
        async move {
            let Some((program, arguments)) = argv.split_first() else { return 0 };
            if !self.has(program) {
                self.say(2, &format!("{}: line 1: {program}: command not found\n", self.shell));
                return NOT_FOUND;
            }
            match program.rsplit('/').next().unwrap_or(program) {
                "false" => 1,
                "sh" | "bash" => Shell::start(self, program, arguments).await,
                "timeout" => self.timeout(arguments).await,
                "env" => self.env(arguments).await,
                "nc" => self.nc(arguments).await,
                "curl" => curl::run(&self, arguments).await,
                "cfdot" => self.cfdot(arguments).await,
                "grep" => self.grep(arguments),
                "head" => self.head(arguments),
                "tr" => self.tr(arguments),
                "echo" => {
                    self.say(1, &format!("{}\n", arguments.join(" ")));
                    0
                }
                "sleep" => {
                    let seconds = arguments.first().and_then(|n| n.parse().ok()).unwrap_or(0.0);
                    self.pause(Duration::try_from_secs_f64(seconds).unwrap_or_default()).await;
                    0
                }
                _ => 0,
            }
        }
        .boxed()
    }

    /// `tr FROM TO`, with octal escapes and those of line breaks and tabs.
    fn tr(&mut self, arguments: &[String]) -> i32 {
        let [from, to] = arguments else { return 1 };
        let (from, to) = (characters(from), characters(to));
        let mut input = std::mem::take(&mut self.input);
        for byte in &mut input {
            let place = from.iter().position(|from| from == byte);
            *byte = place.and_then(|place| to.get(place)).copied().unwrap_or(*byte);
        }
        self.write(1, &input);
        0
    }

    /// `head -c N` of what the program before it in the pipeline wrote.
    fn head(&mut self, arguments: &[String]) -> i32 {
        let most = arguments.iter().find_map(|word| word.parse().ok()).unwrap_or(usize::MAX);
        let mut input = std::mem::take(&mut self.input);
        input.truncate(most);
        self.write(1, &input);
        0
    }

    async fn timeout(&self, arguments: &[String]) -> i32 {
        let mut words = arguments.iter().peekable();
        while let Some(flag) = words.next_if(|word| word.starts_with('-')) {
            if matches!(flag.as_str(), "-k" | "-s" | "--kill-after" | "--signal") {
                words.next();
            }
        }
        let limit = words.next().and_then(|n| n.trim_end_matches('s').parse().ok()).unwrap_or(0.0);
        let argv: Vec<String> = words.cloned().collect();
        if let Some(program) = argv.first().filter(|program| !self.has(program)) {
            self.say(2, &format!("timeout: failed to run command '{program}': No such file or directory\n"));
            return NOT_FOUND;
        }
        let at = self.now() + Duration::try_from_secs_f64(limit).unwrap_or_default();
        let mut inner = self.clone();
        // One around it that ends sooner ends both.
        if self.limit.as_ref().is_none_or(|outer| at < outer.at) {
            inner.limit = Some(Limit { at, over: CancellationToken::new() });
        }
        let over = inner.limit.clone().filter(|limit| limit.at == at).map(|limit| limit.over).unwrap_or_default();
        let ended = if self.running.look(|world| world.settings.busybox) { TERMINATED } else { TIMED_OUT };
        tokio::select! {
            biased;
            code = inner.run(argv) => code,
            () = over.cancelled() => ended,
            () = self.running.surely_until(at) => ended,
        }
    }

    async fn env(&self, arguments: &[String]) -> i32 {
        let mut inner = self.clone();
        let mut words = arguments.iter().peekable();
        while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
            inner.variables.insert(name.to_owned(), value.to_owned());
            words.next();
        }
        inner.run(words.cloned().collect()).await
    }

    async fn nc(&self, arguments: &[String]) -> i32 {
        let variant = self.running.look(|world| world.settings.netcat);
        if variant == Netcat::Busybox && arguments.iter().any(|word| word.starts_with('-') && word.contains('z')) {
            self.say(2, netcat::BUSYBOX_USAGE);
            return 1;
        }
        // What is run once it is connected comes last, and BusyBox alone has it here.
        let program = arguments.iter().position(|word| word == "-e");
        let Some(arguments) =
            program.map_or(Some(arguments), |at| (variant == Netcat::Busybox).then(|| &arguments[..at]))
        else {
            self.say(2, "nc: invalid option -- 'e'\n");
            return 1;
        };
        let Some(arguments) = netcat::parse(arguments) else {
            self.say(2, "usage: nc [-46CDdFhklNnrStUuvZz] [-w timeout] [destination] [port]\n");
            return 1;
        };
        let Some(addresses) = self.resolve(&arguments.host) else {
            let (pieces, code) = netcat::unresolved(variant, &arguments.host, arguments.port);
            for piece in pieces {
                self.say(2, &piece);
            }
            return code;
        };
        for ip in addresses {
            let outcome = self.connect(ip, arguments.port, arguments.wait).await;
            let fails = variant == Netcat::Busybox && !matches!(outcome, Outcome::Open(_));
            if arguments.verbose || fails {
                self.say(2, &netcat::line(variant, &arguments, ip, &outcome));
            }
            if let Outcome::Open(_) = outcome {
                return 0;
            }
        }
        1
    }

    /// `grep` for a line of one of the files that there are. With `-o` the pattern is an address of the BBS' port.
    fn grep(&self, arguments: &[String]) -> i32 {
        let words: Vec<&String> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
        let [pattern, file] = words.as_slice() else { return 2 };
        let Some(text) = self.file(file) else {
            self.say(2, &format!("grep: {file}: No such file or directory\n"));
            return 2;
        };
        let wanted = pattern.trim_start_matches('^').split('[').next().unwrap_or_default().to_owned();
        let found: Vec<&str> = text.lines().filter(|line| line.contains(&wanted)).collect();
        let only = arguments.iter().any(|word| word.starts_with('-') && word.contains('o'));
        for line in &found {
            let shown = if only { line.find(&wanted).map_or("", |at| &line[at..]) } else { line };
            self.say(1, &format!("{shown}\n"));
        }
        i32::from(found.is_empty())
    }

    /// The files that the bot may read a line of: what the Cloud Controller calls the BBS, and what completes names.
    pub(super) fn file(&self, name: &str) -> Option<String> {
        self.running.look(|world| {
            let Settings { namespace, domain, service, port, labels, api, .. } = &world.settings;
            let controller = api.containers.first() == Some(&self.container);
            match name {
                "/etc/resolv.conf" => {
                    Some(format!("search {namespace}.svc.{domain} svc.{domain} {domain}\nnameserver 10.96.0.10\n"))
                }
                CC_CONFIGURATION if controller => {
                    let host = match labels {
                        Labels::Quarks => OPERATORS_NAME.to_owned(),
                        _ => format!("{service}.{namespace}.svc.{domain}"),
                    };
                    Some(format!("diego:\n  bbs:\n    url: https://{host}:{port}\n"))
                }
                _ => None,
            }
        })
    }

    async fn cfdot(&self, arguments: &[String]) -> i32 {
        if arguments.first().is_none_or(|command| command != "locks") {
            return 0;
        }
        let flag = arguments.iter().any(|word| word.starts_with("--locketAPILocation"));
        if !flag && !self.variables.contains_key("LOCKET_API_LOCATION") {
            self.say(2, "Error: Locket API Location not set. Please specify one with the '--locketAPILocation' flag or the 'LOCKET_API_LOCATION' environment variable.\n");
            return 3;
        }
        loop {
            match self.running.look(|world| world.diego.locks(&self.pod, world.now)) {
                Locks::Rows(owner) => {
                    if let Some(owner) = owner {
                        self.say(
                            1,
                            &format!("{{\"key\":\"bbs\",\"owner\":\"{owner}\",\"type\":\"lock\",\"type_code\":1}}\n"),
                        );
                    }
                    return 0;
                }
                Locks::Unavailable => {
                    self.pause(CFDOT_GIVES_UP).await;
                    self.say(2, "Error: context deadline exceeded\n");
                    return 4;
                }
                Locks::DatabaseRefuses => {
                    self.say(2, "Error: rpc error: code = Unknown desc = failed to connect to `user=locket database=locket`: dial error: dial tcp 10.96.123.190:5432: connect: connection refused\n");
                    return 4;
                }
                Locks::DatabaseExhausted => {
                    self.say(2, "Error: rpc error: code = Unknown desc = failed to connect to `user=locket database=locket`: server error: FATAL: sorry, too many clients already (SQLSTATE 53300)\n");
                    return 4;
                }
                Locks::Hangs => self.hang(Duration::from_secs(1)).await,
            }
        }
    }
}

/// The characters that a word of `tr` names.
fn characters(word: &str) -> Vec<u8> {
    let mut rest = word.as_bytes();
    let mut characters = Vec::new();
    while let Some((byte, after)) = rest.split_first() {
        let octal = after.get(..3).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        let (character, length) = match (byte, after.first(), octal) {
            (b'\\', _, Some(octal)) => (octal, 4),
            (b'\\', Some(b'n'), _) => (b'\n', 2),
            (b'\\', Some(b't'), _) => (b'\t', 2),
            _ => (*byte, 1),
        };
        characters.push(character);
        rest = &rest[length..];
    }
    characters
}
