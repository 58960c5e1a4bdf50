//! Where the store is: its address, apart from its password.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::dialect::Kind;
use super::error::StoreError;

/// Where the durable memory is, and for how long.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Such as `sqlite:///var/lib/stagerbot/stagerbot.db`; never with a password.
    pub url: String,
    /// The password of a PostgreSQL server.
    pub password: Option<SecretString>,
    /// What the log calls this process; unique among the replicas.
    pub replica: String,
    /// How long closed incidents are kept; `None` for ever.
    pub keep: Option<SignedDuration>,
    /// How long a replica that died keeps others off its work; the same on all of them.
    pub lease: Duration,
    /// How long one statement may take.
    pub deadline: Duration,
    /// How many connections to PostgreSQL a replica has at most; a file has one.
    pub connections: u32,
    /// Whether each is closed after its use, so that others get it who wait for one.
    pub give_back: bool,
}

/// A replica's share of a server: the engine writes one thing at a time; answers, cards and the inbox write beside it.
const CONNECTIONS: u32 = 8;

/// The deadline of a statement: the engine's heartbeat, and under half of what a stop may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// Several heartbeats, so that one that is late costs no claim.
const LEASE: Duration = Duration::from_secs(15);

impl Settings {
    /// A store at a URL, which may hold a password, and everything else as it is by default.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let (url, password) = split_password(url).map_err(StoreError::Address)?;
        Ok(Self { url, password, ..Self::default() })
    }

    pub(super) fn address(&self) -> Result<Address, StoreError> {
        let kind = Kind::of(&self.url).ok_or_else(|| StoreError::Address(SCHEMES.to_owned()))?;
        let mut text = self.url.clone();
        if kind == Kind::Postgres {
            let mut url = parsed(&text).map_err(StoreError::Address)?;
            let understood: Vec<(String, String)> = url
                .query_pairs()
                .filter(|(key, value)| !is_dropped(key, value))
                .map(|(key, value)| (key.into(), value.into()))
                .collect();
            let system = url.query_pairs().any(|(key, value)| key == "sslrootcert" && value == "system");
            url.set_query(None);
            let mut pairs = url.query_pairs_mut();
            // The driver would look the brackets up as a part of a name.
            if let Some(host) = six(&self.url) {
                pairs.append_pair("host", &host);
            }
            // As with PostgreSQL's own clients: the system's authorities are for making sure of the server.
            if system && !understood.iter().any(|(key, _)| key == "sslmode") {
                pairs.append_pair("sslmode", "verify-full");
            }
            pairs.extend_pairs(understood);
            if let Some(password) = &self.password {
                // As a parameter, since a URL that names a socket has no host to stand before.
                pairs.append_pair("password", password.expose_secret());
            }
            drop(pairs);
            text = url.into();
        }
        let file = (kind == Kind::Sqlite).then(|| path(&self.url));
        Ok(Address { kind, url: SecretString::from(text), file })
    }
}

impl Settings {
    /// The file of an SQLite store.
    pub fn file(&self) -> Option<PathBuf> {
        (Kind::of(&self.url) == Some(Kind::Sqlite)).then(|| path(&self.url))
    }

    /// The host of a PostgreSQL store; a folder of a socket begins with a slash.
    pub fn host(&self) -> Option<String> {
        (Kind::of(&self.url) == Some(Kind::Postgres)).then(|| host(&parsed(&self.url).ok()?))?
    }
}

impl Default for Settings {
    /// Of nowhere yet.
    fn default() -> Self {
        Self {
            url: String::new(),
            password: None,
            replica: host_name(),
            keep: None,
            lease: LEASE,
            deadline: DEADLINE,
            connections: CONNECTIONS,
            give_back: false,
        }
    }
}

/// How a database is reached; its URL may hold a password.
pub(super) struct Address {
    pub(super) kind: Kind,
    pub(super) url: SecretString,
    /// SQLite's.
    pub(super) file: Option<PathBuf>,
}

/// The file that an SQLite URL names.
fn path(url: &str) -> PathBuf {
    let path = url.split_once("://").map_or(url, |(_, path)| path);
    PathBuf::from(decoded(path.split_once('?').map_or(path, |(path, _)| path)))
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("kind", &self.kind).finish_non_exhaustive()
    }
}

const SCHEMES: &str = "it begins with none of sqlite://, postgres:// and postgresql://";
const NO_URL: &str = "it is no URL";
const HOSTS: &str = "it names several hosts, and one is taken: the address that always leads to the server that writes";

/// What a PostgreSQL URL may have behind its question mark; the driver would log what it does not know, with its value.
const PARAMETERS: [&str; 11] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "port",
    "dbname",
    "user",
    "application_name",
    "options",
    "statement-cache-capacity",
];

