//! The scripts in real shells: dash, bash and `BusyBox`'s, with whichever nc, curl and cfdot is in the path, against real listeners
//! on loopback. What is not installed is told, and left out.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use stagerbot::cluster::checks::probe::classify;
use stagerbot::cluster::checks::section::{Section, Sections};
use stagerbot::cluster::scripts::{NAME, SCRIPTS};
use stagerbot::incident::observation::ProbeOutcome;
use tempfile::TempDir;

use crate::harness::needed::missing;

/// Where a program is on this machine.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        missing(name);
    }
    found
}

/// The shells that there are, each as a program and what stands before `-c`.
fn shells() -> Vec<Vec<PathBuf>> {
    let plain = ["dash", "bash"].into_iter().filter_map(program).map(|shell| vec![shell]);
    let busybox = program("busybox").map(|busybox| vec![busybox, "sh".into()]);
    plain.chain(busybox).collect()
}

/// A container: what is in its path.
struct Container(TempDir);

impl Container {
    /// With coreutils and these programs of the machine under the names given; `None` where one of them is not there.
    fn with(programs: &[(&str, &str)]) -> Option<Self> {
        let container = Self(TempDir::new().unwrap());
        let tools = [
            ("timeout", "timeout"),
            ("head", "head"),
            ("tr", "tr"),
            ("grep", "grep"),
            ("true", "true"),
            ("sleep", "sleep"),
        ];
        for (name, target) in tools.iter().chain(programs) {
            symlink(fs::canonicalize(program(target)?).unwrap(), container.0.path().join(name)).unwrap();
        }
        Some(container)
    }

    /// With `BusyBox` for everything, and these applets.
    fn busybox(applets: &[&str]) -> Option<Self> {
        let container = Self(TempDir::new().unwrap());
        let busybox = program("busybox")?;
        for name in ["timeout", "head", "tr", "grep", "true", "sh"].iter().chain(applets) {
            symlink(&busybox, container.0.path().join(name)).unwrap();
        }
        Some(container)
    }

