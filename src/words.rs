//! Ids and arguments to sentences, by Fluent. The sentences are in `config/locales`; nothing else turns one into the other.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::SignedDuration;
use unic_langid::LanguageIdentifier;

use crate::incident::phrase::{Arg, Phrase};

/// The languages there are, English first: it is what the others fall back to.
const LOCALES: [(&str, &str); 1] = [("en", include_str!("../config/locales/en.ftl"))];

/// The sentences of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
}

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::load(LOCALES[0].0, LOCALES[0].1));

impl Words {
    /// The sentences for a locale as a platform names it; English where there is no better.
    pub fn of(_locale: Option<&str>) -> &'static Self {
        &ENGLISH
    }

    fn load(locale: &str, text: &str) -> Self {
        let language: LanguageIdentifier = locale.parse().expect("LOCALES holds language tags");
        let resource = FluentResource::try_new(text.to_owned())
            .unwrap_or_else(|(_, errors)| panic!("config/locales/{locale}.ftl does not parse: {errors:?}"));
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // The marks that isolate directions would be copied along with commands and codes.
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).unwrap_or_else(|errors| panic!("{locale}.ftl repeats itself: {errors:?}"));
        Self { bundle }
    }

    /// The sentence of a phrase. An id without a sentence is shown as it is: something is said in any case.
    pub fn say(&self, phrase: &Phrase) -> String {
        match self.try_say(phrase) {
            Ok(text) => text,
            Err(trouble) => {
                tracing::warn!(phrase.id, trouble, "a sentence is missing or wants other arguments");
                let args: Vec<String> =
                    phrase.args.iter().map(|(name, arg)| format!("{name}: {}", self.arg(arg))).collect();
                format!("{} {}", phrase.id, args.join(", ")).trim_end().to_owned()
            }
        }
    }

    /// The sentence of an id without arguments.
    pub fn word(&self, id: &str) -> String {
        self.say(&Phrase::new(id))
    }

    /// The sentence of a phrase, or what is wrong with it.
    pub fn try_say(&self, phrase: &Phrase) -> Result<String, String> {
        let message = self.bundle.get_message(&phrase.id).ok_or("no such message")?;
        let pattern = message.value().ok_or("the message has no text")?;
        let texts: BTreeMap<&String, FluentValue<'_>> =
            phrase.args.iter().map(|(name, arg)| (name, self.value(arg))).collect();
        let args: FluentArgs<'_> = texts.into_iter().map(|(name, value)| (name.as_str(), value)).collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if errors.is_empty() { Ok(text) } else { Err(format!("{errors:?}")) }
    }

    fn value<'a>(&self, arg: &'a Arg) -> FluentValue<'a> {
        match arg {
            Arg::Number(number) => FluentValue::from(*number),
            Arg::Text(text) => FluentValue::from(text.as_str()),
            other => FluentValue::from(self.arg(other)),
        }
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Text(text) => text.clone(),
            Arg::Number(number) => number.to_string(),
            Arg::At(at) => at.strftime("%H:%M:%S UTC").to_string(),
            Arg::Span(milliseconds) => span(SignedDuration::from_millis(*milliseconds)),
            Arg::Phrase(phrase) => self.say(phrase),
        }
    }
}

/// A length of time for people: `0.4 s`, `12.3 s`, `3 min 05 s`, `2 h 05 min`.
pub fn span(length: SignedDuration) -> String {
    let seconds = length.as_secs_f64().max(0.0);
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_people_say_them() {
        for (seconds, text) in [(0.04, "0.0 s"), (12.34, "12.3 s"), (185.0, "3 min 05 s"), (7500.0, "2 h 05 min")] {
            assert_eq!(span(SignedDuration::from_secs_f64(seconds)), text);
        }
    }

    #[test]
    fn a_missing_sentence_still_says_something() {
        let phrase = Phrase::new("nobody-wrote-this").with("pod", "diego-api-0");
        assert_eq!(Words::of(None).say(&phrase), "nobody-wrote-this pod: diego-api-0");
    }
}