const SSL_MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// What hosters write into their URLs and what changes nothing here: connections have deadlines of their own, a standby is never
/// written to, the system's authorities are believed, and every statement goes through a pooler.
fn is_dropped(key: &str, value: &str) -> bool {
    match key {
        "connect_timeout"
        | "pgbouncer"
        | "pool_timeout"
        | "connection_limit"
        | "keepalives"
        | "keepalives_idle"
        | "keepalives_interval"
        | "keepalives_count"
        | "tcp_user_timeout"
        | "fallback_application_name" => true,
        "channel_binding" | "gssencmode" => matches!(value, "prefer" | "disable"),
        "target_session_attrs" => matches!(value, "any" | "read-write" | "primary"),
        "sslrootcert" => value == "system",
        _ => false,
    }
}

/// What is wrong with a parameter, if anything is. Values are not repeated.
fn fault(key: &str, value: &str) -> Option<String> {
    match key {
        _ if is_dropped(key, value) => None,
        "channel_binding" => Some(
            "channel_binding=require can't be had: write channel_binding=prefer, and sslmode=verify-full, which makes sure of \
             the server, too"
                .to_owned(),
        ),
        "target_session_attrs" => {
            Some("its parameter target_session_attrs has to be any, read-write or primary: the bot writes".to_owned())
        }
        "gssencmode" => Some("its parameter gssencmode has to be prefer or disable".to_owned()),
        "sslmode" if !SSL_MODES.contains(&value) => {
            Some(format!("its parameter sslmode has to be one of {}", SSL_MODES.join(", ")))
        }
        "host" if value.contains(',') => Some(HOSTS.to_owned()),
        "password" => Some("its password stands among the parameters: write it behind the user's name".to_owned()),
        _ if PARAMETERS.contains(&key) => None,
        _ => Some(not_taken(key)),
    }
}

/// The same for an SQLite store.
fn fault_of_file(key: &str, value: &str) -> Option<String> {
    match (key, value) {
        ("mode", "rw" | "rwc") => None,
        ("mode", "memory") => Some("a store in memory would forget every incident at the next start".to_owned()),
        ("mode", _) => Some("its parameter mode has to be rw or rwc: the bot writes".to_owned()),
        _ => Some(not_taken(key)),
    }
}

fn not_taken(key: &str) -> String {
    let name: String = key.chars().filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c)).take(40).collect();
    format!("its parameter {name} is not known, or not taken here")
}

/// A PostgreSQL URL. One that names a socket may have a user and no host.
fn parsed(text: &str) -> Result<Url, String> {
    let (scheme, rest) = text.split_once("://").ok_or(NO_URL)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    if hosts.contains(',') {
        return Err(HOSTS.to_owned());
    }
    let host = if hosts.is_empty() && !authority.is_empty() { "localhost" } else { "" };
    Url::parse(&format!("{scheme}://{authority}{host}{after}")).map_err(|error| format!("{NO_URL}: {error}"))
}

/// The address of a host that is one of IPv6.
fn six(url: &str) -> Option<String> {
    match parsed(url).ok()?.host() {
        Some(url::Host::Ipv6(address)) => Some(address.to_string()),
        _ => None,
    }
}

/// Takes a URL apart: without its password, and the password. What is wrong is told without repeating any value.
pub fn split_password(text: &str) -> Result<(String, Option<SecretString>), String> {
    match Kind::of(text).ok_or(SCHEMES)? {
        Kind::Sqlite => {
            let path = text.split_once("://").map_or("", |(_, path)| path);
            if path.is_empty() || path.starts_with(':') {
                return Err("it names no file".to_owned());
            }
            let parameters = path.split_once('?').map_or("", |(_, parameters)| parameters);
            let mut parameters = url::form_urlencoded::parse(parameters.as_bytes());
            match parameters.find_map(|(key, value)| fault_of_file(&key, &value)) {
                Some(fault) => Err(fault),
                None => Ok((text.to_owned(), None)),
            }
        }
        Kind::Postgres => {
            let mut url = parsed(text)?;
            if let Some(fault) = url.query_pairs().find_map(|(key, value)| fault(&key, &value)) {
                return Err(fault);
            }
            let password = url.password().map(decoded);
            if password.is_some() {
                url.set_password(None).map_err(|()| NO_URL)?;
            }
            Ok((url.into(), password.map(SecretString::from)))
        }
    }
}

/// Undoes the percent signs.
fn decoded(text: &str) -> String {
    // As a form's value: a plus sign is a blank there.
    let form = format!("p={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// Whether a connection to this URL is neither local nor sure of whom it talks to.
pub fn is_exposed(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    if Kind::of(url.as_str()) != Some(Kind::Postgres) {
        return false;
    }
    let host = host(&url).unwrap_or_default();
    let local =
        host.is_empty() || host.starts_with('/') || ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str());
    !local && !parameter(&url, "sslmode").is_some_and(|mode| mode.starts_with("verify-"))
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn host(url: &Url) -> Option<String> {
    parameter(url, "host").or_else(|| url.host_str().map(str::to_owned))
}

/// This machine's name: in Kubernetes, the pod's.
fn host_name() -> String {
    let name = hostname::get().ok().map(|name| name.to_string_lossy().into_owned());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "stagerbot".to_owned())
}
