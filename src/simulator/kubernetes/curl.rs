//! `curl`, as far as asking a BBS whether it is there needs it.

use super::netcat::KERNEL_TIMEOUT;
use super::network::{Outcome, Peer};
use super::process::Process;
use std::time::Duration;

#[derive(Debug, Default)]
struct Arguments {
    url: String,
    post: bool,
    limit: Option<Duration>,
    write_out: String,
    body: bool,
    fail: bool,
    resolve: Vec<String>,
    connect_to: Vec<String>,
    certificate: Option<String>,
    key: Option<String>,
    authority: Option<String>,
}

fn parse(arguments: &[String]) -> Arguments {
    let mut parsed = Arguments { body: true, ..Arguments::default() };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().cloned().unwrap_or_default();
        match word.as_str() {
            "-m" | "--max-time" => {
                parsed.limit = value().parse().ok().and_then(|n| Duration::try_from_secs_f64(n).ok());
            }
            "-d" | "--data" | "--data-binary" | "--data-raw" => {
                value();
                parsed.post = true;
            }
            "-X" | "--request" => parsed.post = value() == "POST",
            "-o" | "--output" => {
                value();
                parsed.body = false;
            }
            "-w" | "--write-out" => parsed.write_out = value(),
            "--resolve" => parsed.resolve.push(value()),
            "-f" | "--fail" => parsed.fail = true,
            "--connect-to" => parsed.connect_to.push(value()),
            "--cert" | "-E" => parsed.certificate = Some(value()),
            "--key" => parsed.key = Some(value()),
            "--cacert" => parsed.authority = Some(value()),
            "--connect-timeout" | "-H" | "--header" | "--noproxy" => drop(value()),
            url if !url.starts_with('-') => url.clone_into(&mut parsed.url),
            _ => {}
        }
    }
    parsed
}

/// Runs it. A BBS that is stopped accepts the connection and never answers.
pub(super) async fn run(process: &Process, arguments: &[String]) -> i32 {
    let arguments = parse(arguments);
    let since = process.now();
    let (status, body, failure) = request(process, &arguments).await;
    if arguments.body {
        process.say(1, &body);
    }
    if !arguments.write_out.is_empty() {
        let took = process.now().saturating_sub(since).as_secs_f64();
        let text = arguments.write_out.replace("\\n", "\n").replace("%{http_code}", &format!("{status:03}"));
        process.say(1, &text.replace("%{time_total}", &format!("{took:.6}")));
    }
    match failure {
        Some((code, text)) => {
            process.say(2, &format!("curl: ({code}) {text}\n"));
            code
        }
        None if arguments.fail && status >= 400 => {
            process.say(2, &format!("curl: (22) The requested URL returned error: {status}\n"));
            22
        }
        None => 0,
    }
}

/// What keeps TLS from beginning: a file that is not there, or no authority at all.
fn local_trouble(process: &Process, arguments: &Arguments) -> Option<(i32, String)> {
    let missing = |file: &&String| !process.has_certificate(file);
    if let Some(file) = [&arguments.certificate, &arguments.key].into_iter().flatten().find(missing) {
        let why = "error:80000002:system library::No such file or directory";
        let text = format!(
            "could not load PEM client certificate from {file}, OpenSSL error {why}, (no key found, wrong pass phrase, or wrong file format?)"
        );
        return Some((58, text));
    }
    let system = "/etc/ssl/certs/ca-certificates.crt".to_owned();
    let authority = arguments.authority.as_ref().unwrap_or(&system);
    (!process.has_certificate(authority)).then(|| (77, format!("error setting certificate file: {authority}")))
}

