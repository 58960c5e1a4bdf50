//! Secrets: by a variable, or in a file of their own. One that is written among the settings is refused.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{PREFIX, Section, not_repeated};

/// The secret at `key` (by variable) or in the file that `<key>_file` names; `shape` says what it looks like.
pub(crate) fn secret(section: &mut Section<'_>, key: &str, shape: &Shape) -> Option<SecretString> {
    let (text, from) = found(section, key)?;
    if !(shape.fits)(&text) {
        section.problem(&from, not_repeated(shape.expected));
        return None;
    }
    Some(SecretString::from(text))
}

/// The same where several count at once, so that one can be rotated: each on a line of its own.
pub(crate) fn secrets(section: &mut Section<'_>, key: &str, shape: &Shape) -> Vec<SecretString> {
    let Some((text, from)) = found(section, key) else { return Vec::new() };
    let each: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if each.is_empty() || !each.iter().all(|one| (shape.fits)(one)) {
        section.problem(&from, not_repeated(&format!("{}; several, each on a line of its own", shape.expected)));
        return Vec::new();
    }
    each.into_iter().map(SecretString::from).collect()
}

/// What stands at `key` or in its file, and which of the two keys it was.
fn found(section: &mut Section<'_>, key: &str) -> Option<(String, String)> {
    let file_key = format!("{key}_file");
    let path = section.path_of(key);
    let direct = section.only_variable(key);
    let file =
        section.optional(&file_key, "the path of a file", |text| (!text.is_empty()).then(|| PathBuf::from(text)));
    match (direct, file) {
        (Some(Err(())), _) => {
            let variable = format!("{PREFIX}{}", path.to_uppercase().replace('.', "__"));
            section.problem(
                key,
                format!(
                    "a secret does not belong among the settings: write it to a file of its own and name that in \
                     {path}_file, or set the variable {variable}"
                ),
            );
            None
        }
        (Some(Ok(_)), Some(_)) => {
            section.problem(key, format!("both it and {path}_file are set; expected one of them"));
            None
        }
        (Some(Ok(text)), None) => Some((text, key.to_owned())),
        (None, Some(file)) => match std::fs::read_to_string(&file) {
            Ok(text) => Some((text.trim().to_owned(), file_key)),
            Err(_) if section.notes.can_do_without(&path) => None,
            Err(error) => {
                // Its path is not repeated either: it may be the secret itself, written in the wrong place.
                section.problem(&file_key, format!("the file that it names can't be read: {error}"));
                None
            }
        },
        (None, None) => None,
    }
}

/// What a secret looks like.
pub(crate) struct Shape {
    /// For people.
    pub(crate) expected: &'static str,
    /// The test.
    pub(crate) fits: fn(&str) -> bool,
}

/// A token that fits into an HTTP header.
pub(crate) const BEARER: Shape =
    Shape { expected: "a token of visible ASCII characters without blanks", fits: visible };

/// A user and a password, as HTTP's basic authentication joins them.
pub(crate) const BASIC: Shape = Shape {
    expected: "a user and a password with a colon between, such as alertmanager:…",
    fits: |text| text.split_once(':').is_some_and(|(user, password)| !user.is_empty() && !password.is_empty()),
};

/// The key of a signature: what a sender shows once, when its webhook is made.
pub(crate) const SIGNING: Shape =
    Shape { expected: "the secret that the sender signs with, without blanks", fits: visible };

/// A password: anything but nothing.
pub(crate) const PASSWORD: Shape = Shape { expected: "a password", fits: |text| !text.is_empty() };

/// Visible ASCII characters without blanks, as fit into an HTTP header.
pub(crate) fn visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
