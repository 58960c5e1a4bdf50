//! A document as a page of its own: one file, without scripts, and nothing is loaded from elsewhere.

use super::document::{Bar, Document, Part};
use crate::sanitize::clean;

/// What the page looks like: all that is in its `style`, so that a server can name its hash.
pub(crate) const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}\
    table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.2em 1em .2em 0}\
    pre{background:#8881;padding:.7em;overflow:auto}time{white-space:nowrap;font-variant-numeric:tabular-nums}";

/// The page.
pub(super) fn print(document: &Document) -> String {
    let title = escaped(&document.title);
    let mut body = vec![format!("<h1>{title}</h1>")];
    for part in &document.parts {
        body.push(match part {
            Part::Heading(text) => format!("<h2>{}</h2>", escaped(text)),
            Part::Facts(facts) => {
                let row = |(name, value): &(String, String)| {
                    format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>", escaped(name), in_lines(value))
                };
                format!("<table>\n{}\n</table>", facts.iter().map(row).collect::<Vec<_>>().join("\n"))
            }
            Part::Events(events) => {
                let row = |(at, says): &(String, String)| {
                    format!("<tr><td><time>{}</time></td><td>{}</td></tr>", escaped(at), in_lines(says))
                };
                format!("<table>\n{}\n</table>", events.iter().map(row).collect::<Vec<_>>().join("\n"))
            }
            Part::Bars(bars) => drawn(bars),
            Part::Text(text) => format!("<p>{}</p>", in_lines(text)),
            Part::Code(text) => format!("<pre>{}</pre>", escaped(text)),
        });
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{}\n</body>\n</html>\n",
        escaped(document.language),
        body.join("\n")
    )
}

/// The height of a bar with its name above, and of the bar alone.
const ROW: usize = 40;
const BAR: usize = 14;
/// A bar is never so short that it is not seen.
const LEAST: u32 = 3;
/// What they are drawn in, in turn: seen on white and on black.
const COLORS: [&str; 6] = ["#4c78a8", "#e0813b", "#8e6bbf", "#d1495b", "#3f9a5f", "#80868b"];

/// Bars below each other, each as long as it took.
fn drawn(bars: &[Bar]) -> String {
    let row = |(place, bar): (usize, &Bar)| {
        let (top, (from, to)) = (place * ROW, bar.span);
        let wide = to.saturating_sub(from).max(LEAST);
        let from = from.min(1000 - wide.min(1000));
        format!(
            "<text x=\"0\" y=\"{}\" font-size=\"14\" fill=\"currentColor\">{}: {}</text>\n\
             <rect x=\"0\" y=\"{}\" width=\"1000\" height=\"{BAR}\" fill=\"#8883\"/>\n\
             <rect x=\"{from}\" y=\"{}\" width=\"{}\" height=\"{BAR}\" fill=\"{}\"/>",
            top + 14,
            escaped(&bar.name),
            escaped(&bar.length),
            top + 20,
            top + 20,
            wide,
            COLORS[place % COLORS.len()],
        )
    };
    let said: Vec<String> =
        bars.iter().map(|bar| format!("{}: {}", escaped(&bar.name), escaped(&bar.length))).collect();
    format!(
        "<svg viewBox=\"0 0 1000 {}\" width=\"100%\" role=\"img\" aria-label=\"{}\">\n{}\n</svg>",
        bars.len() * ROW,
        said.join(", "),
        bars.iter().enumerate().map(row).collect::<Vec<_>>().join("\n")
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in clean(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn in_lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}
