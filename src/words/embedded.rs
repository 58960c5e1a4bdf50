//! The sentences as they are shipped: `config/locales`.

use fluent_bundle::FluentResource;

use super::language::Language;

/// The file of a language.
pub(super) fn shipped(language: Language) -> FluentResource {
    let text = match language {
        Language::English => include_str!("../../config/locales/en.ftl"),
        Language::French => include_str!("../../config/locales/fr.ftl"),
        Language::Japanese => include_str!("../../config/locales/ja.ftl"),
        Language::Korean => include_str!("../../config/locales/ko.ftl"),
        Language::SimplifiedChinese => include_str!("../../config/locales/zh-Hans.ftl"),
        Language::TraditionalChinese => include_str!("../../config/locales/zh-Hant.ftl"),
    };
    FluentResource::try_new(text.to_owned())
        .unwrap_or_else(|(_, errors)| panic!("config/locales/{language}.ftl does not parse: {errors:?}"))
}
