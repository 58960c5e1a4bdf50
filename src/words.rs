//! Ids and arguments to sentences, by Fluent. The sentences are in `config/locales`; nothing else turns one into the other.
//!
//! Arguments are data: whatever stands in one is shown as it is, and never read as a placeable.

pub mod language;
mod embedded;
pub mod overrides;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use unic_langid::LanguageIdentifier;

use self::embedded::shipped;
use self::language::Language;
use self::overrides::Overrides;
use crate::incident::phrase::{Arg, Phrase, Statement};

/// The sentences of one language.
pub struct Words {
    language: Language,
    zone: TimeZone,
    bundle: FluentBundle<FluentResource>,
}

/// How an operator wants things said: `[words]` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// The operator's own sentences.
    pub overrides: Overrides,
    /// The zone that times are told in.
    pub zone: TimeZone,
}

impl Default for Style {
    fn default() -> Self {
        Self { overrides: Overrides::default(), zone: TimeZone::UTC }
    }
}

/// What [`Words::install`] was given.
static STYLE: OnceLock<Style> = OnceLock::new();

/// A language's sentences for something that is said once.
pub enum Once {
    /// It is loaded anyway.
    Kept(&'static Words),
    /// It is loaded for this alone.
    Own(Box<Words>),
}

impl Deref for Once {
    type Target = Words;

    fn deref(&self) -> &Words {
        match self {
            Self::Kept(words) => words,
            Self::Own(words) => words,
        }
    }
}

/// The languages that were asked for: each takes most of a mebibyte.
static LOADED: [OnceLock<Words>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];

impl Words {
    /// The sentences for a locale as a platform names it; English where it is not spoken here.
    pub fn of(locale: Option<&str>) -> &'static Self {
        Self::in_language(locale.and_then(Language::of_locale).unwrap_or_default())
    }

    /// The sentences of a language.
    pub fn in_language(language: Language) -> &'static Self {
        LOADED[language as usize].get_or_init(|| Self::load(language, STYLE.get_or_init(Style::default)))
    }

    /// The same for something that is said once: what is loaded for that alone is not kept.
    pub fn once(language: Language) -> Once {
        match LOADED[language as usize].get() {
            Some(words) => Once::Kept(words),
            None => Once::Own(Box::new(Self::load(language, STYLE.get_or_init(Style::default)))),
        }
    }

    /// Says things an operator's way from here on. Called once, before anything is said: later, it changes nothing.
    pub fn install(style: &Style) {
        if STYLE.set(style.clone()).is_err() && STYLE.get() != Some(style) {
            tracing::warn!("sentences of one's own and another time zone take a new start to count");
        }
    }

    fn load(language: Language, style: &Style) -> Self {
        let tag: LanguageIdentifier = language.tag().parse().expect("languages are called by language tags");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // The marks that isolate directions would be copied along with commands and codes.
        bundle.set_use_isolating(false);
        bundle
            .add_resource(shipped(language))
            .unwrap_or_else(|errors| panic!("config/locales/{language}.ftl repeats itself: {errors:?}"));
        if let Some(own) = style.overrides.of(language) {
            bundle.add_resource_overriding(own);
        }
        Self { language, zone: style.zone.clone(), bundle }
    }

    /// Which language it is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence of a phrase. An id without a sentence is shown as it is: something is said in any case.
    pub fn say(&self, phrase: &Phrase) -> String {
        match self.try_say(phrase) {
            Ok(text) => text,
            Err(trouble) => {
                tracing::warn!(phrase.id, trouble, "a sentence is missing or wants other arguments");
                let args: Vec<String> =
                    phrase.args.iter().map(|(name, arg)| format!("{name}: {}", self.told(arg))).collect();
                format!("{} {}", phrase.id, args.join(", ")).trim_end().to_owned()
            }
        }
    }

    /// What is told of something: a text as it came, a phrase in this language.
    pub fn state(&self, statement: &Statement) -> String {
        match statement {
            Statement::Text(text) => text.clone(),
            Statement::Phrase(phrase) => self.say(phrase),
        }
    }

    /// Several things, a line each.
    pub fn lines(&self, statements: &[Statement]) -> String {
        statements.iter().map(|statement| self.state(statement)).collect::<Vec<_>>().join("\n")
    }

    /// The sentence of an id without arguments.
    pub fn word(&self, id: &str) -> String {
        self.say(&Phrase::new(id))
    }

    /// A time of day where nothing else tells the zone: `03:00:00 UTC`, `05:00:00 UTC+02:00`.
    pub fn time(&self, at: Timestamp) -> String {
        let at = self.here(at);
        self.say(&Phrase::new("moment").with("time", at.strftime("%H:%M:%S").to_string()).with("zone", offset(&at)))
    }

    /// A day and a time, in the language's order.
    pub fn dated(&self, at: Timestamp) -> String {
        let at = self.here(at);
        let part = |format: &str| at.strftime(format).to_string();
        let phrase = Phrase::new("moment-dated").with("year", part("%Y")).with("month", part("%m"));
        let phrase = phrase.with("day", part("%d")).with("time", part("%H:%M:%S"));
        self.say(&phrase.with("zone", offset(&at)))
    }

    /// The time at the head of a line of many: `03:00:00` in UTC, `05:00:00+02:00` elsewhere.
    pub fn clock(&self, at: Timestamp) -> String {
        let at = self.here(at);
        at.strftime(if at.offset().is_zero() { "%H:%M:%S" } else { "%H:%M:%S%:z" }).to_string()
    }

    fn here(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// The sentence of a phrase, in English where this language lacks it; or what is wrong with it.
    pub fn try_say(&self, phrase: &Phrase) -> Result<String, String> {
        match self.try_say_here(phrase) {
            Err(_) if self.language != Language::English => Self::in_language(Language::English).try_say_here(phrase),
            said => said,
        }
    }

    fn try_say_here(&self, phrase: &Phrase) -> Result<String, String> {
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
            other => FluentValue::from(self.told(other)),
        }
    }

    /// One argument, as it stands in a sentence.
    pub fn told(&self, arg: &Arg) -> String {
        match arg {
            Arg::Text(text) => text.clone(),
            Arg::Number(number) => number.to_string(),
            Arg::At(at) => self.time(*at),
            Arg::Dated(at) => self.dated(*at),
            Arg::Span(milliseconds) => self.say(&span(SignedDuration::from_millis(*milliseconds))),
            Arg::Phrase(phrase) => self.say(phrase),
            Arg::Lines(lines) => self.lines(lines),
        }
    }
}

