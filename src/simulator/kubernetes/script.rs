//! Reads a shell's command line: words and quotes, parameters, redirections, and lists joined by `;`, `&&`, `||`.

use std::collections::BTreeMap;

/// When a command runs, given how the one before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    Always,
    And,
    Or,
}

/// A word before expansion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
    All,
}

/// Where a command's output or input goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Redirection {
    /// `2>&1`
    Join { from: u8, to: u8 },
    /// `>/dev/null`, `3<>/dev/tcp/HOST/PORT`
    File { from: u8, file: Word },
}

/// One simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) assignments: Vec<(String, Word)>,
    pub(super) words: Vec<Word>,
    pub(super) redirections: Vec<Redirection>,
}

impl Word {
    /// The words this becomes: one, or with `"$@"` as many as there are parameters.
    pub(super) fn expand(&self, variables: &BTreeMap<String, String>, parameters: &[String], code: i32) -> Vec<String> {
        if self.0 == [Part::All] {
            return parameters.iter().skip(1).cloned().collect();
        }
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::All => text.push_str(&parameters.get(1..).unwrap_or_default().join(" ")),
                Part::Variable(name) if name == "?" => text.push_str(&code.to_string()),
                Part::Variable(name) => match name.parse::<usize>() {
                    Ok(n) => text.push_str(parameters.get(n).map(String::as_str).unwrap_or_default()),
                    Err(_) => text.push_str(variables.get(name).map(String::as_str).unwrap_or_default()),
                },
            }
        }
        vec![text]
    }

    fn text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    fn push(&mut self, c: char) {
        if let Some(Part::Text(text)) = self.0.last_mut() {
            text.push(c);
        } else {
            self.0.push(Part::Text(c.to_string()));
        }
    }
}

/// The commands of a script, each with how it is joined to the one before.
pub(super) fn commands(script: &str) -> Vec<(Join, Command)> {
    let mut reader = Reader { rest: script.chars().collect(), at: 0 };
    let mut commands = Vec::new();
    let (mut join, mut command) = (Join::Always, Command::default());
    loop {
        reader.skip_blanks();
        let next = match (reader.peek(), reader.peek_at(1)) {
            (None, _) => None,
            (Some(';' | '\n'), _) => Some((Join::Always, 1)),
            (Some('&'), Some('&')) => Some((Join::And, 2)),
            (Some('|'), Some('|')) => Some((Join::Or, 2)),
            _ => {
                reader.word(&mut command);
                continue;
            }
        };
        if command != Command::default() {
            commands.push((join, std::mem::take(&mut command)));
        }
        let Some((following, length)) = next else { return commands };
        join = following;
        reader.at += length;
    }
}

