//! The languages there are, and which of them a locale asks for.

use std::fmt;

/// A language that the bot speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// English: what the others fall back to.
    #[default]
    English,
    /// French.
    French,
    /// Japanese.
    Japanese,
    /// Korean.
    Korean,
    /// Chinese in simplified characters.
    SimplifiedChinese,
    /// Chinese in traditional characters.
    TraditionalChinese,
}

impl Language {
    /// All of them, English first.
    pub const ALL: [Self; 6] =
        [Self::English, Self::French, Self::Japanese, Self::Korean, Self::SimplifiedChinese, Self::TraditionalChinese];

    /// What the configuration and the files in `config/locales` call it, after BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Japanese => "ja",
            Self::Korean => "ko",
            Self::SimplifiedChinese => "zh-Hans",
            Self::TraditionalChinese => "zh-Hant",
        }
    }

    /// What Discord calls it: <https://discord.com/developers/docs/reference#locales>.
    pub fn on_discord(self) -> &'static str {
        match self {
            Self::English => "en-US",
            Self::SimplifiedChinese => "zh-CN",
            Self::TraditionalChinese => "zh-TW",
            other => other.tag(),
        }
    }

    /// The language of this tag and no other.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The language that a locale asks for, however a platform writes it: `fr-CA`, `zh_TW`, `ko-KR`. `None` for one that is
    /// not spoken here.
    pub fn of_locale(locale: &str) -> Option<Self> {
        let locale = locale.to_ascii_lowercase();
        let mut subtags = locale.split(['-', '_', '.', '@']);
        let language = subtags.next()?;
        if language != "zh" {
            return Self::ALL.into_iter().find(|known| known.tag() == language);
        }
        // The script says it; without one, the region does.
        let written = |subtag| match subtag {
            "hant" | "tw" | "hk" | "mo" => Some(Self::TraditionalChinese),
            "hans" | "cn" | "sg" => Some(Self::SimplifiedChinese),
            _ => None,
        };
        Some(subtags.find_map(written).unwrap_or(Self::SimplifiedChinese))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_finds_its_language_however_it_is_written() {
        for (locale, language) in [
            ("en-US", Some("en")),
            ("en-GB", Some("en")),
            ("fr", Some("fr")),
            ("fr-CA", Some("fr")),
            ("fr_FR.UTF-8", Some("fr")),
            ("ja-JP", Some("ja")),
            ("ko-KR", Some("ko")),
            ("zh", Some("zh-Hans")),
            ("zh-CN", Some("zh-Hans")),
            ("zh-SG", Some("zh-Hans")),
            ("zh_TW", Some("zh-Hant")),
            ("zh-HK", Some("zh-Hant")),
            ("zh-MO", Some("zh-Hant")),
            ("zh-Hant", Some("zh-Hant")),
            ("ZH-HANS-HK", Some("zh-Hans")),
            ("zh-Hant-CN", Some("zh-Hant")),
            ("de-AT", None),
            ("frr", None),
            ("", None),
        ] {
            assert_eq!(Language::of_locale(locale).map(Language::tag), language, "{locale}");
        }
    }

    #[test]
    fn a_tag_is_one_language() {
        for language in Language::ALL {
            assert_eq!(Language::of_tag(language.tag()), Some(language));
            assert_eq!(Language::of_locale(language.on_discord()), Some(language));
        }
        assert_eq!(Language::of_tag("zh"), None);
    }
}
