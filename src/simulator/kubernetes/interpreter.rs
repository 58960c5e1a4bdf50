//! The small shell of a container: it runs what [`script`](super::script) reads, as POSIX has it, with what a diagnosis needs.

use super::builtins;
use super::network::Outcome;
use super::pattern::{Glob, matches, trimmed};
use super::process::{Process, Sink};
use super::script;
use super::syntax::{Change, Command, Content, Join, Kind, List, Piece, Pipeline, Redirection, Word};
use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Exit codes of shells.
const NOT_FOUND: i32 = 127;
const NO_SCRIPT: i32 = 2;

/// A shell, or a part of one that runs by itself.
pub(super) struct Shell {
    process: Process,
    functions: BTreeMap<String, Arc<Command>>,
    /// How the last substitution ended, since that was forgotten.
    substituted: Option<i32>,
    /// What runs beside it: each comes to how far it is ahead.
    beside: Vec<BoxFuture<'static, Duration>>,
}

/// What follows a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Next(i32),
    Continue(i32),
    Return(i32),
    Exit(i32),
}

use Flow::{Continue, Exit, Next, Return};

impl Flow {
    fn code(self) -> i32 {
        match self {
            Next(code) | Continue(code) | Return(code) | Exit(code) => code,
        }
    }
}

impl Shell {
    /// Runs `sh -c SCRIPT NAME ARGUMENT…` to its end.
    pub(super) async fn start(mut process: Process, name: &str, arguments: &[String]) -> i32 {
        let mut rest = arguments.iter();
        let mut flags = String::new();
        for word in rest.by_ref() {
            let Some(flag) = word.strip_prefix('-') else {
                process.say(2, &format!("{name}: {word}: No such file or directory\n"));
                return NOT_FOUND;
            };
            flags.push_str(flag);
            if flag.contains('c') {
                break;
            }
        }
        let Some(text) = rest.next().filter(|_| flags.contains('c')) else { return 0 };
        process.parameters = rest.cloned().collect();
        if process.parameters.is_empty() {
            process.parameters.push(name.to_owned());
        }
        name.rsplit('/').next().unwrap_or(name).clone_into(&mut process.shell);
        let list = match script::read(text) {
            Ok(list) => list,
            Err(why) => {
                process.say(2, &format!("{name}: syntax error: {why}\n"));
                return NO_SCRIPT;
            }
        };
        let mut shell = Self { process, functions: BTreeMap::new(), substituted: None, beside: Vec::new() };
        shell.list(&list).await.code()
    }

    /// A shell of its own, with everything as it is here.
    fn fork(&self) -> Self {
        Self { process: self.process.clone(), functions: self.functions.clone(), substituted: None, beside: Vec::new() }
    }

    fn list<'a>(&'a mut self, list: &'a List) -> BoxFuture<'a, Flow> {
        async move {
            let mut last = 0;
            for and_or in list {
                if and_or.beside {
                    let mut other = self.fork();
                    other.process = self.process.beside();
                    let pipelines = and_or.pipelines.clone();
                    let run = async move {
                        other.and_or(&pipelines, 0).await;
                        other.process.ahead()
                    };
                    self.beside.push(run.boxed());
                    last = 0;
                    continue;
                }
                match self.and_or(&and_or.pipelines, last).await {
                    Next(code) => last = code,
                    other => return other,
                }
            }
            Next(last)
        }
        .boxed()
    }

    async fn and_or(&mut self, pipelines: &[(Join, Pipeline)], before: i32) -> Flow {
        let mut last = before;
        for (join, pipeline) in pipelines {
            let skip = match join {
                Join::Always => false,
                Join::And => last != 0,
                Join::Or => last == 0,
            };
            if skip {
                continue;
            }
            self.process.code = last;
            match self.pipeline(pipeline).await {
                Next(code) => last = if pipeline.negated { i32::from(code == 0) } else { code },
                other => return other,
            }
            self.process.code = last;
        }
        Next(last)
    }

