//! What a card says on either platform, without either's marks: the same blocks in the same order, or they differ.

use std::sync::Arc;

use regex::Regex;
use serde_json::Value;
use stagerbot::simulator::discord::message::Message as Discord;
use stagerbot::simulator::discord::view::{Modal as DiscordForm, View as ServerView};
use stagerbot::simulator::slack::message::Message as Slack;
use stagerbot::simulator::slack::view::{Modal as SlackForm, View as WorkspaceView};

use super::Shown;
use crate::harness::both::{self, Both};
use crate::harness::{self, PATIENCE};

/// A part of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Headline(String),
    Text(String),
    Titled(String, String),
    Field(String, String),
    Code(String),
    Note(String),
}

/// A card as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    parts: Vec<Part>,
    /// What buttons ask before they count: title and text.
    questions: Vec<(String, String)>,
    buttons: Vec<String>,
}

impl Seen {
    pub(super) fn on_slack(message: &Slack) -> Self {
        let mut parts = Vec::new();
        for block in &message.blocks {
            match block["type"].as_str().unwrap() {
                "header" => parts.push(Part::Headline(slack(&block["text"]))),
                "section" if block["text"]["type"] == "plain_text" => parts.push(Part::Text(slack(&block["text"]))),
                "section" if block["text"].is_object() => {
                    let text = slack(&block["text"]);
                    parts.push(match text.strip_prefix("```\n").and_then(|code| code.strip_suffix("\n```")) {
                        Some(code) => Part::Code(code.to_owned()),
                        None => titled(&text, "*"),
                    });
                }
                "section" => parts.extend(block["fields"].as_array().unwrap().iter().map(|field| {
                    let Part::Titled(name, value) = titled(&slack(field), "*") else { panic!("{field}") };
                    Part::Field(name, value)
                })),
                "context" => parts.push(Part::Note(slack(&block["elements"][0]))),
                "actions" => {}
                other => panic!("a card has no {other}"),
            }
        }
        let asked = message.buttons().into_iter().filter_map(|button| button.confirm);
        Self {
            parts: together(parts),
            questions: asked.map(|confirm| (confirm.title, confirm.text)).collect(),
            buttons: message.buttons().into_iter().map(|button| button.text).collect(),
        }
    }

    pub(super) fn on_discord(message: &Discord) -> Self {
        let mut parts = vec![Part::Headline(discord(message.content.trim_start_matches("### ")))];
        let mut questions = Vec::new();
        for embed in &message.embeds {
            let text = |key: &str| embed[key].as_str().unwrap_or_default();
            // What a restart asks stands on the form, on Slack; on Discord, which shows the card's own question there, on both.
            if embed["title"].is_string() && message.button("stager-restart").is_some() {
                continue;
            }
            if embed["title"].is_string() {
                questions.push((discord(text("title")), discord(text("description"))));
                continue;
            }
            parts.extend(paragraphs(text("description")));
            parts.extend(embed["fields"].as_array().into_iter().flatten().map(|field| {
                Part::Field(discord(field["name"].as_str().unwrap()), discord(field["value"].as_str().unwrap()))
            }));
        }
        let buttons = message.buttons().into_iter().map(|button| button.label).collect();
        Self { parts: together(parts), questions, buttons }
    }

    pub(super) fn reads(&self, says: &str) -> bool {
        matches!(&self.parts[0], Part::Headline(headline) if headline.contains(says))
    }

