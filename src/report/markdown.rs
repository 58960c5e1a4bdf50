//! A document in Markdown: `CommonMark` with GitHub's tables, as trackers and wikis take it.

use super::document::{Document, Part};
use crate::sanitize::clean;

/// The document in Markdown.
pub(super) fn print(document: &Document) -> String {
    let mut blocks = vec![format!("# {}", in_line(&document.title))];
    for part in &document.parts {
        blocks.push(match part {
            Part::Heading(text) => format!("## {}", in_line(text)),
            Part::Facts(facts) => {
                let row = |(name, value): &(String, String)| format!("| {} | {} |", in_line(name), in_line(value));
                let rows: Vec<String> = facts.iter().map(row).collect();
                // A table has to have a head; this one says nothing.
                format!("| | |\n|---|---|\n{}", rows.join("\n"))
            }
            Part::Events(events) => {
                let item = |(at, says): &(String, String)| format!("- {at} — {}", in_lines(says, "  "));
                events.iter().map(item).collect::<Vec<_>>().join("\n")
            }
            Part::Bars(_) => continue,
            Part::Text(text) => in_lines(text, ""),
            Part::Code(text) => fenced(text),
        });
    }
    blocks.join("\n\n") + "\n"
}

/// A text as it is, whatever stands in it.
fn escaped(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for (at, character) in line.char_indices() {
        let rest = &line[at..];
        let before = line[..at].trim_start();
        let numbers = !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit());
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '|' | '&' | '$' | '{' | '}' | '^' => {
                escaped.extend(['\\', character]);
            }
            // They mean something at the beginning of a line alone.
            '#' | '+' | '-' | '=' if before.is_empty() => escaped.extend(['\\', character]),
            '.' | ')' if numbers && !rest[1..].starts_with(|c: char| !c.is_whitespace()) => {
                escaped.extend(['\\', character]);
            }
            // What would become a link, or mention somebody, by itself.
            ':' if rest.starts_with("://") => escaped.push_str("\\:"),
            '.' if line[..at].ends_with("www") => escaped.push_str("\\."),
            '@' => escaped.push_str("@\u{200b}"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// In one line.
fn in_line(text: &str) -> String {
    let lines: Vec<String> = clean(text).lines().map(str::trim).filter(|line| !line.is_empty()).map(escaped).collect();
    lines.join(" / ")
}

/// In several lines, which stay lines.
fn in_lines(text: &str, indent: &str) -> String {
    let lines: Vec<String> = clean(text).lines().map(str::trim).filter(|line| !line.is_empty()).map(escaped).collect();
    lines.join(&format!("\\\n{indent}"))
}

/// In a fence longer than any within it.
fn fenced(text: &str) -> String {
    let text = clean(text);
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(3.max(longest + 1));
    format!("{fence}\n{text}\n{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_somebody_wrote_is_markup() {
        for (wrote, escaped) in [
            ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
            ("![x](https://evil.example/x.png)", "!\\[x\\](https\\://evil.example/x.png)"),
            ("| a | b |", "\\| a \\| b \\|"),
            ("# not a heading", "\\# not a heading"),
            ("1. no list", "1\\. no list"),
            ("2027-01-15 3.2", "2027-01-15 3.2"),
            ("20.0 s", "20.0 s"),
            ("- no list", "\\- no list"),
            ("diego-api-0 is at 3.2", "diego-api-0 is at 3.2"),
            ("www.evil.example", "www\\.evil.example"),
            ("@everyone", "@\u{200b}everyone"),
            ("*a* _b_ `c` ~d~ $e$ &amp; \\", "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\$e\\$ \\&amp; \\\\"),
        ] {
            assert_eq!(in_line(wrote), escaped, "{wrote:?}");
        }
        assert_eq!(in_line("two\n\n# lines"), "two / \\# lines");
        assert_eq!(fenced("a ``` b"), "````\na ``` b\n````");
    }
}
