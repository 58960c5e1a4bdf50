//! What the benchmarks measured: a table for people and `target/figures/NAME.json` for programs, each figure beside what it is compared
//! with in the same run and beside its goal, with the machine and the versions.
#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

/// The figures of one benchmark.
pub(crate) struct Figures {
    bench: &'static str,
    rows: Vec<Row>,
}

struct Row {
    what: String,
    is: Value,
    unit: &'static str,
    beside: Option<String>,
    goal: Option<(String, bool)>,
}

impl Figures {
    pub(crate) fn of(bench: &'static str) -> Self {
        Self { bench, rows: Vec::new() }
    }

    fn add(&mut self, what: &str, is: Value, unit: &'static str, beside: Option<String>, goal: Option<(String, bool)>) {
        let row = Row { what: what.to_owned(), is, unit, beside, goal };
        println!("{}", row.line(0));
        self.rows.push(row);
    }

    /// A duration without a goal.
    pub(crate) fn time(&mut self, what: &str, is: Duration) {
        self.add(what, ms(is), "ms", None, None);
    }

    /// A duration that is to be at most so long.
    pub(crate) fn within(&mut self, what: &str, is: Duration, most: Duration) {
        self.add(what, ms(is), "ms", None, Some((format!("at most {} ms", ms(most)), is <= most)));
    }

    /// An amount of anything else, and what it is to be at most.
    pub(crate) fn amount(&mut self, what: &str, is: f64, unit: &'static str, most: Option<f64>) {
        self.add(what, rounded(is), unit, None, most.map(|most| (format!("at most {most} {unit}"), is <= most)));
    }

    /// How much of something there is for each of what it is compared with, and what that is to be at most.
    pub(crate) fn ratio(&mut self, what: &str, (is, other): (f64, f64), unit: &str, beside: &str, most: Option<f64>) {
        let ratio = is / other;
        let beside = format!("{} {unit} beside {} {unit}: {beside}", rounded(is), rounded(other));
        self.add(
            what,
            rounded(ratio),
            "×",
            Some(beside),
            most.map(|most| (format!("at most {most} ×"), ratio <= most)),
        );
    }

    /// The same, where more is better.
    pub(crate) fn at_least(&mut self, what: &str, is: f64, unit: &'static str, least: f64) {
        self.add(what, rounded(is), unit, None, Some((format!("at least {least} {unit}"), is >= least)));
    }

    /// The whole table once more, aligned, and the file.
    pub(crate) fn print(self) {
        let machine = machine();
        let width = self.rows.iter().map(|row| row.what.chars().count()).max().unwrap_or_default();
        println!("\n{}: {}", self.bench, machine.values().filter_map(Value::as_str).collect::<Vec<_>>().join(", "));
        self.rows.iter().for_each(|row| println!("{}", row.line(width)));
        let figures: Vec<Value> = self.rows.iter().map(Row::json).collect();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("figures");
        fs::create_dir_all(&folder).unwrap();
        let whole = json!({ "benchmark": self.bench, "machine": machine, "figures": figures });
        fs::write(folder.join(format!("{}.json", self.bench)), format!("{whole:#}\n")).unwrap();
    }
}

impl Row {
    fn line(&self, width: usize) -> String {
        let goal = match &self.goal {
            Some((goal, true)) => format!("  ({goal})"),
            Some((goal, false)) => format!("  NOT REACHED ({goal})"),
            None => String::new(),
        };
        let beside = self.beside.as_ref().map(|beside| format!("  [{beside}]")).unwrap_or_default();
        format!("{:<width$}  {:>9} {:<4}{goal}{beside}", self.what, self.is.to_string(), self.unit)
    }

    fn json(&self) -> Value {
        let goal = self.goal.as_ref();
        json!({
            "what": self.what, "is": self.is, "unit": self.unit, "beside": self.beside,
            "goal": goal.map(|(goal, _)| goal), "reached": goal.map(|(_, reached)| reached),
        })
    }
}

/// The middle one.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A percentile in thousandths (990 is p99) of sorted times.
pub(crate) fn per_mille(sorted: &[Duration], part: usize) -> Duration {
    sorted[(sorted.len() - 1) * part / 1_000]
}

fn ms(time: Duration) -> Value {
    rounded(time.as_secs_f64() * 1_000.0)
}

/// To three digits that say something.
fn rounded(number: f64) -> Value {
    if number == 0.0 || !number.is_finite() {
        return json!(0);
    }
    let scale = 10_f64.powi((2 - number.abs().log10().floor() as i32).max(0));
    json!((number * scale).round() / scale)
}

/// What the figures depend on.
fn machine() -> serde_json::Map<String, Value> {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ").map(|(_, name)| name));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let version = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok()?;
        let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
        Some(String::from_utf8_lossy(&text).lines().next()?.to_owned())
    };
    let said = [
        ("processor", Some(format!("{cores} cores of {}", model.unwrap_or("an unknown kind")))),
        ("kernel", Some(format!("Linux {}", kernel.trim()))),
        ("stagerbot", version(env!("CARGO_BIN_EXE_stagerbot"), &["--version"])),
        ("kubectl", version("kubectl", &["version", "--client"]).map(|text| format!("kubectl {text}"))),
        ("alertmanager", version("prometheus-alertmanager", &["--version"])),
    ];
    said.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text?)))).collect()
}