    /// Each after the other: nothing here writes without end.
    async fn pipeline(&mut self, pipeline: &Pipeline) -> Flow {
        let [before @ .., last] = pipeline.commands.as_slice() else { return Next(0) };
        if before.is_empty() {
            return self.command(last).await;
        }
        let mut input = self.process.input.clone();
        for command in before {
            let mut shell = self.fork();
            shell.process.input = input;
            let kept = Arc::new(Mutex::new(Vec::new()));
            shell.process.to.insert(1, Sink::Kept(kept.clone()));
            shell.command(command).await;
            input = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
        }
        let mut shell = self.fork();
        shell.process.input = input;
        Next(shell.command(last).await.code())
    }

    fn command<'a>(&'a mut self, command: &'a Command) -> BoxFuture<'a, Flow> {
        async move {
            let (to, input) = (self.process.to.clone(), self.process.input.clone());
            for redirection in &command.redirections {
                if !self.redirect(redirection).await {
                    (self.process.to, self.process.input) = (to, input);
                    return Next(1);
                }
            }
            let flow = match &command.kind {
                Kind::Simple { assignments, words } => {
                    let mut fields = Vec::new();
                    for word in words {
                        fields.extend(self.fields(word).await);
                    }
                    // Redirections of `exec` alone stay.
                    if fields == ["exec"] {
                        return Next(0);
                    }
                    self.simple(assignments, fields).await
                }
                Kind::Group { body, apart: false } => self.list(body).await,
                Kind::Group { body, apart: true } => Next(self.fork().list(body).await.code()),
                Kind::If { arms, otherwise } => self.choice(arms, otherwise).await,
                Kind::For { name, words, body } => self.each(name, words.as_deref(), body).await,
                Kind::While { condition, body } => self.repeat(condition, body).await,
                Kind::Case { word, arms } => self.case(word, arms).await,
                Kind::Function { name, body } => {
                    self.functions.insert(name.clone(), body.clone());
                    Next(0)
                }
            };
            (self.process.to, self.process.input) = (to, input);
            flow
        }
        .boxed()
    }

    async fn choice(&mut self, arms: &[(List, List)], otherwise: &List) -> Flow {
        for (condition, body) in arms {
            match self.list(condition).await {
                Next(0) => return self.list(body).await,
                Next(_) => {}
                other => return other,
            }
        }
        self.list(otherwise).await
    }

    async fn each(&mut self, name: &str, words: Option<&[Word]>, body: &List) -> Flow {
        let mut values = Vec::new();
        match words {
            Some(words) => {
                for word in words {
                    values.extend(self.fields(word).await);
                }
            }
            None => values.extend(self.process.parameters.iter().skip(1).cloned()),
        }
        let mut last = 0;
        for value in values {
            self.process.variables.insert(name.to_owned(), value);
            match self.list(body).await {
                Next(code) | Continue(code) => last = code,
                other => return other,
            }
        }
        Next(last)
    }

    async fn repeat(&mut self, condition: &List, body: &List) -> Flow {
        loop {
            match self.list(condition).await {
                Next(0) => {}
                Next(_) => return Next(0),
                other => return other,
            }
            match self.list(body).await {
                Next(_) | Continue(_) => {}
                other => return other,
            }
        }
    }

    async fn case(&mut self, word: &Word, arms: &[(Vec<Word>, List)]) -> Flow {
        let value = self.text(word).await;
        for (patterns, body) in arms {
            for pattern in patterns {
                let pattern = self.pattern(pattern).await;
                if matches(&pattern, &value.chars().collect::<Vec<_>>()) {
                    return self.list(body).await;
                }
            }
        }
        Next(0)
    }