struct Reader {
    rest: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
            self.at += 1;
        }
    }

    /// Reads one word, assignment or redirection into the command.
    fn word(&mut self, command: &mut Command) {
        if self.redirection(command) {
            return;
        }
        let start = self.at;
        let word = self.plain_word();
        if self.at == start {
            // A character that means something this shell does not know: taken as it is.
            self.at += 1;
        }
        if command.words.is_empty()
            && let Some(Part::Text(text)) = word.0.first()
            && let Some((name, value)) = text.split_once('=')
            && !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            let mut parts = word.0.clone();
            parts[0] = Part::Text(value.to_owned());
            command.assignments.push((name.to_owned(), Word(parts)));
            return;
        }
        command.words.push(word);
    }

    fn redirection(&mut self, command: &mut Command) -> bool {
        let start = self.at;
        let both = self.peek() == Some('&') && self.peek_at(1) == Some('>');
        let digit = self.peek().filter(char::is_ascii_digit);
        if both || digit.is_some() {
            self.at += 1;
        }
        let Some(sign) = self.peek().filter(|c| matches!(c, '<' | '>')) else {
            self.at = start;
            return false;
        };
        self.at += 1;
        while self.peek().is_some_and(|c| matches!(c, '<' | '>')) {
            self.at += 1;
        }
        let from = digit.map_or(u8::from(sign == '>'), |digit| digit as u8 - b'0');
        if self.peek() == Some('&') {
            self.at += 1;
            let to = self.plain_word().text().and_then(|text| text.parse().ok());
            if let (1 | 2, Some(to @ (1 | 2))) = (from, to) {
                command.redirections.push(Redirection::Join { from, to });
            }
            return true;
        }
        self.skip_blanks();
        let file = self.plain_word();
        if both {
            command.redirections.push(Redirection::File { from: 2, file: file.clone() });
        }
        command.redirections.push(Redirection::File { from, file });
        true
    }

    fn plain_word(&mut self) -> Word {
        let mut word = Word::default();
        let mut quote = None;
        while let Some(c) = self.peek() {
            match (quote, c) {
                (None, ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>') => break,
                (None, '\'' | '"') => {
                    quote = Some(c);
                    word.0.push(Part::Text(String::new()));
                    self.at += 1;
                }
                (Some(open), _) if c == open => {
                    quote = None;
                    self.at += 1;
                }
                (None | Some('"'), '\\') => {
                    self.at += 1;
                    if let Some(next) = self.peek() {
                        word.push(next);
                        self.at += 1;
                    }
                }
                (None | Some('"'), '$') => {
                    self.at += 1;
                    self.parameter(&mut word);
                }
                _ => {
                    word.push(c);
                    self.at += 1;
                }
            }
        }
        if word.0.len() > 1 {
            word.0.retain(|part| *part != Part::Text(String::new()));
        }
        word
    }

    fn parameter(&mut self, word: &mut Word) {
        match self.peek() {
            Some('@' | '*') => {
                self.at += 1;
                word.0.push(Part::All);
            }
            Some(c) if c == '?' || c.is_ascii_digit() => {
                self.at += 1;
                word.0.push(Part::Variable(c.to_string()));
            }
            Some('{') => {
                self.at += 1;
                let mut name = String::new();
                while let Some(c) = self.peek() {
                    self.at += 1;
                    if c == '}' {
                        break;
                    }
                    name.push(c);
                }
                word.0.push(Part::Variable(name));
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let mut name = String::new();
                while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
                    name.push(c);
                    self.at += 1;
                }
                word.0.push(Part::Variable(name));
            }
            _ => word.push('$'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(script: &str, parameters: &[&str]) -> Vec<(Join, Vec<String>, usize)> {
        let parameters: Vec<_> = parameters.iter().map(|&each| each.to_owned()).collect();
        let words = |command: &Command| -> Vec<String> {
            command.words.iter().flat_map(|word| word.expand(&BTreeMap::new(), &parameters, 0)).collect()
        };
        commands(script).iter().map(|(join, command)| (*join, words(command), command.redirections.len())).collect()
    }

    #[test]
    fn words_quotes_parameters_and_lists() {
        let cases = [
            (r#"nc -zv "$0" "$1""#, vec![(Join::Always, vec!["nc", "-zv", "h", "8889"], 0)]),
            (
                "a 'b c' && d || e; f",
                vec![
                    (Join::Always, vec!["a", "b c"], 0),
                    (Join::And, vec!["d"], 0),
                    (Join::Or, vec!["e"], 0),
                    (Join::Always, vec!["f"], 0),
                ],
            ),
            ("exec 3<>/dev/tcp/${0}/$1", vec![(Join::Always, vec!["exec"], 1)]),
            ("x >/dev/null 2>&1 </dev/null", vec![(Join::Always, vec!["x"], 3)]),
            (
                r#"bash -c "exec 3<>/dev/tcp/$0/$1""#,
                vec![(Join::Always, vec!["bash", "-c", "exec 3<>/dev/tcp/h/8889"], 0)],
            ),
            ("echo \"\" \"$@\"", vec![(Join::Always, vec!["echo", "", "8889"], 0)]),
        ];
        for (script, expected) in cases {
            let expected: Vec<(Join, Vec<String>, usize)> =
                expected.into_iter().map(|(j, w, r)| (j, w.into_iter().map(str::to_owned).collect(), r)).collect();
            assert_eq!(expand(script, &["h", "8889"]), expected, "{script}");
        }
    }
}
