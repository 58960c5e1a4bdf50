//! Reads a shell's script: words, quotes, parameters, substitutions, redirections, pipelines, lists, compound commands, functions.

use super::syntax::{AndOr, Change, Command, Content, Join, Kind, List, Piece, Pipeline, Redirection, Word};
use std::sync::Arc;

/// What ends a list without being a part of it.
const ENDS: [&str; 8] = ["}", "done", "fi", "then", "else", "elif", "do", "esac"];

/// Reads a script; an error where it is none.
pub(super) fn read(script: &str) -> Result<List, String> {
    let mut reader = Reader { rest: script.chars().collect(), at: 0 };
    let list = reader.list()?;
    reader.skip();
    match reader.peek() {
        None => Ok(list),
        Some(c) => Err(format!("unexpected {c:?}")),
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

    fn is_next(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, c)| self.peek_at(ahead) == Some(c))
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t') => self.at += 1,
                Some('\\') if self.peek_at(1) == Some('\n') => self.at += 2,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    /// Blanks, line breaks and comments.
    fn skip(&mut self) {
        self.skip_blanks();
        while self.peek() == Some('\n') {
            self.at += 1;
            self.skip_blanks();
        }
    }

    /// The bare word that stands here, without taking it.
    fn bare(&self) -> String {
        self.rest[self.at..]
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '{' | '}' | '!'))
            .collect()
    }

    fn take(&mut self, word: &str) -> bool {
        self.skip();
        let there = self.bare() == word;
        if there {
            self.at += word.len();
        }
        there
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.take(word) { Ok(()) } else { Err(format!("expected {word:?} at {:?}", self.bare())) }
    }

    fn list(&mut self) -> Result<List, String> {
        let mut list = Vec::new();
        loop {
            self.skip();
            if self.peek().is_none_or(|c| c == ')') || self.is_next(";;") || ENDS.contains(&self.bare().as_str()) {
                return Ok(list);
            }
            let pipelines = self.and_or()?;
            self.skip_blanks();
            let beside = self.peek() == Some('&');
            if beside || (self.peek() == Some(';') && !self.is_next(";;")) {
                self.at += 1;
            }
            list.push(AndOr { pipelines, beside });
        }
    }

    fn and_or(&mut self) -> Result<Vec<(Join, Pipeline)>, String> {
        let mut pipelines = vec![(Join::Always, self.pipeline()?)];
        loop {
            self.skip_blanks();
            let join = match () {
                () if self.is_next("&&") => Join::And,
                () if self.is_next("||") => Join::Or,
                () => return Ok(pipelines),
            };
            self.at += 2;
            pipelines.push((join, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, String> {
        let negated = self.take("!");
        let mut commands = vec![self.command()?];
        loop {
            self.skip_blanks();
            if self.peek() != Some('|') || self.is_next("||") {
                return Ok(Pipeline { negated, commands });
            }
            self.at += 1;
            commands.push(self.command()?);
        }
    }

    fn command(&mut self) -> Result<Command, String> {
        self.skip();
        let kind = match self.bare().as_str() {
            _ if self.peek() == Some('(') => {
                self.at += 1;
                let body = self.list()?;
                self.close()?;
                Kind::Group { body, apart: true }
            }
            "{" => {
                self.expect("{")?;
                let body = self.list()?;
                self.expect("}")?;
                Kind::Group { body, apart: false }
            }
            "if" => self.choice()?,
            "for" => self.each()?,
            "while" => {
                self.expect("while")?;
                let condition = self.list()?;
                Kind::While { condition, body: self.body()? }
            }
            "case" => self.case()?,
            name if self.is_next(&format!("{name}()")) && !name.is_empty() => {
                let name = name.to_owned();
                self.at += name.len() + 2;
                Kind::Function { name, body: Arc::new(self.command()?) }
            }
            _ => return self.simple(),
        };
        let mut redirections = Vec::new();
        loop {
            self.skip_blanks();
            if !self.redirection(&mut redirections)? {
                return Ok(Command { kind, redirections });
            }
        }
    }

    fn close(&mut self) -> Result<(), String> {
        self.skip();
        if self.peek() != Some(')') {
            return Err("expected a closing parenthesis".to_owned());
        }
        self.at += 1;
        Ok(())
    }

    fn body(&mut self) -> Result<List, String> {
        self.expect("do")?;
        let body = self.list()?;
        self.expect("done")?;
        Ok(body)
    }

    fn choice(&mut self) -> Result<Kind, String> {
        self.expect("if")?;
        let mut arms = Vec::new();
        loop {
            let condition = self.list()?;
            self.expect("then")?;
            arms.push((condition, self.list()?));
            if !self.take("elif") {
                break;
            }
        }
        let otherwise = if self.take("else") { self.list()? } else { Vec::new() };
        self.expect("fi")?;
        Ok(Kind::If { arms, otherwise })
    }

    fn each(&mut self) -> Result<Kind, String> {
        self.expect("for")?;
        self.skip();
        let name = self.bare();
        self.at += name.len();
        let mut words = None;
        if self.take("in") {
            let words = words.insert(Vec::new());
            loop {
                self.skip_blanks();
                if self.peek().is_none_or(|c| matches!(c, ';' | '\n')) {
                    break;
                }
                words.push(self.word()?);
            }
        }
        self.skip_blanks();
        if self.peek() == Some(';') {
            self.at += 1;
        }
        Ok(Kind::For { name, words, body: self.body()? })
    }

    fn case(&mut self) -> Result<Kind, String> {
        self.expect("case")?;
        self.skip_blanks();
        let word = self.word()?;
        self.expect("in")?;
        let mut arms = Vec::new();
        while !self.take("esac") {
            let mut patterns = Vec::new();
            loop {
                self.skip();
                patterns.push(self.word()?);
                self.skip();
                match self.peek() {
                    Some('|') => self.at += 1,
                    _ => break,
                }
            }
            self.close()?;
            arms.push((patterns, self.list()?));
            if self.is_next(";;") {
                self.at += 2;
            }
        }
        Ok(Kind::Case { word, arms })
    }

    fn simple(&mut self) -> Result<Command, String> {
        let (mut assignments, mut words, mut redirections) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.skip_blanks();
            if self.redirection(&mut redirections)? {
                continue;
            }
            if self.peek().is_none_or(|c| matches!(c, '\n' | ';' | '&' | '|' | ')')) {
                break;
            }
            let word = self.word()?;
            match assignment(&word).filter(|_| words.is_empty()) {
                Some(assignment) => assignments.push(assignment),
                None => words.push(word),
            }
        }
        if assignments.is_empty() && words.is_empty() && redirections.is_empty() {
            return Err(format!("no command at {:?}", self.peek()));
        }
        Ok(Command { kind: Kind::Simple { assignments, words }, redirections })
    }

    fn redirection(&mut self, redirections: &mut Vec<Redirection>) -> Result<bool, String> {
        let start = self.at;
        let both = self.is_next("&>");
        let digit = self.peek().filter(char::is_ascii_digit);
        if both || digit.is_some() {
            self.at += 1;
        }
        let Some(sign) = self.peek().filter(|c| matches!(c, '<' | '>')) else {
            self.at = start;
            return Ok(false);
        };
        self.at += 1;
        while self.peek().is_some_and(|c| matches!(c, '<' | '>')) {
            self.at += 1;
        }
        let from = digit.map_or(u8::from(sign == '>'), |digit| digit as u8 - b'0');
        if self.peek() == Some('&') {
            self.at += 1;
            let to = self.peek().and_then(|c| c.to_digit(10)).and_then(|to| u8::try_from(to).ok());
            self.at += 1;
            redirections.push(to.map_or(Redirection::Close { from }, |to| Redirection::Join { from, to }));
            return Ok(true);
        }
        self.skip_blanks();
        let file = self.word()?;
        if both {
            redirections.push(Redirection::File { from: 2, file: file.clone() });
        }
        redirections.push(Redirection::File { from, file });
        Ok(true)
    }

    fn word(&mut self) -> Result<Word, String> {
        self.word_until(&[' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')'])
    }

    fn word_until(&mut self, ends: &[char]) -> Result<Word, String> {
        let mut word = Word::default();
        let mut double = false;
        while let Some(c) = self.peek() {
            match c {
                _ if !double && ends.contains(&c) => break,
                '"' => {
                    double = !double;
                    word.0.push(Piece { quoted: true, content: Content::Text(String::new()) });
                    self.at += 1;
                }
                '\'' if !double => {
                    self.at += 1;
                    let text: String = self.rest[self.at..].iter().take_while(|c| **c != '\'').collect();
                    self.at += text.chars().count() + 1;
                    word.0.push(Piece { quoted: true, content: Content::Text(text) });
                }
                '\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') => {}
                        Some(next) if !double || matches!(next, '"' | '\\' | '$' | '`') => word.push(next, true),
                        next => next.into_iter().for_each(|next| {
                            word.push('\\', true);
                            word.push(next, true);
                        }),
                    }
                    self.at += 1;
                }
                '$' => {
                    self.at += 1;
                    self.parameter(&mut word, double)?;
                }
                _ => {
                    word.push(c, double);
                    self.at += 1;
                }
            }
        }
        if word.0.is_empty() && self.at < self.rest.len() && !ends.contains(&'}') {
            return Err(format!("no word at {:?}", self.peek()));
        }
        Ok(word)
    }

    fn parameter(&mut self, word: &mut Word, quoted: bool) -> Result<(), String> {
        let variable = |name: String| Content::Variable(name, None);
        let content = match self.peek() {
            Some('(') => {
                self.at += 1;
                let list = self.list()?;
                self.close()?;
                Content::Substitution(list)
            }
            Some(c) if matches!(c, '?' | '#' | '@' | '*') || c.is_ascii_digit() => {
                self.at += 1;
                variable(c.to_string())
            }
            Some('{') => {
                self.at += 1;
                let name =
                    self.bare().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
                self.at += name.len();
                let signs = |c: &&char| matches!(c, '#' | '%' | ':' | '-' | '+');
                let sign: String = self.rest[self.at..].iter().take_while(signs).collect();
                self.at += sign.len();
                let word = self.word_until(&['}'])?;
                self.at += 1;
                let change = (!sign.is_empty()).then_some(Change { sign, word });
                Content::Variable(name, change)
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let name: String =
                    self.rest[self.at..].iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '_').collect();
                self.at += name.len();
                variable(name)
            }
            _ => {
                word.push('$', quoted);
                return Ok(());
            }
        };
        word.0.push(Piece { quoted, content });
        Ok(())
    }
}