    async fn simple(&mut self, assignments: &[(String, Word)], fields: Vec<String>) -> Flow {
        let mut values = Vec::new();
        self.substituted = None;
        for (name, word) in assignments {
            values.push((name.clone(), self.text(word).await));
        }
        let Some((program, arguments)) = fields.split_first() else {
            self.process.variables.extend(values);
            return Next(self.substituted.unwrap_or(0));
        };
        if let Some(body) = self.functions.get(program).cloned() {
            let parameters = self.process.parameters.clone();
            self.process.parameters.truncate(1);
            self.process.parameters.extend_from_slice(arguments);
            let flow = self.command(&body).await;
            self.process.parameters = parameters;
            return match flow {
                Return(code) => Next(code),
                other => other,
            };
        }
        if let Some(flow) = self.builtin(program, arguments).await {
            return flow;
        }
        let mut inner = self.process.clone();
        inner.variables.extend(values);
        if program == "exec" {
            return Exit(inner.run(arguments.to_vec()).await);
        }
        Next(inner.run(fields).await)
    }

    async fn builtin(&mut self, name: &str, arguments: &[String]) -> Option<Flow> {
        let number = || arguments.first().and_then(|n| n.parse::<i32>().ok());
        let process = &mut self.process;
        Some(match name {
            ":" | "cd" | "export" | "trap" => Next(0),
            "exit" => Exit(number().unwrap_or(process.code)),
            "return" => Return(number().unwrap_or(process.code)),
            "continue" => Continue(0),
            "shift" => {
                let end = usize::try_from(number().unwrap_or(1)).unwrap_or(1) + 1;
                process.parameters.drain(1..end.min(process.parameters.len()));
                Next(0)
            }
            "set" => {
                if let Some(("--", parameters)) = arguments.split_first().map(|(flag, rest)| (flag.as_str(), rest)) {
                    process.parameters.truncate(1);
                    process.parameters.extend_from_slice(parameters);
                }
                Next(0)
            }
            "unset" => {
                process.variables.retain(|name, _| !arguments.contains(name));
                Next(0)
            }
            "wait" => {
                let ahead = join_all(std::mem::take(&mut self.beside)).await;
                for ahead in ahead {
                    self.process.waited(ahead);
                }
                Next(0)
            }
            "read" => Next(builtins::read(process, arguments)),
            "printf" => {
                process.say(1, &builtins::printf(arguments));
                Next(0)
            }
            "[" | "test" => Next(i32::from(!builtins::test(process, arguments))),
            "source" | "." => Next(builtins::source(process, arguments.first().map_or("", String::as_str))),
            "command" | "type" | "which" => {
                let program = arguments.last().map(String::as_str).unwrap_or_default();
                let there = process.has(program);
                if there {
                    process.say(1, &format!("/usr/bin/{program}\n"));
                }
                Next(i32::from(!there))
            }
            _ => return None,
        })
    }

    async fn redirect(&mut self, redirection: &Redirection) -> bool {
        match redirection {
            Redirection::Join { from, to } => {
                match self.process.to.get(to).cloned() {
                    Some(sink) => drop(self.process.to.insert(*from, sink)),
                    None => drop(self.process.to.remove(from)),
                }
                true
            }
            Redirection::Close { from } => {
                self.process.to.remove(from);
                true
            }
            Redirection::File { from, file } => {
                let file = self.text(file).await;
                if let Some((host, port)) = file.strip_prefix("/dev/tcp/").and_then(|rest| rest.split_once('/')) {
                    return self.open_tcp(&file, host, port).await;
                }
                if *from == 0 {
                    let text = if file == "/dev/null" { Some(String::new()) } else { self.process.file(&file) };
                    let Some(text) = text else { return false };
                    self.process.input = text.into_bytes();
                } else {
                    self.process.to.remove(from);
                }
                true
            }
        }
    }

    /// Bash's `/dev/tcp/HOST/PORT`.
    async fn open_tcp(&mut self, file: &str, host: &str, port: &str) -> bool {
        let process = &self.process;
        // As bash names itself where it runs a script: by its `$0`.
        let name = process.parameters.first().map_or("bash", String::as_str);
        if process.shell != "bash" {
            process.say(2, &format!("{name}: 1: cannot create {file}: Directory nonexistent\n"));
            return false;
        }
        let port = port.parse().unwrap_or(0);
        let Some(addresses) = process.resolve(host) else {
            process.say(2, &format!("{name}: line 1: {host}: Name or service not known\n"));
            process.say(2, &format!("{name}: line 1: {file}: Invalid argument\n"));
            return false;
        };
        let mut reason = "Connection refused";
        for ip in addresses {
            reason = match process.connect(ip, port, None).await {
                Outcome::Open(_) => return true,
                Outcome::Refused => "Connection refused",
                Outcome::Dropped => "Connection timed out",
                Outcome::NoRoute => "No route to host",
            };
            process.say(2, &format!("{name}: connect: {reason}\n"));
        }
        process.say(2, &format!("{name}: line 1: {file}: {reason}\n"));
        false
    }

