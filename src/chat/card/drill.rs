//! The card of a drill: what it is, who was called, and the buttons that whoever is found clicks.

use crate::chat::{Block, Button, Card, Confirm, Tone};
use crate::incident::drill::{Drill, found};
use crate::incident::phrase::Phrase;
use crate::incident::timeline::outcome;
use crate::incident::{Incident, State};
use crate::request::Verb;
use crate::words::Words;

/// Where a drill stands.
pub(super) fn standing(incident: &Incident) -> Phrase {
    let phrase = match &incident.state {
        State::Drill(drill) => Phrase::new("call-drill").with("who", drill.by.name()),
        State::Closed(how) => Phrase::new("card-closed").with("outcome", outcome(how)),
        _ => Phrase::new("card-checking"),
    };
    incident.marked(phrase.with("environment", &incident.environment))
}

/// The card, with who was called.
pub(super) fn card(incident: &Incident, called: Vec<(String, String)>, words: &Words) -> Card {
    let mut blocks = vec![Block::Text(words.word("drill-explained"))];
    let (mut buttons, mut tone) = (Vec::new(), Tone::Busy);
    match &incident.state {
        State::Drill(drill) => {
            let until = Phrase::new("plan-expires").with("until", drill.expires).with("code", &drill.code);
            blocks.push(Block::Text(words.say(&until)));
            blocks.push(Block::Fields(called));
            buttons = self::buttons(incident, drill, words);
        }
        State::Closed(how) => {
            tone = if found(how).is_some() { Tone::Good } else { Tone::Alarm };
            if let Some(closed) = incident.closed_at {
                let length = closed.duration_since(incident.opened_at);
                blocks.push(Block::Text(words.say(&Phrase::new("drill-took").with("length", length))));
            }
        }
        _ => {}
    }
    let note = Phrase::new("note-incident").with("incident", incident.id).with("opened", incident.opened_at);
    blocks.push(Block::Note(words.say(&note)));
    Card { headline: words.say(&standing(incident)), tone, blocks, buttons }
}

fn buttons(incident: &Incident, drill: &Drill, words: &Words) -> Vec<Button> {
    let button = |verb, label: &str, confirm| Button {
        verb,
        label: words.word(label),
        value: Verb::value(incident.id, Some(&drill.code)),
        confirm,
    };
    let confirm = Confirm {
        title: words.word("confirm-drill-title"),
        text: words.say(&incident.marked(Phrase::new("drill-explained"))),
        yes: words.word("confirm-drill-yes"),
        no: words.word("confirm-no"),
    };
    vec![
        button(Verb::Approve, "button-approve", Some(confirm)),
        button(Verb::Deny, "button-deny", None),
        button(Verb::Cancel, "button-cancel", None),
    ]
}