    /// For the transcript: machine output differs from run to run, and is compared between the platforms alone.
    pub(super) fn told(&self) -> String {
        let mut lines = vec!["the card:".to_owned()];
        // Who was told stands there a moment after the rest.
        let told = |part: &&Part| !matches!(part, Part::Field(name, _) if name == "Told");
        for part in self.parts.iter().filter(told) {
            lines.push(match part {
                Part::Headline(text) => format!("# {text}"),
                Part::Text(text) => text.clone(),
                Part::Titled(title, text) if text.is_empty() => format!("{title}:"),
                Part::Titled(title, text) => format!("{title}: {}", text.replace('\n', "\n  ")),
                Part::Field(name, value) => format!("{name} = {value}"),
                Part::Code(_) => "  (machine output)".to_owned(),
                Part::Note(text) => format!("- {text}"),
            });
        }
        lines.extend(self.questions.iter().map(|(title, text)| format!("? {title} {text}")));
        lines.push(self.buttons.iter().map(|label| format!("[{label}]")).collect::<Vec<_>>().join(" "));
        lines.join("\n").trim_end().replace('\n', "\n  ")
    }
}

/// A block of Slack's, as people read it.
fn slack(text: &Value) -> String {
    let text = text["text"].as_str().unwrap_or_default();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Discord's markdown, as people read it.
fn discord(text: &str) -> String {
    let mut seen = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        seen.push(if character == '\\' { characters.next().unwrap() } else { character });
    }
    seen
}

fn titled(text: &str, mark: &str) -> Part {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.strip_prefix(mark).and_then(|first| first.strip_suffix(mark)) {
        Some(title) => Part::Titled(title.to_owned(), rest.to_owned()),
        None => Part::Text(text.to_owned()),
    }
}

/// The parts in an embed's description: headings, what stands below them, code, small print.
fn paragraphs(description: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut code: Option<Vec<&str>> = None;
    for line in description.lines() {
        if line == "```" {
            match code.take() {
                Some(lines) => parts.push(Part::Code(lines.join("\n"))),
                None => code = Some(Vec::new()),
            }
        } else if let Some(lines) = &mut code {
            lines.push(line);
        } else if let Some(note) = line.strip_prefix("-# ") {
            parts.push(Part::Note(discord(note)));
        } else if let Some(title) = line.strip_prefix("**").and_then(|line| line.strip_suffix("**")) {
            parts.push(Part::Titled(discord(title), String::new()));
        } else if let Some(Part::Titled(_, text)) = parts.last_mut() {
            *text = if text.is_empty() { discord(line) } else { format!("{text}\n{}", discord(line)) };
        } else {
            parts.push(Part::Text(discord(line)));
        }
    }
    parts
}

/// A long block is several on either platform, cut in different places.
fn together(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Part::Code(before)), Part::Code(code)) => *before = format!("{before}\n{code}"),
            (_, part) => joined.push(part),
        }
    }
    joined
}

fn slack_card(view: &WorkspaceView) -> Option<Arc<Slack>> {
    view.messages.iter().rev().find(|message| message.by_bot && harness::is_card(message)).cloned()
}

fn discord_card(view: &ServerView) -> Option<Arc<Discord>> {
    view.messages.iter().rev().find(|message| message.by_bot && both::is_card(message)).cloned()
}

/// Whether the newest card has this button.
pub(super) fn is_offered(both: &Both, action: &str) -> bool {
    slack_card(&both.scene.workspace.view()).is_some_and(|card| card.button(action).is_some())
}

/// What a form says, on either platform: its title, its text, and what its one field asks.
pub(super) fn slack_form(form: &SlackForm) -> String {
    let [section, input] = &form.content["blocks"].as_array().unwrap()[..] else { panic!("{}", form.content) };
    format!("the form: {} / {} / {}", form.title(), slack(&section["text"]), slack(&input["label"]))
}

pub(super) fn discord_form(form: &DiscordForm) -> String {
    let [text, row] = &form.content["components"].as_array().unwrap()[..] else { panic!("{}", form.content) };
    let said = |value: &Value| discord(value.as_str().unwrap());
    let caption = said(&row["components"][0]["label"]);
    format!("the form: {} / {} / {caption}", form.title(), said(&text["content"]))
}

