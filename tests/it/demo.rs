//! The demo: the scene ends as it should, and the playground answers people and kubectl.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::harness::needed::missing;

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn the_scene_ends_as_it_should_and_shows_every_step() {
    let output = Command::new(env!("CARGO_BIN_EXE_stagerbot")).arg("demo").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let steps = [
        "Alert CFStagerUnavailable",
        "api-0  2/2  Running",
        "api-1  2/2  Running",
        "port 8889 (tcp) failed: Connection refused (exit code 1)",
        "a restart will help",
        "Ada requested a restart of diego-api-0, diego-api-1",
        "You requested this restart yourself",
        "Grace approved",
        "Checked again after the approval",
        "Deleting diego-api-0, if it is still UID",
        "Deleting diego-api-1, if it is still UID",
        "Every container is ready",
        "succeeded! (exit code 0)",
        "Time to mitigate",
        "until the approval",
        "The scene ended as it should",
    ];
    let mut from = 0;
    for step in steps {
        let at = text[from..].find(step);
        from += at.unwrap_or_else(|| panic!("“{step}” is missing, or too early:\n{text}"));
    }
    assert!(text.contains("New active leader: diego-api-"), "{text}");
    assert!(text.contains("Before: diego-api-0 ("), "{text}");
}

/// The playground as a process: what it prints comes by a channel.
struct Playground {
    child: Child,
    input: ChildStdin,
    lines: mpsc::Receiver<String>,
}

impl Playground {
    fn open(folder: &TempDir) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stagerbot"))
            .args(["demo", "--interactive", "--kubeconfig"])
            .arg(folder.path().join("kubeconfig"))
            .env("TMPDIR", folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let input = child.stdin.take().unwrap();
        let mut playground = Self { child, input, lines };
        playground.reads("help, quit");
        playground
    }

    fn says(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    fn reads(&mut self, what: &str) {
        let end = Instant::now() + PATIENCE;
        let mut read = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(what) {
                return;
            }
            read.push(line);
        }
        panic!("nobody printed “{what}”:\n{}", read.join("\n"));
    }
}

impl Drop for Playground {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Other people of the machine may have put anything into its temporary folder, under any name that they can foresee.
#[test]
fn what_the_demo_writes_is_in_a_folder_that_is_new_and_nobody_else_s() {
    let folder = TempDir::new().unwrap();
    let mut names = Vec::new();
    for _ in 0..2 {
        let mut playground = Playground::open(&folder);
        let entries = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        let ours: Vec<_> = entries.filter(|entry| entry.file_type().unwrap().is_dir()).collect();
        let [one] = &ours[..] else { panic!("{ours:?}") };
        assert_eq!(one.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        names.push(one.file_name());
        playground.says("quit");
        assert!(playground.child.wait().unwrap().success());
        assert!(!one.path().exists(), "it is left behind");
    }
    assert_ne!(names[0], names[1], "nobody can foresee it");
}

#[test]
fn two_people_play_an_outage_and_what_is_attempted_alone_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut playground = Playground::open(&folder);
    playground.says("Ada /stager check");
    playground.reads("Healthy: nothing to do");
    playground.says("break database");
    playground.says("nobody /stager check");
    playground.reads("I don't know “nobody”");
    playground.says("break { no-such-thing = {} }");
    playground.reads("is no fault");
    playground.says("Mallory /stager restart");
    playground.reads("belongs to no person");
    playground.says("quit");
    assert!(playground.child.wait().unwrap().success());
}

#[test]
fn kubectl_works_against_the_playground() {
    if Command::new("kubectl").arg("version").arg("--client").output().is_err() {
        missing("kubectl");
        return;
    }
    let folder = TempDir::new().unwrap();
    let mut playground = Playground::open(&folder);
    let kubectl = |arguments: &[&str]| {
        let output = Command::new("kubectl")
            .arg("--kubeconfig")
            .arg(folder.path().join("kubeconfig"))
            .args(["-n", "cf"])
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    };
    let (code, pods) = kubectl(&["get", "pod", "-L", "skiff-role-active"]);
    assert_eq!(code, Some(0), "{pods}");
    assert!(pods.contains("READY") && pods.contains("SKIFF-ROLE-ACTIVE") && pods.contains("2/2"), "{pods}");
    let host = "diego-api.cf.svc.cluster.local";
    let exec = ["exec", "api-0", "-c", "api", "--", "nc", "-zv", "-w", "5", host, "8889"];
    // kubectl itself loses what arrives before it has made its streams ("Unknown stream id"), and says so.
    let mut tries = (0..100).map(|_| kubectl(&exec));
    let (code, probe) = tries.find(|(_, text)| !text.contains("Unknown stream id")).unwrap();
    assert_eq!(code, Some(0), "{probe}");
    assert!(probe.contains("8889 port [tcp/*] succeeded!"), "{probe}");
    let uid = ["get", "pod", "diego-api-1", "-o", "jsonpath={.metadata.uid}"];
    let (_, before) = kubectl(&uid);
    let (code, deleted) = kubectl(&["delete", "pod", "diego-api-1"]);
    assert_eq!(code, Some(0), "{deleted}");
    let (code, ready) = kubectl(&["wait", "--for=condition=Ready", "pod/diego-api-1", "--timeout=30s"]);
    assert_eq!(code, Some(0), "{ready}");
    assert_ne!(before, kubectl(&uid).1);
    let (code, more) = kubectl(&["get", "sts,endpoints"]);
    assert_eq!(code, Some(0), "{more}");
    assert!(more.contains("statefulset.apps/diego-api") && more.contains("endpoints/diego-api"), "{more}");
    playground.says("quit");
    assert!(playground.child.wait().unwrap().success());
}
