//! Running a program that nobody attends: it gets no input, its output is bounded, and when its time is over it is ended with
//! everything that it started.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// The most that a program may print.
const MOST: u64 = 1024 * 1024;
/// How long what was printed may still come once the program has ended: something that it started may keep the pipe open.
const OUTPUT_DRAIN: Duration = Duration::from_millis(500);

/// How a program ended.
pub(super) enum Ending {
    /// By itself, with what it printed to its standard output.
    Exited(ExitStatus, Vec<u8>),
    /// It was ended, since its time was over.
    Late,
    /// It was ended, since it printed too much.
    TooMuch,
}

/// Runs it for so long at most. Its standard error is thrown away.
pub(super) async fn run(mut command: Command, limit: Duration) -> io::Result<Ending> {
    // A group of its own, so that what it starts can be ended with it.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0).kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut group = Group::of(&child);
    let ending = timeout(limit, follow(&mut child)).await;
    match ending {
        Ok(Ok(Some((status, printed)))) => {
            // What it left behind on purpose, such as an agent with a cache, goes on.
            group.0 = None;
            Ok(Ending::Exited(status, printed))
        }
        Ok(Ok(None)) => Ok(Ending::TooMuch),
        Ok(Err(error)) => Err(error),
        Err(_) => Ok(Ending::Late),
    }
}

/// Its status and what it printed; `None` where that is too much.
async fn follow(child: &mut Child) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
    let mut printed = Vec::new();
    let status = {
        let output = child.stdout.take();
        let mut reading = std::pin::pin!(async {
            match output {
                Some(output) => output.take(MOST + 1).read_to_end(&mut printed).await,
                None => Ok(0),
            }
        });
        tokio::select! {
            read = &mut reading => read.map(|_| None),
            status = child.wait() => {
                if let Ok(read) = timeout(OUTPUT_DRAIN, reading).await {
                    read?;
                }
                status.map(Some)
            }
        }
    };
    if printed.len() as u64 > MOST {
        return Ok(None);
    }
    let status = match status? {
        Some(status) => status,
        None => child.wait().await?,
    };
    Ok(Some((status, printed)))
}

/// The group of a program, which is killed when this is dropped.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(id.cast_signed())))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It may have ended by itself meanwhile.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        command
    }

    #[tokio::test]
    async fn it_is_ended_with_what_it_started() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("pids");
        let text = format!("sleep 600 & echo $! $$ >{}; wait", file.display());
        let ending = run(shell(&text), Duration::from_millis(500));
        // Its time is over when its children are known, however slow the machine is.
        let ending = tokio::join!(ending, async {
            while std::fs::read_to_string(&file).unwrap_or_default().is_empty() {
                tokio::task::yield_now().await;
            }
        });
        assert!(matches!(ending.0, Ok(Ending::Late)));
        for pid in std::fs::read_to_string(&file).unwrap().split_whitespace() {
            let gone = || match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
                // A zombie is dead; who adopted it has not looked yet.
                Ok(stat) => stat.contains(") Z "),
                Err(_) => true,
            };
            while !gone() {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn it_gets_no_input_and_may_not_print_without_end() {
        let long = Duration::from_mins(1);
        let ended = run(shell("read answer; echo got $?"), long).await.unwrap();
        assert!(matches!(ended, Ending::Exited(status, text) if status.success() && text == b"got 1\n"));
        assert!(matches!(run(shell("yes"), long).await, Ok(Ending::TooMuch)));
        let left = run(shell("sleep 30 & echo here; exit 3"), long).await.unwrap();
        assert!(matches!(left, Ending::Exited(status, text) if status.code() == Some(3) && text == b"here\n"));
        assert!(run(Command::new("/nowhere"), long).await.is_err());
    }
}