    /// What a word becomes: several where it is split, none where nothing is left of it.
    async fn fields(&mut self, word: &Word) -> Vec<String> {
        if let [Piece { quoted: true, content: Content::Text(_) }, rest @ ..] = word.0.as_slice()
            && let Some(Piece { quoted: true, content: Content::Variable(name, None) }) = rest.first()
            && name == "@"
        {
            return self.process.parameters.iter().skip(1).cloned().collect();
        }
        let separators = self.separators();
        let mut fields: Vec<String> = Vec::new();
        let mut open: Option<String> = None;
        for piece in &word.0 {
            let value = self.value(piece).await;
            if piece.quoted || matches!(piece.content, Content::Text(_)) {
                open.get_or_insert_default().push_str(&value);
                continue;
            }
            for c in value.chars() {
                if separators.contains(c) {
                    fields.extend(open.take());
                } else {
                    open.get_or_insert_default().push(c);
                }
            }
        }
        fields.extend(open);
        fields
    }

    fn separators(&self) -> String {
        self.process.variables.get("IFS").cloned().unwrap_or_else(|| " \t\n".to_owned())
    }

    /// What a word becomes where it is not split.
    async fn text(&mut self, word: &Word) -> String {
        let mut text = String::new();
        for piece in &word.0 {
            text.push_str(&self.value(piece).await);
        }
        text
    }

    async fn pattern(&mut self, word: &Word) -> Vec<Glob> {
        let mut pattern = Vec::new();
        for piece in &word.0 {
            let value = self.value(piece).await;
            pattern.extend(value.chars().map(|c| match c {
                '*' if !piece.quoted => Glob::Any,
                c => Glob::One(c),
            }));
        }
        pattern
    }

    fn value<'a>(&'a mut self, piece: &'a Piece) -> BoxFuture<'a, String> {
        async move {
            match &piece.content {
                Content::Text(text) => text.clone(),
                Content::Substitution(list) => self.substitution(list).await,
                Content::Variable(name, None) => self.variable(name),
                Content::Variable(name, Some(change)) => {
                    let value = self.variable(name);
                    self.changed(value, change).await
                }
            }
        }
        .boxed()
    }

    fn variable(&self, name: &str) -> String {
        let process = &self.process;
        let rest = || process.parameters.iter().skip(1);
        match name {
            "?" => process.code.to_string(),
            "#" => rest().count().to_string(),
            "@" | "*" => {
                let between: String = self.separators().chars().take(1).collect();
                rest().map(String::as_str).collect::<Vec<_>>().join(&between)
            }
            _ => {
                let value = match name.parse::<usize>() {
                    Ok(n) => process.parameters.get(n),
                    Err(_) => process.variables.get(name),
                };
                let default = if name == "PATH" { "/usr/bin" } else { "" };
                value.map_or(default, String::as_str).to_owned()
            }
        }
    }

    async fn changed(&mut self, value: String, change: &Change) -> String {
        match change.sign.as_str() {
            ":-" if value.is_empty() => self.text(&change.word).await,
            ":+" if !value.is_empty() => self.text(&change.word).await,
            sign => {
                let pattern = self.pattern(&change.word).await;
                trimmed(&value, sign, &pattern).unwrap_or(value)
            }
        }
    }

    async fn substitution(&mut self, list: &List) -> String {
        let mut shell = self.fork();
        let kept = Arc::new(Mutex::new(Vec::new()));
        shell.process.to.insert(1, Sink::Kept(kept.clone()));
        self.substituted = Some(shell.list(list).await.code());
        let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).trim_end_matches('\n').to_owned()
    }
}
