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
    goal: Option<Goal>,
}

/// What a figure is to be, whether it is, and the reason if it is not.
struct Goal {
    what: String,
    reached: bool,
    reason: String,
}

impl Goal {
    /// `cost` is what the figure consists of; a build that is not optimised and a machine that has other things to do come first.
    fn of(what: String, reached: bool, cost: &str) -> Self {
        let debug = cfg!(debug_assertions).then(|| "a build for debugging".to_owned());
        let reasons = debug.into_iter().chain(busy()).chain([cost.to_owned()]);
        Self { what, reached, reason: reasons.collect::<Vec<_>>().join("; ") }
    }
}

/// Said where more of this machine was used in the last minute than one process can.
fn busy() -> Option<String> {
    let load: f64 = fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (load > cores as f64).then(|| format!("the machine has other things to do (load {load} on {cores} cores)"))
}

impl Figures {
    pub(crate) fn of(bench: &'static str) -> Self {
        Self { bench, rows: Vec::new() }
    }

    fn add(&mut self, what: &str, is: Value, unit: &'static str, beside: Option<String>, goal: Option<Goal>) {
        let row = Row { what: what.to_owned(), is, unit, beside, goal };
        println!("{}", row.line(0));
        self.rows.push(row);
    }

    /// A duration without a goal.
    pub(crate) fn time(&mut self, what: &str, is: Duration) {
        self.add(what, ms(is), "ms", None, None);
    }

    /// A duration that is to be at most so long, and what it consists of.
    pub(crate) fn within(&mut self, what: &str, is: Duration, most: Duration, cost: &str) {
        let goal = Goal::of(format!("at most {} ms", ms(most)), is <= most, cost);
        self.add(what, ms(is), "ms", None, Some(goal));
    }

    /// An amount of anything else; what it is to be at most, and what it consists of.
    pub(crate) fn amount(&mut self, what: &str, is: f64, unit: &'static str, most: Option<(f64, &str)>) {
        let goal = most.map(|(most, cost)| Goal::of(format!("at most {most} {unit}"), is <= most, cost));
        self.add(what, rounded(is), unit, None, goal);
    }

    /// How much of something there is for each of what it is compared with; what that is to be at most, and what it consists of.
    pub(crate) fn ratio(&mut self, what: &str, pair: (f64, f64), unit: &str, beside: &str, most: Option<(f64, &str)>) {
        let (is, other) = pair;
        let ratio = is / other;
        let beside = format!("{} {unit} beside {} {unit}: {beside}", rounded(is), rounded(other));
        let goal = most.map(|(most, cost)| Goal::of(format!("at most {most} ×"), ratio <= most, cost));
        self.add(what, rounded(ratio), "×", Some(beside), goal);
    }

    /// What could not be measured, and why.
    pub(crate) fn missing(&mut self, what: &str, why: &str) {
        self.add(what, Value::Null, "", Some(why.to_owned()), None);
    }

    /// An amount, where more is better.
    pub(crate) fn at_least(&mut self, what: &str, is: f64, unit: &'static str, least: f64, cost: &str) {
        let goal = Goal::of(format!("at least {least} {unit}"), is >= least, cost);
        self.add(what, rounded(is), unit, None, Some(goal));
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
            Some(goal) if goal.reached => format!("  ({})", goal.what),
            Some(goal) => format!("  NOT REACHED ({}): {}", goal.what, goal.reason),
            None => String::new(),
        };
        let beside = self.beside.as_ref().map(|beside| format!("  [{beside}]")).unwrap_or_default();
        let is = if self.is.is_null() { "–".to_owned() } else { self.is.to_string() };
        format!("{:<width$}  {is:>9} {:<4}{goal}{beside}", self.what, self.unit)
    }

    fn json(&self) -> Value {
        let goal = self.goal.as_ref();
        json!({
            "what": self.what, "is": self.is, "unit": self.unit, "beside": self.beside,
            "goal": goal.map(|goal| &goal.what), "reached": goal.map(|goal| goal.reached),
            "reason": goal.filter(|goal| !goal.reached).map(|goal| &goal.reason),
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