    /// With a stand-in for a program.
    fn and(self, name: &str, script: &str) -> Self {
        let file = self.0.path().join(name);
        let _ = fs::remove_file(&file);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// Runs one of the scripts as an exec does; what it told, and how long it took.
    fn run(&self, shell: &[PathBuf], script: usize, arguments: &[&str]) -> (BTreeMap<String, Section>, Duration) {
        let began = Instant::now();
        let (head, rest) = shell.split_first().unwrap();
        let output = Command::new(head)
            .args(rest)
            .args(["-c", &SCRIPTS[script].text, NAME])
            .args(arguments)
            .env_clear()
            .env("PATH", self.0.path())
            .env("LANG", "fr_FR.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        let sections = Sections::default().feed(&output.stdout);
        let told = sections.iter().map(|section| (section.name.clone(), section.clone())).collect::<BTreeMap<_, _>>();
        assert_eq!(told.len(), sections.len(), "{sections:?}");
        (told, began.elapsed())
    }
}

/// Somebody who listens; the kernel accepts for it.
fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    (listener, port)
}

/// A port where nobody listens.
fn closed() -> String {
    listener().1
}

fn outcome(section: &Section) -> ProbeOutcome {
    let said = section.text.rsplit("by ").next().unwrap_or_default();
    classify(Some(section.code), said)
}

/// Every container with some way to connect, and what the probe says it was made by.
fn containers() -> Vec<(&'static str, Option<Container>, &'static str)> {
    vec![
        ("OpenBSD's nc", Container::with(&[("nc", "nc.openbsd"), ("bash", "bash")]), ""),
        ("OpenBSD's nc, no bash", Container::with(&[("nc", "nc.openbsd")]), ""),
        ("traditional nc", Container::with(&[("nc", "nc.traditional"), ("bash", "bash")]), ""),
        ("ncat", Container::with(&[("nc", "ncat"), ("bash", "bash")]), ""),
        ("bash alone", Container::with(&[("bash", "bash")]), "by bash"),
        ("BusyBox alone", Container::busybox(&["nc"]), "by nc -e"),
        // Its timeout would run its own nc.
        (
            "BusyBox and OpenBSD's nc",
            Container::busybox(&[]).zip(program("nc.openbsd")).map(|(container, nc)| {
                symlink(nc, container.0.path().join("nc")).unwrap();
                container
            }),
            "",
        ),
    ]
}

#[test]
fn connects_in_every_shell_and_with_every_nc() {
    let (_listener, port) = listener();
    for shell in shells() {
        for (name, container, by) in containers() {
            let Some(container) = container else { continue };
            for (port, expected) in [(&port, ProbeOutcome::Succeeded), (&closed(), ProbeOutcome::Refused)] {
                let (told, _) = container.run(&shell, 0, &["127.0.0.1", port, "2", "3"]);
                let probe = &told["probe"];
                assert_eq!(outcome(probe), expected, "{shell:?} {name}: {told:?}");
                assert!(probe.text.contains(by), "{shell:?} {name}: {told:?}");
                let (told, _) = container.run(&shell, 1, &[port, "2", "0"]);
                assert_eq!(outcome(&told["listening"]), expected, "{shell:?} {name}: {told:?}");
                assert!(!told.contains_key("locks") && !told.contains_key("database"), "{told:?}");
            }
            let (told, _) = container.run(&shell, 2, &["nosuch.invalid", &port, "2", "3"]);
            assert_ne!(outcome(&told["database"]), ProbeOutcome::Succeeded, "{shell:?} {name}: {told:?}");
        }
    }
}

#[test]
fn what_is_missing_is_named() {
    let Some(container) = Container::with(&[]) else { return };
    for shell in shells() {
        let (told, _) = container.run(&shell, 0, &["127.0.0.1", "1", "2", "3", "127.0.0.1", "2", "3", "127.0.0.1"]);
        assert_eq!(told["missing"].text, "nc bash curl", "{told:?}");
        for (section, code) in [("probe", 127), ("control", 127), ("ping", 127), ("ping-127.0.0.1", 127)] {
            assert_eq!(told[section].code, code, "{shell:?}: {told:?}");
        }
        let (told, _) = container.run(&shell, 1, &["1", "2", "3"]);
        assert_eq!((told["locks"].code, told["listening"].code), (127, 127), "{shell:?}: {told:?}");
    }
}

#[test]
fn stand_ins_answer_by_their_names() {
    let Some(container) = Container::with(&[("bash", "bash")]) else { return };
    let container = container
        .and("nc", r#"echo "Connection to $4 $5 port [tcp/*] succeeded!" >&2"#)
        .and("curl", "echo status 200")
        .and("cfdot", r#"echo "{\"key\":\"bbs\",\"owner\":\"diego-api-0\",\"what\":\"$1\"}""#);
    for shell in shells() {
        let asked = ["127.0.0.1", "8889", "2", "3", "127.0.0.1", "2", "3", "127.0.0.1", "127.0.0.2"];
        let (told, _) = container.run(&shell, 0, &asked);
        assert_eq!(told["probe"].text, "Connection to 127.0.0.1 8889 port [tcp/*] succeeded!", "{told:?}");
        for ping in ["ping", "ping-127.0.0.1", "ping-127.0.0.2"] {
            assert_eq!((told[ping].code, told[ping].text.as_str()), (0, "status 200"), "{told:?}");
        }
        // By the kernel, whoever is called nc.
        assert_eq!(outcome(&told["control"]), ProbeOutcome::Refused, "{told:?}");
        assert_eq!((told["missing"].text.as_str(), told["host"].text.as_str()), ("", "127.0.0.1"));
        let (told, _) = container.run(&shell, 1, &[&closed(), "2", "3", "127.0.0.1", "5432", "2", "3"]);
        assert!(told["locks"].text.contains(r#""what":"locks""#), "{told:?}");
        assert_eq!((outcome(&told["listening"]), told["database"].code), (ProbeOutcome::Refused, 0), "{told:?}");
    }
}

#[test]
fn tools_are_asked_to_speak_english() {
    let Some(container) = Container::with(&[("bash", "bash")]) else { return };
    let container = container
        .and("nc", r#"[ "$LC_ALL" = C ] && echo "nc: connection refused" || echo "nc: connexion refusée"; exit 1"#);
    for shell in shells() {
        let (told, _) = container.run(&shell, 0, &["127.0.0.1", "8889", "2", "3"]);
        assert_eq!(told["probe"].text, "nc: connection refused", "{shell:?}: {told:?}");
    }
}

/// What a stand-in does, and whether its part ends by its limit.
const HOSTILE: [(&str, &str); 9] = [
    ("endless", "while :; do echo and on it goes; done"),
    ("endless without a line's end", "while :; do printf 'control 0 succeeded '; done"),
    ("silent", "exec sleep 60"),
    ("deaf", "trap '' TERM; while :; do sleep 0.1; done"),
    ("poses", r"printf 'x\nprobe 0 succeeded\ncontrol 0 succeeded\n\nping 0 status 200\n'; exit 1"),
    ("binary", r"head -c 5000 /dev/urandom; exit 1"),
    // Bytes that bash uses for itself.
    ("forges", r"printf '0 succeeded\n\001\177\001\n0\nping 0 status 200\n\001'; exit 1"),
    ("dies", "kill -9 $$"),
    (
        "writes where it was not told to",
        "for fd in 3 4 5 6; do eval \"echo 0 >&$fd; echo 'ping 0 status 200' >&$fd\"; done; exit 1",
    ),
];

/// Whatever a part does, it ends by its limit, is no success, and the others are told as they are.
#[test]
fn a_part_takes_no_other_with_it_and_can_not_pose_as_one() {
    let Some(program) = program("bash") else { return };
    for shell in shells() {
        for (what, script) in HOSTILE {
            let Some(container) = Container::with(&[]) else { return };
            symlink(&program, container.0.path().join("bash")).unwrap();
            let container = container.and("nc", script).and("curl", "echo status 503; exit 0");
            let (told, took) =
                container.run(&shell, 0, &["127.0.0.1", &closed(), "1", "1", "127.0.0.1", "5", "6", "127.0.0.1"]);
            let text = told.get("probe").map_or("", |section| section.text.as_str());
            assert!(told.get("probe").is_some_and(|probe| probe.code != 0), "{shell:?} {what}: {told:?}");
            assert!(text.len() <= 3_100, "{what}");
            assert_eq!(told["ping"].text, "status 503", "{shell:?} {what}: {told:?}");
            assert_eq!(told["ping-127.0.0.1"].text, "status 503", "{shell:?} {what}: {told:?}");
            assert_eq!(outcome(&told["control"]), ProbeOutcome::Refused, "{shell:?} {what}: {told:?}");
            let names: Vec<&str> = told.keys().map(String::as_str).collect();
            assert_eq!(names, ["called", "control", "host", "missing", "ping", "ping-127.0.0.1", "probe"], "{what}");
            // A busy machine takes its time; a part without a limit takes a minute.
            assert!(took < Duration::from_secs(40), "{shell:?} {what}: {took:?}");
        }
    }
}

/// A part that leaves somebody behind who holds its output open: its own section waits, and the others don't.
#[test]
fn sections_come_as_their_parts_end() {
    for shell in shells() {
        let Some(container) = Container::with(&[("bash", "bash")]) else { return };
        let container = container.and("nc", "exec sleep 30").and("curl", "echo status 200");
        let (head, rest) = shell.split_first().unwrap();
        let mut child = Command::new(head)
            .args(rest)
            .args(["-c", &SCRIPTS[0].text, NAME, "127.0.0.1", "1", "20", "20", "127.0.0.1", "5", "6", "127.0.0.1"])
            .env_clear()
            .env("PATH", container.0.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let began = Instant::now();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
        let mut awaited = vec!["missing", "host", "called", "ping", "ping-127.0.0.1", "control"];
        while !awaited.is_empty() {
            let line = lines.next().unwrap().unwrap();
            awaited.retain(|name| !line.starts_with(&format!("{name} ")));
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{shell:?}: {:?}", began.elapsed());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    fs::File::create(folder.join(name)).unwrap().write_all(bytes).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a part prints, and however it ends: its section has its code and what it printed, and no other changes.
    #[test]
    fn a_section_is_what_its_part_printed(
        bytes in prop::collection::vec(
            prop_oneof![Just(b'\n'), Just(b'\t'), Just(0), Just(1), Just(127), Just(b' '), Just(b'0'), any::<u8>()],
            0..4_000,
        ),
        code in prop_oneof![Just(0), 1..125_i32],
        place in 0..3_usize,
    ) {
        let shells = shells();
        let shell = &shells[place % shells.len()];
        let Some(container) = Container::with(&[]) else { return Ok(()) };
        write(container.0.path(), "said", &bytes);
        let said = container.0.path().join("said").display().to_string();
        let container = container.and("nc", &format!("head -c 9999 '{said}'; exit {code}")).and("curl", "echo status 200");
        let (told, _) = container.run(shell, 0, &["127.0.0.1", "1", "5", "9", "127.0.0.1", "5", "9", "127.0.0.1"]);
        let names: Vec<&str> = told.keys().map(String::as_str).collect();
        prop_assert_eq!(names, ["called", "control", "host", "missing", "ping", "ping-127.0.0.1", "probe"]);
        prop_assert_eq!(&told["ping"].text, "status 200");
        let probe = &told["probe"];
        // What is cut off ends by the signal of a pipe that nobody reads; 1 is what nc says, and the script looks closer.
        prop_assert!(code != 0 || probe.code == 0 || bytes.len() > 3_000, "{:?}", probe);
        prop_assert!(code == 0 || probe.code != 0, "{:?}", probe);
        prop_assert!(probe.text.len() <= 3 * 3_000 + 3);
    }
}

/// As CI has it.
#[test]
fn shellcheck_finds_nothing() {
    let Some(shellcheck) = program("shellcheck") else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cluster/scripts");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    for name in ["cloud_controller.sh", "bbs.sh", "locket.sh"] {
        let mut child = Command::new(&shellcheck)
            .args(["--shell", "sh", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all((read("parts.sh") + &read(name)).as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&output.stdout));
    }
}