impl Word {
    fn push(&mut self, c: char, quoted: bool) {
        match self.0.last_mut() {
            Some(Piece { quoted: before, content: Content::Text(text) }) if *before == quoted => text.push(c),
            _ => self.0.push(Piece { quoted, content: Content::Text(c.to_string()) }),
        }
    }
}

/// `NAME=word`
fn assignment(word: &Word) -> Option<(String, Word)> {
    let Some(Piece { quoted: false, content: Content::Text(text) }) = word.0.first() else { return None };
    let (name, value) = text.split_once('=')?;
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let mut pieces = word.0.clone();
    pieces[0].content = Content::Text(value.to_owned());
    named.then(|| (name.to_owned(), Word(pieces)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_script_is_refused() {
        for script in ["if true; then", "{ true", "$(true", "a | ", "for x in a; done", "true )", "case x in a) b"] {
            assert!(read(script).is_err(), "{script}");
        }
    }

    #[test]
    fn lists_pipelines_and_what_runs_beside() {
        let list = read("a && b | c || d &\ne; ! f").unwrap();
        let shape: Vec<(Vec<(Join, usize)>, bool)> = list
            .iter()
            .map(|and_or| {
                let pipelines = and_or.pipelines.iter().map(|(join, pipeline)| (*join, pipeline.commands.len()));
                (pipelines.collect(), and_or.beside)
            })
            .collect();
        let first = vec![(Join::Always, 1), (Join::And, 2), (Join::Or, 1)];
        assert_eq!(shape, [(first, true), (vec![(Join::Always, 1)], false), (vec![(Join::Always, 1)], false)]);
        assert!(list[2].pipelines[0].1.negated);
    }
}
