//! The other languages against English: the same messages, the same arguments, nothing left in English, and arguments are data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use stagerbot::incident::phrase::Phrase;
use stagerbot::words::Words;
use stagerbot::words::language::Language;

use super::{messages, variables};

/// What is written alike in another language: units and symbols, a text that is an argument alone, and the French for pods.
const ALIKE: [&str; 5] = ["moment", "span-minutes", "span-hours", "title-pods", "span-seconds"];

/// A message without its arguments.
fn bare(text: &str) -> String {
    static PLACEABLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\{ ?(?:\$[a-z]+|"[^"]*") ?\}"#).unwrap());
    PLACEABLE.replace_all(text, "").into_owned()
}

fn others() -> impl Iterator<Item = &'static str> {
    Language::ALL.into_iter().filter(|language| *language != Language::English).map(Language::tag)
}

#[test]
fn each_language_has_the_messages_of_english_in_their_order_each_with_its_arguments() {
    let order = |tag: &str| {
        let id = Regex::new(r"(?m)^([a-z][a-z0-9-]*) =").unwrap();
        id.captures_iter(super::file(tag)).map(|found| found[1].to_owned()).collect::<Vec<_>>()
    };
    let english = messages("en");
    for tag in others() {
        let there = messages(tag);
        let (ids, wanted): (BTreeSet<_>, BTreeSet<_>) = (there.keys().collect(), english.keys().collect());
        let missing: Vec<_> = wanted.difference(&ids).collect();
        let unknown: Vec<_> = ids.difference(&wanted).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "{tag}.ftl lacks {missing:?} and has besides {unknown:?}");
        assert_eq!(order(tag), order("en"), "{tag}.ftl has another order");
        for (id, text) in &english {
            assert_eq!(variables(&there[id]), variables(text), "{tag}.ftl: {id}");
        }
    }
}

#[test]
fn no_sentence_is_left_in_english() {
    let word = Regex::new(r"\p{Lowercase}{2}").unwrap();
    let english = messages("en");
    for tag in others() {
        // What a sentence of the language has, and English has not.
        let own = match tag {
            "fr" => None,
            "ja" => Some(r"[\p{Hiragana}\p{Katakana}\p{Han}]"),
            "ko" => Some(r"\p{Hangul}"),
            _ => Some(r"\p{Han}"),
        };
        let own = own.map(|own| Regex::new(own).unwrap());
        let there = messages(tag);
        for (id, text) in
            english.iter().filter(|(id, text)| !ALIKE.contains(&id.as_str()) && word.is_match(&bare(text)))
        {
            assert_ne!(bare(&there[id]), bare(text), "{tag}.ftl: {id} is English");
            assert!(own.as_ref().is_none_or(|own| own.is_match(&there[id])), "{tag}.ftl: {id} is English");
        }
    }
}

#[test]
fn commands_and_codes_are_the_same_in_every_language() {
    let kept = Regex::new(
        r"/stager (?:check|status|restart|approve|deny|cancel|handover|mute|unmute|help)|database-checked|stagerbot audit [a-z]+|--noted|170010|CF-StagerUnavailable|[a-z]+\.no_environment|\[environment\.topology\]|pods/exec|deploy/|/etc/resolv\.conf|UID|OrderedReady|Terminating|kube-proxy|monit|503",
    )
    .unwrap();
    let of = |text: &str| kept.find_iter(text).map(|found| found.as_str().to_owned()).collect::<BTreeSet<_>>();
    let english = messages("en");
    for tag in others() {
        for (id, text) in messages(tag) {
            assert_eq!(of(&text), of(&english[&id]), "{tag}.ftl: {id}");
        }
    }
}

/// What somebody could call a pod, a person or an environment to be read as something else.
const HOSTILE: &str = "{ $x } { -brand } { NUMBER(1) }\n.attribute = x\nanswer-denied = y *b* <@U1> `c` [d](e)";

#[test]
fn an_argument_is_data_in_every_message_of_every_language() {
    let selector = Regex::new(r"\$([a-z]+) ->").unwrap();
    for language in Language::ALL {
        let words = Words::in_language(language);
        for (id, text) in messages(language.tag()) {
            let chosen: BTreeSet<String> = selector.captures_iter(&text).map(|found| found[1].to_owned()).collect();
            for count in [1_usize, 2] {
                let phrase = variables(&text).iter().fold(Phrase::new(&id), |phrase, name| {
                    if chosen.contains(name) { phrase.with(name, count) } else { phrase.with(name, HOSTILE) }
                });
                let said = words.try_say(&phrase).unwrap_or_else(|trouble| panic!("{language}, {id}: {trouble}"));
                let shown = said.matches(HOSTILE).count();
                let without = said.replace(HOSTILE, "");
                assert!(shown > 0 || variables(&text).is_subset(&chosen), "{language}, {id}: {said}");
                assert!(!without.contains(['{', '}']), "{language}, {id}: {said}");
            }
        }
    }
}

#[test]
fn a_selector_has_the_categories_of_its_language() {
    let variant = Regex::new(r"(?m)^ +\*?\[([a-z0-9]+)\]").unwrap();
    for language in Language::ALL {
        let allowed: &[&str] = match language {
            Language::English | Language::French => &["one", "other"],
            _ => &["1", "other"],
        };
        for found in variant.captures_iter(super::file(language.tag())) {
            assert!(allowed.contains(&&found[1]), "{language}.ftl: [{}]", &found[1]);
        }
    }
    let said = |tag, count: usize| Words::of(Some(tag)).say(&Phrase::new("reopened-count").with("count", count));
    let expected =
        BTreeMap::from([("en", ["once", "2 times"]), ("fr", ["une fois", "2 fois"]), ("ja", ["1 回", "2 回"])]);
    for (tag, forms) in expected {
        assert_eq!([said(tag, 1), said(tag, 2)], forms);
    }
}
