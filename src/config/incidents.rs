//! `[incidents]`: what is shown of incidents beside their cards.

use secrecy::{ExposeSecret as _, SecretString};

use crate::settings::{Section, secrets};

/// What is shown of incidents beside their cards.
#[derive(Clone, Debug, Default)]
pub struct IncidentSettings {
    /// Whether a closed incident's thread gets a picture of its phases.
    pub pictures: bool,
    /// With which tokens incidents can be read as pages; with none, they can't.
    pub page_tokens: Vec<SecretString>,
}

impl IncidentSettings {
    /// Whether the same tokens open the pages.
    pub fn has_same_page(&self, other: &Self) -> bool {
        let exposed = |settings: &Self| -> Vec<String> {
            settings.page_tokens.iter().map(|token| token.expose_secret().to_owned()).collect()
        };
        exposed(self) == exposed(other)
    }
}

/// The settings.
pub(super) fn incidents(root: &mut Section<'_>) -> IncidentSettings {
    let mut section = root.section("incidents");
    let settings = IncidentSettings {
        pictures: section.truth("pictures"),
        page_tokens: secrets::secrets(&mut section, "page_token", &secrets::BEARER),
    };
    section.finish();
    settings
}
