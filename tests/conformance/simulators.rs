//! Both simulated platforms, for clients that are not ours: `cargo run --example simulators`.
//!
//! Prints one JSON line with the addresses and tokens. Then every line of its input is something a person does there, or the
//! platform, and every line of its output what became of it, under the same `id`. It ends with its input.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // Whoever drives it sees it fail.

use std::io::BufRead as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use stagerbot::simulator::discord::fault::Fault as DiscordFault;
use stagerbot::simulator::discord::settings::Settings as ServerSettings;
use stagerbot::simulator::discord::{self, Server};
use stagerbot::simulator::slack::fault::{Fault as SlackFault, Reason};
use stagerbot::simulator::slack::settings::Settings as WorkspaceSettings;
use stagerbot::simulator::slack::{Workspace, delivery};

#[tokio::main]
async fn main() {
    let workspace = Workspace::start(WorkspaceSettings::default()).await.unwrap();
    let server = Server::start(ServerSettings::default()).await.unwrap();
    for name in ["anna", "ben"] {
        workspace.add_person(name, "en-US");
        server.add_person(name, "en-US");
    }
    let channel = |id: Option<String>| id.unwrap();
    println!(
        "{}",
        json!({
            "slack": {
                "api_url": workspace.api_url(),
                "bot_token": workspace.bot_token(),
                "app_token": workspace.app_token(),
                "signing_secret": workspace.signing_secret(),
                "channel": channel(workspace.channel_id("cf-ops")),
            },
            "discord": {
                "api_url": format!("{}/api", server.api_url()),
                "token": server.token(),
                "guild": server.guild_id(),
                "application": server.settings().application_id,
                "channel": channel(server.channel_id("cf-ops")),
            },
        })
    );
    let (lines, mut heard) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = heard.recv().await {
        let (workspace, server) = (workspace.clone(), server.clone());
        // A person waits for the acknowledgement; meanwhile others go on.
        tokio::spawn(async move {
            let wanted: Value = serde_json::from_str(&line).unwrap();
            let mut became = match wanted["on"].as_str().unwrap() {
                "slack" => on_slack(&workspace, &wanted).await,
                _ => on_discord(&server, &wanted).await,
            };
            became["id"] = wanted["id"].clone();
            println!("{became}");
        });
    }
}

async fn on_slack(workspace: &Workspace, wanted: &Value) -> Value {
    let word = |name: &str| wanted[name].as_str().unwrap_or_default();
    let delivery = match word("does") {
        "types" => workspace.person(word("who")).types("cf-ops", word("text")).await,
        "clicks" => workspace.person(word("who")).clicks(word("message"), word("action")).await,
        "submits" => workspace.person(word("who")).submits(&fields(wanted)).await,
        "sees" => return json!({"text": workspace.person(word("who")).sees("cf-ops").text()}),
        "requests" => return json!({"verified": workspace.set_request_url(word("url")).await.is_ok()}),
        fault => {
            let (method, calls) = (Some(word("method").to_owned()), 1);
            workspace.inject(match fault {
                "limits" => SlackFault::RateLimited { method, calls, retry_after: Duration::from_secs(1) },
                "refreshes" => SlackFault::Disconnect(Reason::RefreshRequested),
                other => panic!("the workspace knows no {other}"),
            });
            return json!({});
        }
    };
    delivery.map_or_else(|why| json!({"impossible": why.to_string()}), |delivery| of_slack(&delivery))
}

fn of_slack(delivery: &delivery::Delivery) -> Value {
    json!({"delivered": delivery.delivered, "acked": delivery.acked(), "response": delivery.ack_payload})
}

async fn on_discord(server: &Server, wanted: &Value) -> Value {
    let word = |name: &str| wanted[name].as_str().unwrap_or_default();
    let delivery = match word("does") {
        "types" => server.person(word("who")).types("cf-ops", word("text")).await,
        "clicks" => server.person(word("who")).clicks(word("message"), word("action")).await,
        "submits" => server.person(word("who")).submits(&fields(wanted)).await,
        "sees" => return json!({"text": server.person(word("who")).sees("cf-ops").text()}),
        "reconnects" => {
            server.inject(DiscordFault::Reconnect);
            return json!({});
        }
        other => panic!("the server knows no {other}"),
    };
    delivery.map_or_else(|why| json!({"impossible": why.to_string()}), |delivery| of_discord(&delivery))
}

fn of_discord(delivery: &discord::person::Delivery) -> Value {
    let message = delivery.message.as_ref().map(Arc::as_ref);
    json!({
        "delivered": delivery.delivered,
        "acked": delivery.acked(),
        "response": delivery.response,
        "message": message.map(|message| json!({"id": message.id, "text": message.text_seen()})),
    })
}

fn fields(wanted: &Value) -> Vec<(&str, &str)> {
    let given = wanted["fields"].as_object();
    given.into_iter().flatten().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect()
}
