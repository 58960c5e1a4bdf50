//! What a source of alerts is: a name, how it signs, and one function that reads its body.

use serde_json::Value;

use crate::alerts::delivery::{Delivery, ParseError};

/// A sender of alerts that is known by name.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// What it is called in the address (`POST /alerts/<name>`) and in the alerts; never changed, since alerts are stored.
    pub name: &'static str,
    /// What its body is called in a sentence.
    pub sender: &'static str,
    /// What makes its deliveries smaller, where something does.
    pub smaller: Option<&'static str>,
    /// How it signs its bodies, if it can.
    pub signature: Option<Signature>,
    /// Whether a body looks like one of its own and no other's; `None` for a source that takes any, also what is no JSON.
    pub looks: Option<fn(&Value) -> bool>,
    /// Whether it can read a body all the same.
    pub reads: fn(&Value) -> bool,
    /// Reads a body of its own. One that is no JSON comes as a text, to a source that takes any.
    pub parse: fn(&Value, &Paths) -> Result<Delivery, ParseError>,
}

/// How a sender signs: HMAC-SHA256 over the raw body, in hexadecimal.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// The header that has the signatures, separated by commas: during a rotation there are two.
    pub header: &'static str,
    /// What stands before each, such as `v1=`; one without it is taken, too.
    pub prefix: &'static str,
    /// The header with a time that is signed, too, before the body and parted from it by a colon; where it is sent.
    pub timestamp: Option<&'static str>,
}

/// Where [`generic`](crate::alerts::generic) finds in a body what other sources know by themselves: dotted paths. What is not set
/// is looked for under the names that senders use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The environment's name, or the value that `[environment] match` wants.
    pub environment: Option<String>,
    /// The severity.
    pub severity: Option<String>,
    /// Whether it fires or is over.
    pub status: Option<String>,
    /// What makes two reports the same alert.
    pub fingerprint: Option<String>,
}

/// A sender that has no source of its own: whose body it is, and how it is known.
struct Stranger {
    sender: &'static str,
    looks: fn(&Value) -> bool,
    /// What to do, where it is not to send it to `generic`.
    advice: Option<&'static str>,
}

const STRANGERS: &[Stranger] = &[
    Stranger {
        sender: "the list that Prometheus or vmalert sends to an Alertmanager",
        looks: |body| {
            body.as_array().is_some_and(|all| all.iter().all(|one| one["labels"].is_object()) && !all.is_empty())
        },
        advice: Some(STRAIGHT),
    },
    Stranger {
        sender: "a list, as Prometheus and vmalert send it to an Alertmanager",
        looks: Value::is_array,
        advice: Some(STRAIGHT),
    },
    Stranger {
        sender: "Grafana's legacy alerting (before version 9)",
        looks: |body| {
            has(body, &["ruleId", "state"]) || has(body, &["evalMatches"]) || has(body, &["ruleName", "ruleUrl"])
        },
        advice: None,
    },
    Stranger {
        sender: "PagerDuty's webhook, version 2 or 1",
        looks: |body| {
            body["messages"][0]["event"].is_string()
                || body["messages"][0]["type"].as_str().is_some_and(|kind| kind.starts_with("incident."))
        },
        advice: Some("Subscribe a webhook of version 3 and send it to /alerts/pagerduty."),
    },
    Stranger {
        sender: "an event for PagerDuty's Events API",
        looks: |body| has(body, &["routing_key", "event_action"]) || has(body, &["service_key", "event_type"]),
        advice: None,
    },
    Stranger {
        sender: "Opsgenie's webhook",
        looks: |body| has(body, &["action", "alert"]) && body["alert"]["alertId"].is_string(),
        advice: None,
    },
    Stranger { sender: "Sysdig's webhook", looks: |body| has(body, &["timestamp", "alert", "event"]), advice: None },
    Stranger {
        sender: "Datadog's webhook",
        looks: |body| has(body, &["alert_transition"]) || has(body, &["event_type", "last_updated"]),
        advice: None,
    },
    Stranger {
        sender: "Amazon SNS (CloudWatch)",
        looks: |body| has(body, &["Type", "TopicArn"]) || has(body, &["AlarmName", "NewStateValue"]),
        advice: None,
    },
    Stranger { sender: "an Azure Monitor alert", looks: |body| has(body, &["schemaId", "data"]), advice: None },
    Stranger {
        sender: "Google Cloud Monitoring's webhook",
        looks: |body| body["incident"]["policy_name"].is_string(),
        advice: None,
    },
    Stranger { sender: "Uptime Kuma's webhook", looks: |body| has(body, &["heartbeat", "monitor"]), advice: None },
    Stranger {
        sender: "a message for Slack's incoming webhook",
        looks: |body| has(body, &["attachments"]) || has(body, &["blocks"]),
        advice: None,
    },
    Stranger { sender: "a message for Discord's webhook", looks: |body| has(body, &["embeds"]), advice: None },
];

/// What somebody has to do who gave the bot to Prometheus as an Alertmanager.
pub const STRAIGHT: &str = "The bot is no Alertmanager: it takes the webhook of one at POST /alerts/alertmanager. Let Prometheus \
    or vmalert send to an Alertmanager, and that to the bot (deploy/alertmanager).";

/// What a body is called whose sender nobody knows.
const SOMEBODY: &str = "some other sender's body";

/// Whose body this is and what to do with it, where it is that of a sender who is known and has no source of its own.
pub(super) fn stranger(sources: &[&Source], body: &Value) -> Option<ParseError> {
    let error = another(sources.first()?, sources, body)?;
    let known = |sender: &str| sender != SOMEBODY && sources.iter().all(|source| source.sender != sender);
    matches!(&error, ParseError::AnotherSender { sender, .. } if known(sender)).then_some(error)
}

fn has(body: &Value, keys: &[&str]) -> bool {
    keys.iter().all(|key| body.get(key).is_some())
}

/// Whose body this is, where it is not this source's own.
pub(super) fn another(own: &Source, sources: &[&Source], body: &Value) -> Option<ParseError> {
    if own.looks.is_none() || (own.reads)(body) {
        return None;
    }
    if let Some(source) = sources.iter().find(|source| source.looks.is_some_and(|looks| looks(body))) {
        let advice = format!("Send it to POST /alerts/{}.", source.name);
        return Some(ParseError::AnotherSender { sender: source.sender, advice });
    }
    let stranger = STRANGERS.iter().find(|stranger| (stranger.looks)(body));
    if let Some(Stranger { sender, advice, .. }) = stranger {
        let advice = advice.map_or_else(
            || {
                "It has no address of its own here: send it to POST /alerts/generic, which looks through any body."
                    .to_owned()
            },
            str::to_owned,
        );
        return Some(ParseError::AnotherSender { sender, advice });
    }
    (body.is_object() || body.is_string()).then(|| ParseError::AnotherSender {
        sender: SOMEBODY,
        advice: format!("It is not what {} sends. POST /alerts/generic looks through any JSON or text.", own.sender),
    })
}
