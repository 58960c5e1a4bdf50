//! What a shell does itself and needs nothing of the shell for but its process.

use super::process::Process;

/// Where cfdot finds its settings.
const CFDOT_SETUP: &str = "/var/vcap/jobs/cfdot/bin/setup";

/// `printf FORMAT WORD…`, with `%s` and line breaks.
pub(super) fn printf(arguments: &[String]) -> String {
    let Some((format, words)) = arguments.split_first() else { return String::new() };
    let mut words = words.iter();
    let mut parts = format.split("%s");
    let mut text = parts.next().unwrap_or_default().replace("\\n", "\n");
    for part in parts {
        text.push_str(words.next().map_or("", String::as_str));
        text.push_str(&part.replace("\\n", "\n"));
    }
    text
}

/// Whether a file is there that a shell may read.
fn readable(process: &Process, file: &str) -> bool {
    file == CFDOT_SETUP && process.has("cfdot")
}

/// `[ … ]`
pub(super) fn test(process: &Process, arguments: &[String]) -> bool {
    let words: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "]").collect();
    let number = |word: &str| word.parse::<i64>().ok();
    match words.as_slice() {
        ["!", rest @ ..] => !test(process, &rest.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()),
        ["-f" | "-x", file] => process.has(file),
        ["-r", file] => readable(process, file),
        [word] => !word.is_empty(),
        [left, "=", right] => left == right,
        [left, "!=", right] => left != right,
        [left, "-gt", right] => number(left) > number(right),
        [left, "-lt", right] => number(left) < number(right),
        _ => false,
    }
}

/// `read NAME…`: a line of standard input; 1 at its end.
pub(super) fn read(process: &mut Process, arguments: &[String]) -> i32 {
    if process.input.is_empty() {
        return 1;
    }
    let end = process.input.iter().position(|byte| *byte == b'\n').map_or(process.input.len(), |at| at + 1);
    let line: Vec<u8> = process.input.drain(..end).collect();
    let line = String::from_utf8_lossy(&line).into_owned();
    let mut rest = line.trim();
    let names: Vec<&String> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
    for (place, name) in names.iter().enumerate() {
        let (value, after) = match rest.split_once(char::is_whitespace) {
            Some(parts) if place + 1 < names.len() => parts,
            _ => (rest, ""),
        };
        process.variables.insert((*name).clone(), value.to_owned());
        rest = after.trim_start();
    }
    0
}

/// `. FILE`
pub(super) fn source(process: &mut Process, file: &str) -> i32 {
    if readable(process, file) {
        process.variables.insert("LOCKET_API_LOCATION".to_owned(), "127.0.0.1:8891".to_owned());
        return 0;
    }
    process.say(2, &format!("{}: line 1: {file}: No such file or directory\n", process.shell));
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_printf_makes() {
        let words = ["%s %s\\n", "a", "b"].map(str::to_owned);
        assert_eq!(printf(&words), "a b\n");
    }
}
