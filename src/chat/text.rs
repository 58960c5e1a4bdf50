//! Texts as they fit into messages: how long one is, where it is cut, and what ends no code block.
//!
//! What marks text up, and so what is escaped and how much room that takes, is another matter on each platform: how far a
//! text's beginning fits is asked of them.

use crate::chat::Block;

/// What stands at the end of a text that was too long.
pub(in crate::chat) const ELLIPSIS: char = '…';
/// What stands for a text that says nothing: platforms refuse empty ones.
pub(in crate::chat) const NOTHING: &str = "–";

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

/// The text's beginning that is left beside an ellipsis; `None` where the whole text fits. `prefix` says how many bytes of a
/// text's beginning are at most so long.
pub(in crate::chat) fn beginning(text: &str, max: usize, prefix: impl Fn(&str, usize) -> usize) -> Option<&str> {
    if prefix(text, max) == text.len() {
        return None;
    }
    Some(text[..prefix(text, max.saturating_sub(ELLIPSIS.len_utf16()))].trim_end())
}

/// The text in parts that are at most so long by `prefix`: cut between lines, and within a line only if it is longer.
pub(in crate::chat) fn parts(text: &str, max: usize, prefix: impl Fn(&str, usize) -> usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.trim().is_empty() {
        let fits = prefix(rest, max);
        let end = if fits == rest.len() || rest[fits..].starts_with('\n') {
            fits
        } else {
            rest[..fits].rfind('\n').filter(|end| *end > 0).unwrap_or(fits)
        };
        // Not even one character fits: nothing can be said.
        if end == 0 {
            break;
        }
        parts.push(&rest[..end]);
        rest = rest[end..].strip_prefix('\n').unwrap_or(&rest[end..]);
    }
    parts
}

/// The text, or a dash where it says nothing.
pub(in crate::chat) fn or_nothing(text: String) -> String {
    if text.trim().is_empty() { NOTHING.to_owned() } else { text }
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