async fn request(process: &Process, arguments: &Arguments) -> (u16, String, Option<(i32, String)>) {
    let fail = |code, text: String| (0, String::new(), Some((code, text)));
    let tls = arguments.url.starts_with("https:");
    let rest = arguments.url.split_once("://").map_or(arguments.url.as_str(), |(_, rest)| rest);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = authority.split_once(':').unwrap_or((authority, if tls { "443" } else { "80" }));
    let port = port.parse().unwrap_or(0);
    let prefix = format!("{host}:{port}:");
    let elsewhere = arguments.connect_to.iter().find_map(|each| each.strip_prefix(&prefix)?.rsplit_once(':'));
    let (host, port) = elsewhere.map_or((host, port), |(host, to)| (host, to.parse().unwrap_or(port)));
    let fixed = arguments.resolve.iter().find_map(|each| each.strip_prefix(&prefix)).and_then(|ip| ip.parse().ok());
    let Some(ip) = fixed.or_else(|| process.resolve(host).and_then(|ips| ips.first().copied())) else {
        return fail(6, format!("Could not resolve host: {host}"));
    };
    let limit = arguments.limit.unwrap_or(KERNEL_TIMEOUT);
    let millis = limit.as_millis();
    let peer = match process.connect(ip, port, Some(limit)).await {
        Outcome::Open(peer) => peer,
        Outcome::Refused => {
            return fail(7, format!("Failed to connect to {host} port {port} after 0 ms: Couldn't connect to server"));
        }
        Outcome::NoRoute => {
            return fail(
                7,
                format!("Failed to connect to {host} port {port} after 3062 ms: Couldn't connect to server"),
            );
        }
        Outcome::Dropped => return fail(28, format!("Connection timed out after {millis} milliseconds")),
    };
    // Real curl reads the files only once TCP is connected (7.88, run against a closed port).
    if tls && let Some(failure) = local_trouble(process, arguments) {
        return (0, String::new(), Some(failure));
    }
    let named = authority.split_once(':').map_or(authority, |(named, _)| named);
    let expired = process.running.look(|world| world.diego.certificates_expired);
    let hung = |uid: &str| process.running.look(|world| world.diego.hung(uid));
    let slow = |uid: &str| process.running.look(|world| world.slow(uid));
    if let Peer::Bbs(uid) = &peer
        && let Some(takes) = slow(uid).filter(|_| !hung(uid))
    {
        process.pause(takes.min(limit)).await;
        if takes >= limit {
            return fail(28, format!("Operation timed out after {millis} milliseconds with 0 bytes received"));
        }
    }
    match peer {
        Peer::Bbs(uid) | Peer::Health(uid) if hung(&uid) => {
            process.pause(limit).await;
            let text = if tls { "Connection timed out after" } else { "Operation timed out after" };
            let bytes = if tls { "" } else { " with 0 bytes received" };
            fail(28, format!("{text} {millis} milliseconds{bytes}"))
        }
        Peer::Sidecar if tls => {
            fail(35, format!("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to {named}:{port} "))
        }
        Peer::Sidecar => fail(52, "Empty reply from server".to_owned()),
        Peer::Bbs(_) if tls && expired => fail(
            60,
            "SSL certificate problem: certificate has expired\nMore details here: https://curl.se/docs/sslcerts.html"
                .to_owned(),
        ),
        Peer::Bbs(_) if tls && !process.is_called(named) => {
            fail(60, format!("SSL: no alternative certificate subject name matches target host name '{named}'"))
        }
        Peer::Bbs(_) if tls && arguments.certificate.is_none() => fail(
            56,
            "OpenSSL SSL_read: OpenSSL/3.0.19: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0"
                .to_owned(),
        ),
        Peer::Bbs(_) if !tls => (400, "Client sent an HTTP request to an HTTPS server.\n".to_owned(), None),
        Peer::Bbs(_) if path != "v1/ping" => (404, "404 page not found\n".to_owned(), None),
        Peer::Bbs(_) if !arguments.post => (405, "Method Not Allowed\n".to_owned(), None),
        Peer::Bbs(uid) if process.running.look(|world| world.diego.answers_503(&uid)) => (503, String::new(), None),
        Peer::Bbs(_) => (200, "\u{8}\u{1}".to_owned(), None),
        Peer::Health(_) | Peer::Other => (200, String::new(), None),
    }
}
