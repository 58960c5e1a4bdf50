//! What calls somebody: the announcement of a need, its reminders, and what stands there once it is over.

use jiff::Timestamp;

use super::{Block, Button, Card, Mention, Tone};
use crate::incident::drill::marked;
use crate::incident::escalation::{About, Kind, Need, Notice, Notify};
use crate::incident::phrase::{Phrase, one_line};
use crate::words::Words;

/// What an announcement is drawn from.
#[derive(Clone, Copy)]
pub struct Announced<'a> {
    /// For what somebody is needed.
    pub need: &'a Need,
    /// Which time it is told.
    pub kind: Kind,
    /// The environment's name.
    pub environment: &'a str,
    /// Whether it is a drill.
    pub drill: bool,
    /// Whom it calls.
    pub mentions: &'a [Mention],
    /// Where the card is.
    pub link: Option<&'a str>,
    /// When who is told.
    pub notify: &'a Notify,
    /// The channel's language.
    pub words: &'a Words,
}

impl Announced<'_> {
    /// In one line: for what somebody is needed.
    pub fn headline(&self) -> String {
        let phrase = match &self.need.about {
            About::Approval { by: (who, _), .. } => {
                Phrase::new(if self.drill { "call-drill" } else { "call-approval" }).with("who", who.name())
            }
            About::Offer => Phrase::new("call-offer"),
            About::Blind => Phrase::new("call-blind"),
            About::Stopped => Phrase::new("call-stopped"),
            About::HandedOver => Phrase::new("call-handed-over"),
            About::Unshown { platform, channel, .. } => {
                Phrase::new("call-unshown").with("platform", platform.name()).with("channel", channel)
            }
        };
        self.words.say(&marked(self.drill, phrase.with("environment", self.environment)))
    }

    /// The message while somebody is needed.
    pub fn open(&self) -> Card {
        let mut blocks = vec![Block::Mentions(self.mentions.to_vec())];
        let lines: Vec<String> = self.lines().iter().map(|phrase| self.words.say(phrase)).collect();
        if !lines.is_empty() {
            blocks.push(Block::Text(lines.join("\n")));
        }
        blocks.extend(link(self.link, self.words));
        Card { headline: self.headline(), tone: Tone::Call, blocks, buttons: Vec::new() }
    }

    fn lines(&self) -> Vec<Phrase> {
        let mut lines = Vec::new();
        match self.kind {
            Kind::Announce => {}
            Kind::Remind => lines.push(Phrase::new("call-again").with("since", self.need.since)),
            Kind::LastCall => lines.push(Phrase::new("call-last")),
            Kind::Escalate(place) => {
                let after = self.notify.escalation.get(place).map(|step| step.after).unwrap_or_default();
                lines.push(Phrase::new("call-escalated").with("after", after));
            }
        }
        match &self.need.about {
            About::Approval { reason, code, expires, .. } => {
                if let Some(reason) = reason.as_ref().filter(|reason| !reason.is_empty()) {
                    lines.push(Phrase::new("call-reason").with("reason", one_line(reason)));
                }
                lines.push(Phrase::new("plan-expires").with("until", *expires).with("code", code));
            }
            About::Stopped | About::HandedOver => {
                lines.extend(self.need.ended.as_ref().map(|ended| ended.how.clone()));
            }
            About::Unshown { why, .. } => lines.push(Phrase::new("call-why").with("why", why.clone())),
            About::Offer | About::Blind => {}
        }
        lines
    }

    /// The same once it is over: what happened, and nobody is called again.
    pub fn over(&self) -> Card {
        let mut lines = Vec::new();
        if let Some(ended) = &self.need.ended {
            lines.push(at(ended.at, &ended.how, self.words));
            lines.extend(ended.then.as_ref().map(|then| self.words.say(then)));
        }
        let mut blocks = vec![Block::Text(lines.join("\n"))];
        blocks.extend(link(self.link, self.words));
        Card { headline: self.headline(), tone: Tone::Over, blocks, buttons: Vec::new() }
    }
}

/// What a requester is told in person.
pub fn notice(
    notice: &Notice,
    mentions: Vec<Mention>,
    button: Option<Button>,
    card: Option<&str>,
    words: &Words,
) -> Card {
    let mut blocks = vec![Block::Mentions(mentions)];
    blocks.extend(link(card, words));
    let says = marked(notice.drill, notice.says.clone());
    Card { headline: words.say(&says), tone: Tone::Call, blocks, buttons: button.into_iter().collect() }
}

/// A message's note that it may be there twice.
pub fn repeated(card: &mut Card, words: &Words) {
    card.blocks.push(Block::Note(words.say(&Phrase::new("message-repeated"))));
}

fn link(address: Option<&str>, words: &Words) -> Option<Block> {
    address.map(|address| Block::Link(words.say(&Phrase::new("call-card")), address.to_owned()))
}

fn at(at: Timestamp, how: &Phrase, words: &Words) -> String {
    words.say(&Phrase::new("call-over-at").with("at", at).with("how", how.clone()))
}
