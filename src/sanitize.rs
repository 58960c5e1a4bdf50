//! What is taken from every text of outside before anybody reads it: whatever is not seen, and so could make it look like another.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// The text without what is not seen: control characters, characters of no width, and those that turn the direction of writing.
/// Every end of a line is `\n`; tabs stay. Blank lines around the text go, and blanks at its end.
pub fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\t' => clean.push(character),
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            unseen if is_unseen(unseen) => {}
            seen => clean.push(seen),
        }
    }
    clean.trim_matches('\n').trim_end().to_owned()
}

/// Whether nothing of a character is seen. Unicode's own table says which they are:
/// <https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>.
pub fn is_unseen(character: char) -> bool {
    match character {
        // What makes a sign a picture, as in ⚠️.
        '\u{fe00}'..='\u{fe0f}' => false,
        // The marks around an annotation between lines, which are for programs alone.
        '\u{fff9}'..='\u{fffb}' => true,
        _ => character.is_control() || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_taken_away() {
        for (hostile, harmless) in [
            ("\u{202e}evorppa\u{202c}", "evorppa"),
            ("\u{2066}a\u{2069}\u{200b}b\u{feff}\u{e0041}\u{fff9}", "ab"),
            ("a\u{ad}b\u{2060}c\u{3164}d\u{1d173}e\u{180f}f", "abcdef"),
            ("\u{1b}[31mred\u{7}\0", "[31mred"),
            ("a\r\nb\rc\u{2028}d\te\n\n", "a\nb\nc\nd\te"),
            ("日本語 한국어 é ⚠️ ا١", "日本語 한국어 é ⚠️ ا١"),
        ] {
            assert_eq!(clean(hostile), harmless, "{hostile:?}");
        }
    }
}
