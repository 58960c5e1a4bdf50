//! Every text is plain and may be hostile: what is taken from it on every platform.
//!
//! What marks text up is another matter on each, and so is in their own modules.

/// What stands for a backtick that would mean something.
pub(in crate::chat) const BACKTICK: char = 'ˋ';

/// How long a platform may think that a text is. What they count is not documented, so this is the largest candidate below
/// bytes: an emoji is two.
pub(in crate::chat) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Takes away what is not seen: control characters, characters of no width, and those that turn the direction of
/// writing, with which a text can look like another one.
pub(in crate::chat) fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\t' => clean.push(character),
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            unseen if unseen.is_control() || is_invisible(unseen) => {}
            seen => clean.push(seen),
        }
    }
    clean.trim_matches('\n').trim_end().to_owned()
}

/// Format characters: <https://www.unicode.org/reports/tr9/> (direction), and everything of no width.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Replaces backticks that could end a code block. Fewer than three in a row can't.
pub(in crate::chat) fn unfenced(text: &str) -> String {
    let mut unfenced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("```") {
        let run = rest[start..].chars().take_while(|character| *character == '`').count();
        unfenced.push_str(&rest[..start]);
        unfenced.extend(std::iter::repeat_n(BACKTICK, run));
        rest = &rest[start + run..];
    }
    unfenced + rest
}
