//! The transcript: who said what, as it happens; of a card that changes, only what is new.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use tokio::sync::broadcast;

use crate::simulator::slack::happening::{Happening, What};

/// How long people read before the narrator goes on.
const READING: Duration = Duration::from_secs(1);

/// What the narrator says.
pub(super) fn say(text: &str) {
    print(Style::new().bold(), &format!("\n— {text}"));
}

/// The narrator goes on, once people have read what happened, and says what comes next if he is asked to.
pub(super) async fn next(text: Option<&str>, fast: bool) {
    if !fast {
        tokio::time::sleep(READING).await;
    }
    if let Some(text) = text {
        say(text);
    }
}

fn print(style: Style, text: &str) {
    // A closed pipe ends the transcript, not the scene.
    let _ = writeln!(anstream::stdout(), "{style}{text}{style:#}");
}

/// Prints what happens, until nothing can any more.
pub(super) async fn tell(mut happenings: broadcast::Receiver<Arc<Happening>>) {
    let mut teller = Teller::default();
    loop {
        match happenings.recv().await {
            Ok(happening) => teller.happening(&happening),
            Err(broadcast::error::RecvError::Lagged(missed)) => {
                say(&format!("({missed} things happened too fast to tell)"));
            }
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// Remembers what every message said.
#[derive(Default)]
struct Teller {
    cards: BTreeMap<String, Vec<String>>,
}

impl Teller {
    fn happening(&mut self, happening: &Happening) {
        let at = happening.at.strftime("%H:%M:%S");
        let color = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        let (style, who, text) = match &happening.what {
            What::Typed { person, text } => (color(AnsiColor::Cyan), person.clone(), text.clone()),
            What::Posted { author, id, text, in_thread } => {
                let place = if *in_thread { " (thread)" } else { "" };
                self.cards.insert(id.clone(), lines(text));
                (color(AnsiColor::Green), format!("{author}{place}"), text.clone())
            }
            What::Updated { author, id, text, .. } => {
                let new = lines(text);
                let old = self.cards.insert(id.clone(), new.clone()).unwrap_or_default();
                let changed: Vec<String> = new.into_iter().filter(|line| !old.contains(line)).collect();
                (color(AnsiColor::Green), format!("{author} (card)"), changed.join("\n"))
            }
            What::Whispered { author, to, text, .. } => {
                (color(AnsiColor::Yellow), format!("{author} (to {to} alone)"), text.clone())
            }
            What::Clicked { person, button, confirm, confirmed, .. } => {
                let asked = confirm.as_ref().map(|c| format!("\n“{} {}”", c.title, c.text)).unwrap_or_default();
                let went_on = if *confirmed { "" } else { " — and goes back" };
                (color(AnsiColor::Cyan), person.clone(), format!("[{button}]{asked}{went_on}"))
            }
            What::FormOpened { person, title } => {
                (color(AnsiColor::Yellow), format!("Stagerbot (to {person} alone)"), format!("the form “{title}”"))
            }
            What::FormSubmitted { person, title, .. } => {
                (color(AnsiColor::Cyan), person.clone(), format!("sends “{title}” in"))
            }
            What::Failed { by, person, text } => (color(AnsiColor::Red), format!("{by} (to {person})"), text.clone()),
            _ => return,
        };
        if !text.is_empty() {
            print(style, &format!("{at}  {who}: {}", text.replace('\n', "\n          ")));
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
