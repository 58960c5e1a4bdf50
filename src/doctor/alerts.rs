//! Whether alerts get in, and mean what they should: secrets, the address, the environments' labels; and, where it is asked for, by a
//! test alert that opens nothing.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::options::Options;
use crate::alerts::proof::Secrets;
use crate::alerts::source::Source;
use crate::alerts::{self, SOURCES};
use crate::causes::causes;
use crate::checkup::{Finding, Subject};
use crate::config::{Config, EnvironmentSettings};

/// How long a bot on this machine may take to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// The largest answer that is read.
const LARGEST: usize = 64 * 1024;
/// Shorter ones can be guessed.
const SHORTEST: usize = 16;

/// Looks at the way in. Where that is asked for, a running bot is handed a test alert.
pub(super) async fn look(config: &Config, options: &Options) -> Vec<Finding> {
    let mut found = secrets(&config.alerts.secrets);
    found.extend(meanings(config));
    let listening = address(config.server.listen).await;
    let bot = listening.as_ref().is_ok_and(|listening| *listening == Listening::Bot);
    found.push(match listening {
        Ok(Listening::Bot) => ok("alerts.listen", format!("a bot answers at {}", config.server.listen)),
        Ok(Listening::Free) => ok("alerts.listen", format!("{} is free to listen at", config.server.listen)),
        Err((what, to_do)) => Finding::failure(Subject::Alerts, "alerts.listen", what, to_do),
    });
    if options.machine.namespace.is_some() && config.server.listen.ip().is_loopback() {
        let what =
            format!("the bot listens at {} alone, where nobody outside its own pod reaches it", config.server.listen);
        found.push(Finding::warning(Subject::Alerts, "alerts.listen", what, "server.listen = \"0.0.0.0:8080\""));
    }
    if options.alert {
        found.extend(hand_in(config, bot).await);
    }
    found
}

fn ok(check: &'static str, what: impl Into<String>) -> Finding {
    Finding::ok(Subject::Alerts, check, what)
}

/// Whether a sender can prove anything, and nobody guesses it.
fn secrets(secrets: &Secrets) -> Vec<Finding> {
    const CHECK: &str = "alerts.secrets";
    let to_do = "openssl rand -hex 32 > alerts-token, for alerts.token_file and for the sender";
    let signing: Vec<&str> = secrets.signing.keys().copied().collect();
    if secrets.tokens.is_empty() && secrets.basic.is_empty() && signing.is_empty() {
        let what = "no secret is set, so that every alert is refused";
        return vec![Finding::warning(Subject::Alerts, CHECK, what, to_do)];
    }
    let signatures = secrets.signing.values().flatten();
    let all = secrets.tokens.iter().chain(&secrets.basic).chain(signatures);
    let short = all.filter(|secret| secret.expose_secret().len() < SHORTEST).count();
    if short > 0 {
        let what = format!(
            "{short} of the secrets that senders present have fewer than {SHORTEST} characters, and can be guessed"
        );
        return vec![Finding::warning(Subject::Alerts, CHECK, what, to_do)];
    }
    let kinds = [
        (secrets.tokens.len(), "tokens"),
        (secrets.basic.len(), "passwords"),
        (signing.len(), "sources with signatures"),
    ];
    let kinds: Vec<String> =
        kinds.iter().filter(|(count, _)| *count > 0).map(|(count, kind)| format!("{count} {kind}")).collect();
    vec![ok(CHECK, format!("senders can prove themselves: {}", kinds.join(", ")))]
}

/// Whether an alert with an environment's labels means that environment.
fn meanings(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "alerts.meaning";
    let doubts = config.doubts_about_alerts();
    let doubt = |doubt: String| {
        let to_do = "give each [[environment]] a match of its own, such as match = { cluster = \"prod\" }";
        Finding::warning(Subject::Alerts, CHECK, doubt, to_do)
    };
    if !doubts.is_empty() {
        return doubts.into_iter().map(doubt).collect();
    }
    config.environments.iter().map(|one| meaning(config, one, CHECK).of(&one.environment.name)).collect()
}

fn meaning(config: &Config, settings: &EnvironmentSettings, check: &'static str) -> Finding {
    let name = &settings.environment.name;
    let body = alertmanager(&settings.matchers, "firing", "CF-StagerUnavailable");
    let delivery = alerts::read(&alerts::alertmanager::SOURCE, body.to_string().as_bytes(), &config.alerts.paths);
    let matching = config.matching();
    let reports = delivery.map(|delivery| delivery.reports).unwrap_or_default();
    let judged = reports.first().map(|report| matching.judge(report).environments);
    let labels: Vec<String> = settings.matchers.iter().map(|(label, value)| format!("{label}={value}")).collect();
    let labels = if labels.is_empty() { "no labels".to_owned() } else { labels.join(", ") };
    match judged {
        Some(Ok(environments)) if environments == [name.clone()] => {
            ok(check, format!("an alert CF-StagerUnavailable with {labels} means {name}"))
        }
        Some(Ok(others)) => Finding::warning(
            Subject::Alerts,
            check,
            format!("an alert CF-StagerUnavailable with {labels} means {}, and not {name} alone", others.join(", ")),
            "look at [[alerts.rule]]: stagerbot alerts explain tells which rule decides",
        ),
        _ => Finding::warning(
            Subject::Alerts,
            check,
            format!("an alert CF-StagerUnavailable with {labels} starts nothing for {name}"),
            "look at [[alerts.rule]]: stagerbot alerts explain tells which rule decides",
        ),
    }
}