/// How far a time's zone is from UTC: `UTC`, `UTC+02:00`.
fn offset(at: &Zoned) -> String {
    if at.offset().is_zero() { "UTC".to_owned() } else { at.strftime("UTC%:z").to_string() }
}

/// A length of time for people: `0.4 s`, `12.3 s`, `3 min 05 s`, `2 h 05 min`.
fn span(length: SignedDuration) -> Phrase {
    let seconds = length.as_secs_f64().max(0.0);
    let whole = seconds.round() as u64;
    match whole {
        0..60 => {
            let tenths = (seconds * 10.0).round() as u64;
            Phrase::new("span-seconds")
                .with("seconds", (tenths / 10).to_string())
                .with("tenths", (tenths % 10).to_string())
        }
        60..3600 => Phrase::new("span-minutes")
            .with("minutes", (whole / 60).to_string())
            .with("seconds", format!("{:02}", whole % 60)),
        _ => Phrase::new("span-hours")
            .with("hours", (whole / 3600).to_string())
            .with("minutes", format!("{:02}", whole % 3600 / 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_people_say_them() {
        let said = |locale, seconds| Words::of(Some(locale)).say(&span(SignedDuration::from_secs_f64(seconds)));
        for (seconds, text) in [(0.04, "0.0 s"), (12.34, "12.3 s"), (185.0, "3 min 05 s"), (7500.0, "2 h 05 min")] {
            assert_eq!(said("en", seconds), text);
        }
        for (locale, text) in [("fr-FR", "12,3 s"), ("ja", "12.3 秒"), ("ko-KR", "12.3초"), ("zh_TW", "12.3 秒")] {
            assert_eq!(said(locale, 12.34), text);
        }
    }

    #[test]
    fn times_are_told_in_the_operator_s_zone_with_their_offset() {
        let at: Timestamp = "2026-07-01T01:02:03Z".parse().unwrap();
        let style = Style { zone: TimeZone::get("Europe/Berlin").unwrap(), ..Style::default() };
        let own = Words::load(Language::English, &style);
        assert_eq!((own.time(at), own.clock(at)), ("03:02:03 UTC+02:00".to_owned(), "03:02:03+02:00".to_owned()));
        assert_eq!(own.dated(at), "2026-07-01 03:02:03 UTC+02:00");
        // In winter, and of a zone whose clocks differ from UTC's by less than whole hours.
        assert_eq!(own.time("2026-01-01T01:02:03Z".parse().unwrap()), "02:02:03 UTC+01:00");
        let kolkata = Words::load(Language::English, &Style { zone: TimeZone::get("Asia/Kolkata").unwrap(), ..style });
        assert_eq!(kolkata.time(at), "06:32:03 UTC+05:30");
        for (language, told) in [
            (Language::English, "2026-07-01 01:02:03 UTC"),
            (Language::French, "01/07/2026 01:02:03 UTC"),
            (Language::Japanese, "2026/07/01 01:02:03 UTC"),
            (Language::Korean, "2026. 07. 01. 01:02:03 UTC"),
            (Language::SimplifiedChinese, "2026/07/01 01:02:03 UTC"),
            (Language::TraditionalChinese, "2026/07/01 01:02:03 UTC"),
        ] {
            assert_eq!(Words::in_language(language).dated(at), told);
            assert_eq!(Words::in_language(language).clock(at), "01:02:03");
        }
    }

    #[test]
    fn each_language_is_where_it_is_looked_for() {
        for language in Language::ALL {
            assert_eq!(Words::in_language(language).language(), language);
            assert_eq!(Words::of(Some(language.tag())).language(), language);
        }
        assert_eq!(Words::of(Some("de-DE")).language(), Language::English);
    }

    #[test]
    fn one_s_own_sentences_win_and_what_is_left_out_stays() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("fr.ftl"), "answer-denied = Refusé, désolé.").unwrap();
        let own = Overrides::read(folder.path()).unwrap();
        let words = Words::load(Language::French, &Style { overrides: own, ..Style::default() });
        assert_eq!(words.word("answer-denied"), "Refusé, désolé.");
        assert_eq!(words.word("answer-cancelled"), "Annulé.");
    }

    #[test]
    fn what_a_language_lacks_is_said_in_english() {
        let language = Language::French;
        let words =
            Words { language, zone: TimeZone::UTC, bundle: FluentBundle::new_concurrent(vec!["fr".parse().unwrap()]) };
        assert_eq!(words.word("answer-denied"), "Denied.");
    }

    #[test]
    fn a_missing_sentence_still_says_something() {
        let phrase = Phrase::new("nobody-wrote-this").with("pod", "diego-api-0");
        assert_eq!(Words::of(None).say(&phrase), "nobody-wrote-this pod: diego-api-0");
    }
}
