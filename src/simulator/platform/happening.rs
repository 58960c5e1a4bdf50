//! What happens on a platform, one line at a time, for people to read.

use jiff::Timestamp;
use std::fmt;

/// One thing that happened. Its `Display` is a line (and more, indented) of a transcript.
#[derive(Clone, Debug)]
pub struct Happening {
    /// When it happened.
    pub at: Timestamp,
    /// Where, by the channel's name; `None` is the platform itself.
    pub channel: Option<String>,
    /// What happened.
    pub what: What,
}

/// A confirmation dialog's texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The heading.
    pub title: String,
    /// The question.
    pub text: String,
    /// The caption of the button that goes on.
    pub confirm: String,
    /// The caption of the button that does not.
    pub deny: String,
}

/// What happened. People and the bot go by name, messages by id, texts are as people read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A person used a slash command, or on Discord wrote a message.
    Typed {
        /// The person's name.
        person: String,
        /// The whole line.
        text: String,
    },
    /// A message appeared.
    Posted {
        /// By whom.
        author: String,
        /// Which message.
        id: String,
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
        id: String,
        /// Who alone sees it, if not everybody.
        only: Option<String>,
        /// What it says now.
        text: String,
    },
    /// A message was taken away.
    Deleted {
        /// By whom.
        author: String,
        /// Which message.
        id: String,
    },
    /// A message appeared that one person sees.
    Whispered {
        /// By whom.
        author: String,
        /// Who sees it.
        to: String,
        /// Which message.
        id: String,
        /// What it says.
        text: String,
    },
    /// A person pressed a button.
    Clicked {
        /// The person's name.
        person: String,
        /// The button's caption.
        button: String,
        /// The message it is on.
        id: String,
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
    /// A thread was started from a message.
    ThreadStarted {
        /// The message.
        id: String,
        /// The thread's name.
        name: String,
    },
    /// The platform itself told a person that the app did not answer.
    Failed {
        /// The platform's name.
        by: &'static str,
        /// The person's name.
        person: String,
        /// The platform's words.
        text: String,
    },
    /// The app opened a connection, or took one up again.
    Connected {
        /// What the bot did, such as `opens a socket`.
        how: &'static str,
        /// How many are open now.
        open: usize,
    },
    /// A connection closed.
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
            What::Updated { author, only: None, text, .. } => write!(f, "{author} (updated): {}", indented(text)),
            What::Updated { author, only: Some(to), text, .. } => {
                write!(f, "{author} (only to {to}, updated): {}", indented(text))
            }
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
            What::ThreadStarted { name, .. } => write!(f, "a thread begins: {name}"),
            What::Failed { by, person, text } => write!(f, "{by} (only to {person}): {}", indented(text)),
            What::Connected { how, open } => write!(f, "the bot {how} ({open} open)"),
            What::Disconnected { open } => write!(f, "a connection of the bot closes ({open} open)"),
        }
    }
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n    ")
}
