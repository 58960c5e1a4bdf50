//! Every script that the bot runs in a pod, one for each role: all that is asked in a pod is asked by one exec. The text never
//! changes: what differs from exec to exec comes as an argument. The admission policy in deploy/ admits these and nothing else, and
//! is made from this list.

use std::sync::LazyLock;

use crate::incident::observation::Part;

/// What each script begins with.
const PARTS: &str = include_str!("scripts/parts.sh");

/// A script for `sh -c`. An argument is a host name, an address, a port or whole seconds.
#[derive(Clone, Debug)]
pub struct Script {
    /// What stands behind `sh -c`.
    pub text: String,
    /// How many arguments follow [`NAME`] at least.
    pub least: usize,
    /// How many at most.
    pub most: usize,
    /// The part whose pods it runs in.
    pub part: Part,
}

/// What the scripts are called, as their `$0`.
pub const NAME: &str = "stagerbot";

/// How many BBS pods are pinged at most.
pub(super) const MAX_PINGS: usize = 8;

/// All of them.
pub static SCRIPTS: LazyLock<[Script; 3]> = LazyLock::new(|| {
    [
        Script::new(include_str!("scripts/cloud_controller.sh"), 4, 7 + MAX_PINGS, Part::CloudController),
        Script::new(include_str!("scripts/bbs.sh"), 3, 7, Part::Bbs),
        Script::new(include_str!("scripts/locket.sh"), 4, 4, Part::Locket),
    ]
});

impl Script {
    /// Of both texts without what is for people: a request's line has its bounds, in proxies above all.
    fn new(own: &str, least: usize, most: usize, part: Part) -> Self {
        let lines =
            PARTS.lines().chain(own.lines()).map(sent).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self { text: lines.collect::<Vec<_>>().join("\n"), least, most, part }
    }

    /// The script of a part.
    pub(super) fn of(part: Part) -> &'static Self {
        match part {
            Part::CloudController => &SCRIPTS[0],
            Part::Bbs => &SCRIPTS[1],
            Part::Locket => &SCRIPTS[2],
        }
    }

    /// The whole command.
    pub(super) fn command(&self, arguments: Vec<String>) -> Vec<String> {
        debug_assert!((self.least..=self.most).contains(&arguments.len()), "{arguments:?}");
        ["sh", "-c", &self.text, NAME].into_iter().map(str::to_owned).chain(arguments).collect()
    }
}

/// A line without its indentation.
fn sent(line: &str) -> &str {
    line.trim_start_matches(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_fit_into_a_request_line() {
        for script in &*SCRIPTS {
            let encoded: String = url::form_urlencoded::byte_serialize(script.text.as_bytes()).collect();
            // nginx takes a line of 8 KiB; names of pods and hosts need their room.
            assert!(encoded.len() < 5_000, "{:?}: {}", script.part, encoded.len());
            assert!(
                script.text.starts_with("exec 2>/dev/null\n") && script.text.ends_with("\nwait"),
                "{}",
                script.text
            );
        }
    }
}
