//! Every text is plain and may be hostile: what is taken from it on every platform.
//!
//! What marks text up is another matter on each, and so is in their own modules.

use crate::chat::Block;

/// What stands for a backtick that would mean something.
pub(in crate::chat) const BACKTICK: char = 'ˋ';

/// A block of machine output is not cut to less than this for the sake of what stands behind it.
const LEAST_CODE: usize = 240;
/// So often is a card cut at most: what is longer than 100 kB then still ends somewhere.
const CUTS: usize = 64;

/// The blocks of a card, as they fit into a message: the longest machine output is cut, again and again, so that what will
/// happen, who, and the lines to go on by hand are seen. Where that does not help, the platform cuts off the end.
pub(in crate::chat) fn fitted(blocks: &[Block], fits: impl Fn(&[Block]) -> bool) -> Vec<Block> {
    let mut blocks = blocks.to_vec();
    for _ in 0..CUTS {
        if fits(&blocks) {
            break;
        }
        let codes = blocks.iter_mut().filter_map(|block| match block {
            Block::Code(code) => Some(code),
            _ => None,
        });
        let Some(longest) = codes.filter(|code| length(code) > LEAST_CODE).max_by_key(|code| length(code)) else {
            break;
        };
        *longest = cut(longest);
    }
    blocks
}

/// The first two thirds, up to the end of a line where there is one.
fn cut(code: &str) -> String {
    let whole = code.strip_suffix("\n…").unwrap_or(code);
    let kept: String = whole.chars().take(whole.chars().count() * 2 / 3).collect();
    let kept = kept.rfind('\n').filter(|end| *end > 0).map_or(kept.as_str(), |end| &kept[..end]);
    format!("{kept}\n…")
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_output_is_cut_and_nothing_else() {
        let lines = |count: usize| (0..count).map(|n| format!("line {n} of the output")).collect::<Vec<_>>().join("\n");
        let blocks = [
            Block::Code(lines(10)),
            Block::Code(lines(500)),
            Block::Code("x".repeat(20_000)),
            Block::Text("what will happen".into()),
        ];
        let size = |blocks: &[Block]| {
            let text = |block: &Block| match block {
                Block::Code(text) | Block::Text(text) => length(text),
                _ => 0,
            };
            blocks.iter().map(text).sum::<usize>()
        };
        let fitted = fitted(&blocks, |blocks| size(blocks) < 2_000);
        assert!(size(&fitted) < 2_000);
        assert_eq!((&fitted[0], &fitted[3]), (&blocks[0], &blocks[3]));
        let Block::Code(cut) = &fitted[1] else { panic!("it stays what it is") };
        let (kept, end) = cut.rsplit_once('\n').unwrap();
        assert!(lines(500).starts_with(&format!("{kept}\n")) && end == "…", "{cut}");
    }

    #[test]
    fn what_can_not_be_cut_is_left_to_the_platform() {
        let blocks = [Block::Text("long".repeat(9_000)), Block::Code("short".into())];
        assert_eq!(fitted(&blocks, |_| false), blocks);
    }
}
