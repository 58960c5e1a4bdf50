//! Discord's markdown: a backslash before a mark makes it itself, so that nothing formats, links or mentions.
//!
//! [`markdown`] is for texts and embeds, [`code`] for the inside of a code block, [`line`] for captions and names, where
//! there is no markdown. What is escaped is cut by [`parts`] and [`shortened`], which leave no backslash behind.

use crate::chat::text::{self, ELLIPSIS, beginning, or_nothing, unfenced};
use crate::sanitize::clean;

/// A text in which nothing formats, links or mentions; of any length.
///
/// Every mark is escaped wherever it stands: which of them count where is documented for people alone
/// (<https://support.discord.com/hc/en-us/articles/210298617>). `/` is among them, since addresses become links and
/// invitations by themselves.
pub(super) fn markdown(text: &str) -> String {
    let text = clean(text);
    let mut escaped = String::with_capacity(text.len() * 2);
    let mut before = '\n';
    // Whether nothing but digits stands between the last blank and here: `1.` begins a list.
    let mut number = false;
    for character in text.chars() {
        let begins = before.is_whitespace();
        let is_mark = match character {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '(' | ')' | '#' | '@' | '/' => true,
            '-' | '+' => begins,
            '.' => number,
            _ => false,
        };
        if is_mark {
            escaped.push('\\');
        }
        escaped.push(character);
        number = character.is_ascii_digit() && (begins || number);
        before = character;
    }
    escaped
}

/// The inside of a code block, which it can't end; of any length.
pub(super) fn code(text: &str) -> String {
    unfenced(&clean(text))
}

/// One line of at most `max` characters for where there is no markdown.
pub(super) fn line(text: &str, max: usize) -> String {
    or_nothing(shortened(clean(text).replace('\n', " ").trim(), max))
}

/// What [`markdown`] escaped, as it was: for where there is no markdown.
pub(super) fn unescaped(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut characters = markdown.chars();
    while let Some(character) = characters.next() {
        plain.push(if character == '\\' { characters.next().unwrap_or(character) } else { character });
    }
    plain
}

/// A text that was escaped, cut to at most `max` characters.
pub(super) fn shortened(escaped: &str, max: usize) -> String {
    match beginning(escaped, max, prefix) {
        None => escaped.to_owned(),
        Some(beginning) => format!("{beginning}{ELLIPSIS}"),
    }
}

/// A text that was escaped, in parts of at most `max` characters.
pub(super) fn parts(escaped: &str, max: usize) -> Vec<String> {
    text::parts(escaped, max, prefix).into_iter().map(str::to_owned).collect()
}

/// How many bytes of the text's beginning are at most `max` characters long, with no backslash left without its mark.
fn prefix(text: &str, max: usize) -> usize {
    let mut room = max;
    for (place, character) in text.char_indices() {
        let Some(left) = room.checked_sub(character.len_utf16()) else {
            let backslashes = text[..place].bytes().rev().take_while(|byte| *byte == b'\\').count();
            return place - backslashes % 2;
        };
        room = left;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_mentions_links_or_formats() {
        for (hostile, harmless) in [
            ("<@1> <@&2> <#3> @everyone @here", r"\<\@1\> \<\@&2\> \<\#3\> \@everyone \@here"),
            ("[ok](https://evil.example)", r"\[ok\]\(https:\/\/evil.example\)"),
            ("https://evil.example discord.gg/x", r"https:\/\/evil.example discord.gg\/x"),
            ("**b** _i_ ~~s~~ ||x|| `c` ```\n", r"\*\*b\*\* \_i\_ \~\~s\~\~ \|\|x\|\| \`c\` \`\`\`"),
            (
                "# big\n> quoted\n- one\n+ two\n12. three\n-# small",
                "\\# big\n\\> quoted\n\\- one\n\\+ two\n12\\. three\n\\-\\# small",
            ),
            ("diego-api-0 1.5 s a+b v10.2", "diego-api-0 1\\.5 s a+b v10.2"),
            (r"\*not bold\*", r"\\\*not bold\\\*"),
            ("<t:0:R> <:x:1> </a:1> <id:guide>", r"\<t:0:R\> \<:x:1\> \<\/a:1\> \<id:guide\>"),
            ("\u{202e}x\u{200b}\u{7}", "x"),
        ] {
            let escaped = markdown(hostile);
            assert_eq!(escaped, harmless, "{hostile:?}");
            assert_eq!(unescaped(&escaped), clean(hostile), "{hostile:?}");
        }
    }

    #[test]
    fn no_code_ends_its_block() {
        assert_eq!(code("a```b `c`"), "aˋˋˋb `c`");
        assert_eq!(code("`\u{200b}``"), "ˋˋˋ");
    }

    #[test]
    fn a_cut_leaves_no_backslash_behind() {
        assert_eq!(shortened(r"a\*b", 10), r"a\*b");
        assert_eq!(shortened(r"a\*b", 3), "a…");
        assert_eq!(shortened(r"\\\*", 4), r"\\\*");
        assert_eq!(shortened(r"\\\*b", 4), r"\\…");
        assert_eq!(parts(r"ab\*c", 3), ["ab", r"\*c"]);
        assert_eq!(parts("one\ntwo\nthree", 7), ["one\ntwo", "three"]);
        assert_eq!(line("a\nb\u{202e}", 80), "a b");
        assert_eq!(line("\u{200b}", 80), "–");
    }
}
