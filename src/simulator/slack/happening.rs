//! What happens in the workspace, one line at a time, for people to read.

use crate::simulator::slack::message::Confirm;
use jiff::Timestamp;
use std::fmt;

/// One thing that happened. Its `Display` is a line (and more, indented) of a transcript.
#[derive(Clone, Debug)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// Where, by the channel's name; `None` is the workspace itself.
    pub channel: Option<String>,
    /// What.
    pub what: What,
}

/// What happened. People and the bot go by name, messages by `ts`, texts are as people read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A person typed a slash command.
    Typed {
        /// Who.
        person: String,
        /// The whole line.
        text: String,
    },
    /// A message appeared.
    Posted {
        /// By whom.
        author: String,
        /// Which message.
        ts: String,
        /// Whether in a thread.
        in_thread: bool,
        /// What it says.
        text: String,
    },
    /// A message changed.
    Updated {
        /// By whom.
        author: String,
        /// Which message.
        ts: String,
        /// What it says now.
        text: String,
    },
    /// A message was taken away.
    Deleted {
        /// By whom.
        author: String,
        /// Which message.
        ts: String,
    },
    /// A message appeared that one person sees.
    Whispered {
        /// By whom.
        author: String,
        /// Who sees it.
        to: String,
        /// Which message.
        ts: String,
        /// What it says.
        text: String,
    },
    /// A person pressed a button.
    Clicked {
        /// Who.
        person: String,
        /// The button's caption.
        button: String,
        /// The message it is on.
        ts: String,
        /// What the person was asked first.
        confirm: Option<Confirm>,
        /// Whether the person went on, so that the click was sent.
        confirmed: bool,
    },
    /// A form opened.
    FormOpened {
        /// For whom.
        person: String,
        /// The form's title.
        title: String,
    },
    /// A form was sent, or refused by the app.
    FormSubmitted {
        /// By whom.
        person: String,
        /// The form's title.
        title: String,
        /// What the app said against it.
        errors: Vec<String>,
    },
    /// A form was closed without being sent.
    FormClosed {
        /// By whom.
        person: String,
        /// The form's title.
        title: String,
    },
    /// Slack itself told a person that the app did not answer.
    Failed {
        /// Who.
        person: String,
        /// Slack's words.
        text: String,
    },
    /// The app opened a socket.
    Connected {
        /// How many are open now.
        open: usize,
    },
    /// A socket closed.
    Disconnected {
        /// How many are open now.
        open: usize,
    },
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(channel) = &self.channel {
            write!(f, "#{channel}  ")?;
        }
        match &self.what {
            What::Typed { person, text } => write!(f, "{person}: {text}"),
            What::Posted { author, in_thread: false, text, .. } => write!(f, "{author}: {}", indented(text)),
            What::Posted { author, text, .. } => write!(f, "↳ {author}: {}", indented(text)),
            What::Updated { author, text, .. } => write!(f, "{author} (updated): {}", indented(text)),
            What::Deleted { author, .. } => write!(f, "{author} deletes a message"),
            What::Whispered { author, to, text, .. } => write!(f, "{author} (only to {to}): {}", indented(text)),
            What::Clicked { person, button, confirm, confirmed, .. } => {
                write!(f, "{person} clicks [{button}]")?;
                if let Some(dialog) = confirm {
                    let answer = if *confirmed { &dialog.confirm } else { &dialog.deny };
                    write!(f, "; asked “{}: {}”, answers [{answer}]", dialog.title, indented(&dialog.text))?;
                }
                Ok(())
            }
            What::FormOpened { person, title } => write!(f, "{person} sees the form “{title}”"),
            What::FormSubmitted { person, title, errors } if errors.is_empty() => {
                write!(f, "{person} submits “{title}”")
            }
            What::FormSubmitted { person, title, errors } => {
                write!(f, "{person} submits “{title}” and is told: {}", errors.join("; "))
            }
            What::FormClosed { person, title } => write!(f, "{person} closes “{title}”"),
            What::Failed { person, text } => write!(f, "Slack (only to {person}): {}", indented(text)),
            What::Connected { open } => write!(f, "the bot opens a socket ({open} open)"),
            What::Disconnected { open } => write!(f, "a socket of the bot closes ({open} open)"),
        }
    }
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n    ")
}
