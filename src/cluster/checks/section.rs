//! What comes back from a script: a line for each of its parts.

use crate::cluster::error::clean;

/// How much of what a part printed is in its section: what the scripts' `head -c` lets through.
pub(super) const MAX_TEXT: usize = 3_000;

/// The longest line that can be a section: the name and the exit code stand before the text.
const MAX_LINE: usize = MAX_TEXT + 200;

/// More lines than any script writes. What comes after them is not read.
const MAX_LINES: usize = 64;

/// What became of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The part.
    pub name: String,
    /// Its exit code.
    pub code: i32,
    /// What it printed, cleaned, by lines.
    pub text: String,
}

/// The sections in a stream of bytes that comes in pieces. A line that did not end is none.
#[derive(Debug, Default)]
pub struct Sections {
    line: Vec<u8>,
    too_long: bool,
    lines: usize,
}

impl Sections {
    /// Takes the next bytes; gives the sections that end in them.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Section> {
        let mut sections = Vec::new();
        for byte in bytes {
            if self.lines >= MAX_LINES {
                break;
            }
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                sections.extend(section(&line).filter(|_| !self.too_long));
                self.too_long = false;
                self.lines += 1;
            } else if self.line.len() < MAX_LINE {
                self.line.push(*byte);
            } else {
                self.too_long = true;
            }
        }
        sections
    }
}

/// `NAME CODE TEXT`, with tabs for line breaks.
fn section(line: &[u8]) -> Option<Section> {
    let line = String::from_utf8_lossy(line);
    let (name, rest) = line.split_once(' ')?;
    let (code, text) = rest.split_once(' ')?;
    let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':'));
    // Only as a shell writes it.
    let code = code.parse().ok().filter(|value: &i32| value.to_string() == code && (0..=255).contains(value))?;
    named.then(|| Section { name: name.to_owned(), code, text: clean(&text.replace('\t', "\n"), MAX_TEXT) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn section(name: &str, code: i32, text: &str) -> Section {
        Section { name: name.to_owned(), code, text: text.to_owned() }
    }

    #[test]
    fn lines_become_sections() {
        let mut sections = Sections::default();
        assert_eq!(sections.feed(b"probe 1 nc: conn"), []);
        let said = sections.feed(b"ect\tConnection refused\nping 0 status 200\nlock 124 \nhalf 0 a");
        assert_eq!(
            said,
            [
                section("probe", 1, "nc: connect\nConnection refused"),
                section("ping", 0, "status 200"),
                section("lock", 124, ""),
            ]
        );
        for line in ["", "probe", "probe 0", " 0 x", "probe x y", "probe -1 x", "probe 00 x", "probe 256 x", "a/b 0 x"]
        {
            assert_eq!(Sections::default().feed(format!("{line}\n").as_bytes()), [], "{line:?}");
        }
    }

    #[test]
    fn what_is_too_long_or_too_much_is_left_out() {
        let mut sections = Sections::default();
        let long = format!("probe 0 {}\nping 0 x\n", "y".repeat(MAX_LINE));
        assert_eq!(sections.feed(long.as_bytes()), [section("ping", 0, "x")]);
        let many = "a 0 b\n".repeat(1_000);
        assert_eq!(sections.feed(many.as_bytes()).len(), MAX_LINES - 2);
        assert_eq!(sections.feed(b"a 0 b\n"), []);
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b' '), Just(b'0'), any::<u8>()], 0..400), at in 0..400_usize) {
            let mut whole = Sections::default();
            let mut pieces = Sections::default();
            let at = at.min(bytes.len());
            let mut said = pieces.feed(&bytes[..at]);
            said.extend(pieces.feed(&bytes[at..]));
            prop_assert_eq!(whole.feed(&bytes), said);
        }
    }
}