/// A body of Alertmanager's with one alert.
fn alertmanager(labels: &BTreeMap<String, String>, status: &str, name: &str) -> Value {
    let mut labels = labels.clone();
    labels.insert("alertname".to_owned(), name.to_owned());
    let alert = json!({
        "status": status, "labels": labels, "annotations": {"summary": name}, "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "", "fingerprint": "d0c70d0c70d0c70d",
    });
    json!({
        "version": "4", "groupKey": "doctor", "truncatedAlerts": 0, "status": status, "receiver": "stagerbot", "groupLabels": {},
        "commonLabels": {}, "commonAnnotations": {}, "externalURL": "", "alerts": [alert],
    })
}

/// What is there where the bot listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listening {
    Bot,
    Free,
}

async fn address(listen: SocketAddr) -> Result<Listening, (String, &'static str)> {
    match TcpListener::bind(listen).await {
        Ok(_) => Ok(Listening::Free),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let alive =
                send(Request::get(format!("http://{}/healthz", reached(listen))).body(Body::empty()).ok()).await;
            match alive {
                Ok((StatusCode::OK, body)) if body["alive"] == true => Ok(Listening::Bot),
                _ => Err((
                    format!("something else than a bot listens at {listen}"),
                    "name another address in server.listen, or stop that process",
                )),
            }
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            Err((format!("this user may not listen at {listen}"), "name a port from 1024 on in server.listen"))
        }
        Err(error) => Err((
            format!("nothing can be served at {listen}: {}", causes(&error)),
            "name an address of this machine in server.listen, or 0.0.0.0 for all of them",
        )),
    }
}

/// The address by which this machine reaches it.
fn reached(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen }
}

/// Sends a request to this machine's own bot; the answer, or why there is none.
async fn send(request: Option<Request<Body>>) -> Result<(StatusCode, Value), String> {
    let client = legacy::Client::builder(TokioExecutor::new()).build_http::<Body>();
    let request = request.ok_or("the request can't be written")?;
    let asking = async {
        let answer = client.request(request).await.map_err(|_| "the connection came to nothing".to_owned())?;
        let status = answer.status();
        let body =
            to_bytes(Body::new(answer.into_body()), LARGEST).await.map_err(|_| "the answer broke off".to_owned())?;
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    };
    timeout(ANSWER, asking).await.unwrap_or_else(|_| Err(format!("no answer within {} s", ANSWER.as_secs())))
}

/// Hands a running bot a test alert by each way in that has a secret. It says that it is over, and names nothing: it opens nothing.
async fn hand_in(config: &Config, bot: bool) -> Vec<Finding> {
    const CHECK: &str = "alerts.test";
    if !bot {
        let what = format!("no bot answers at {}, so that no test alert can be handed in", config.server.listen);
        return vec![Finding::failure(
            Subject::Alerts,
            CHECK,
            what,
            "start stagerbot serve with this configuration, and run this beside it",
        )];
    }
    let mut found = Vec::new();
    for source in SOURCES {
        let body = test(source).to_string();
        let Some(proof) = config.alerts.secrets.present(source, body.as_bytes()) else { continue };
        let address = format!("http://{}/alerts/{}", reached(config.server.listen), source.name);
        let mut request = Request::post(address).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in proof {
            request = request.header(name, value);
        }
        let finding = match send(request.body(Body::from(body)).ok()).await {
            Ok((StatusCode::OK, answer)) if answer["accepted"] == json!([]) => {
                ok(CHECK, format!("/alerts/{} takes a test alert, which opens nothing", source.name))
            }
            Ok((status, answer)) => {
                let why = answer["error"].as_str().unwrap_or("the test was taken for an alert");
                let what = format!("/alerts/{} answers a test alert with {}: {why}", source.name, status.as_u16());
                Finding::failure(
                    Subject::Alerts,
                    CHECK,
                    what,
                    "start the bot again, so that it goes by this configuration's secrets",
                )
            }
            Err(why) => {
                Finding::failure(Subject::Alerts, CHECK, format!("/alerts/{}: {why}", source.name), "see the bot's log")
            }
        };
        found.push(finding.of(source.name));
    }
    found
}

/// A test of each sender's own form, about nothing.
fn test(source: &Source) -> Value {
    const NAME: &str = "StagerbotDoctorTest";
    let nothing = BTreeMap::new();
    match source.name {
        "pagerduty" => json!({"event": {
            "id": "D0C70R", "event_type": "pagey.ping", "resource_type": "pagey", "occurred_at": "2026-01-01T00:00:00.000Z",
            "agent": null, "client": null, "data": {"message": NAME, "type": "ping"},
        }}),
        "generic" => json!({"title": NAME, "status": "resolved"}),
        "grafana" => {
            let mut body = alertmanager(&nothing, "resolved", NAME);
            body["version"] = json!("1");
            body["orgId"] = json!(1);
            body["state"] = json!("ok");
            body
        }
        _ => alertmanager(&nothing, "resolved", NAME),
    }
}