/// The buttons that either platform shows at this moment.
pub(super) fn buttons_now(both: &Both) -> [Vec<String>; 2] {
    let slack = Seen::on_slack(&slack_card(&both.scene.workspace.view()).unwrap());
    let discord = Seen::on_discord(&discord_card(&both.server.view()).unwrap());
    [slack.buttons, discord.buttons]
}

/// Waits until both platforms show a card like this, and the same.
pub(super) async fn settled(both: &Both, is: impl Fn(&Seen) -> bool) -> Shown {
    let now = |view: &ServerView| {
        let (slack, discord) = (slack_card(&both.scene.workspace.view())?, discord_card(view)?);
        let (there, here) = (Seen::on_slack(&slack), Seen::on_discord(&discord));
        (is(&there) && there == here).then_some(Shown { slack, discord })
    };
    // Either may be the later one: whichever changes, both are looked at.
    let slack = async {
        let now = |_: &WorkspaceView| now(&both.server.view());
        both.scene.workspace.wait_for(PATIENCE, now).await.ok()
    };
    let discord = async { both.server.wait_for(PATIENCE, now).await.ok() };
    tokio::pin!(slack, discord);
    let shown = tokio::select! {
        shown = &mut slack => shown,
        shown = &mut discord => shown,
    };
    shown.unwrap_or_else(|| {
        let slack = slack_card(&both.scene.workspace.view()).map(|card| Seen::on_slack(&card));
        let discord = discord_card(&both.server.view()).map(|card| Seen::on_discord(&card));
        panic!("the platforms do not show the same card:\n{slack:#?}\n{discord:#?}");
    })
}

/// Waits until both threads say this, and returns what they say: the same.
pub(super) async fn same_thread(both: &Both, shown: &Shown, last: &str) -> Vec<String> {
    let lines = |texts: Vec<String>| -> Vec<String> {
        texts.iter().flat_map(|text| text.lines()).map(|line| line.trim().to_owned()).collect()
    };
    // Whom the bot calls there is called where they asked.
    let log = |text: &String| !harness::is_call(text);
    let there =
        |view: &WorkspaceView| lines(view.thread(&shown.slack.ts).iter().map(|m| m.text_seen()).filter(log).collect());
    let here =
        |view: &ServerView| lines(view.thread(&shown.discord.id).iter().map(|m| m.text_seen()).filter(log).collect());
    // Either may be the later one: whichever changes, both are looked at.
    let same = |there: Vec<String>, here: Vec<String>| {
        (there == here && here.iter().any(|line| line.contains(last))).then_some(here)
    };
    let slack = both.scene.workspace.wait_for(PATIENCE, |view| same(there(view), here(&both.server.view())));
    let discord = both.server.wait_for(PATIENCE, |view| same(there(&both.scene.workspace.view()), here(view)));
    let told = tokio::select! {
        told = slack => told.ok(),
        told = discord => told.ok(),
    };
    told.unwrap_or_else(|| {
        let (there, here) = (there(&both.scene.workspace.view()), here(&both.server.view()));
        panic!("the threads differ, or do not say {last:?}:\n{there:#?}\n{here:#?}")
    })
}

/// Without what differs from run to run.
pub(crate) fn normal(text: &str) -> String {
    let rules = [
        (r"\b\d{2}:\d{2}:\d{2}( UTC|Z)?", "TIME"),
        (r"\b\d+(\.\d)? s\b|\b\d+ min \d+ s\b", "SPAN"),
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "UID"),
        (r"\([0-9a-f]{8}\)", "(UID)"),
        (r"\b(slack|discord):\w+", "ACCOUNT"),
        (r"\b[0-9A-F]{6}-(\d+)-(\d+)\b", "CODE-$1-$2"),
        (r"\b\d+\.\d+\.\d+\.\d+\b", "IP"),
    ];
    rules.iter().fold(text.to_owned(), |text, (pattern, stands)| {
        Regex::new(pattern).unwrap().replace_all(&text, *stands).into_owned()
    })
}
