//! A shell's patterns.

/// A character of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glob {
    Any,
    One(char),
}

/// Whether all of a text fits a pattern.
pub(super) fn matches(pattern: &[Glob], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [Glob::Any, rest @ ..] => (0..=text.len()).any(|skipped| matches(rest, &text[skipped..])),
        [Glob::One(c), rest @ ..] => text.first() == Some(c) && matches(rest, &text[1..]),
    }
}

/// `${x#pattern}`, `${x##pattern}`, `${x%pattern}`, `${x%%pattern}`; `None` for another sign.
pub(super) fn trimmed(value: &str, sign: &str, pattern: &[Glob]) -> Option<String> {
    let chars: Vec<char> = value.chars().collect();
    let mut ends = 0..=chars.len();
    Some(match sign {
        "#" | "##" => {
            let fits = |end: &usize| matches(pattern, &chars[..*end]);
            let end = if sign == "#" { ends.find(fits) } else { ends.rev().find(fits) };
            chars[end.unwrap_or(0)..].iter().collect()
        }
        "%" | "%%" => {
            let fits = |start: &usize| matches(pattern, &chars[*start..]);
            let start = if sign == "%%" { ends.find(fits) } else { ends.rev().find(fits) };
            chars[..start.unwrap_or(chars.len())].iter().collect()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let fits = |pattern: &str, text: &str| {
            let pattern: Vec<Glob> = pattern.chars().map(|c| if c == '*' { Glob::Any } else { Glob::One(c) }).collect();
            matches(&pattern, &text.chars().collect::<Vec<_>>())
        };
        for (pattern, text, expected) in [
            ("svc.*", "svc.cluster.local", true),
            ("*.svc.*", "cf.svc.cluster.local", true),
            ("*.svc", "a.svc.b", false),
            ("*option*", "nc: invalid option -- 'z'", true),
            ("a", "ab", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_trimmed() {
        let pattern = [Glob::Any, Glob::One('.')];
        for (sign, value, left) in
            [("#", "a.b.c", Some("b.c")), ("##", "a.b.c", Some("c")), ("##", "abc", Some("abc")), (":-", "a.b.c", None)]
        {
            assert_eq!(trimmed(value, sign, &pattern).as_deref(), left, "{sign}");
        }
        let pattern = [Glob::One('.'), Glob::Any];
        assert_eq!(trimmed("a.b.c", "%", &pattern).as_deref(), Some("a.b"));
        assert_eq!(trimmed("a.b.c", "%%", &pattern).as_deref(), Some("a"));
    }
}
