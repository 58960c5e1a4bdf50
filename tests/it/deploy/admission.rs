//! The admission policy over the bot's execs, as deploy/ has it: its CEL is evaluated as an API server would.
//!
//! Every exec of every scene is put to it, and a table of others.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{LazyLock, Mutex, PoisonError};

use cel::{Context, Program, Value as Cel};
use serde_json::{Value, json};
use stagerbot::cluster::permissions::NO_CONTAINER;
use stagerbot::cluster::scripts::SCRIPTS;
use stagerbot::incident::observation::Part;
use stagerbot::simulator::kubernetes::Cluster;

use crate::deploy::{items, kubernetes, objects};

const BOT: &str = "system:serviceaccount:stagerbot:stagerbot";

struct Policy {
    conditions: Vec<Program>,
    variables: Vec<(String, Program)>,
    /// With what is said where one does not hold.
    validations: Vec<(Program, String)>,
}

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let yaml = fs::read_to_string(kubernetes("components/exec-admission/policy.yaml")).unwrap();
    let [policy, binding] = objects(&yaml).try_into().unwrap();
    assert_eq!(
        (&policy["spec"]["failurePolicy"], &binding["spec"]["validationActions"]),
        (&json!("Fail"), &json!(["Deny"]))
    );
    assert_eq!(binding["spec"]["policyName"], policy["metadata"]["name"]);
    let rules = &policy["spec"]["matchConstraints"]["resourceRules"];
    let rule = json!({"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CONNECT"], "resources": ["pods/exec"]});
    assert_eq!(*rules, json!([rule]));
    let program = |one: &Value| {
        let source = one["expression"].as_str().unwrap();
        Program::compile(source).unwrap_or_else(|error| panic!("{error}\n{source}"))
    };
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    Policy {
        conditions: items(&policy["spec"]["matchConditions"]).map(program).collect(),
        variables: items(&policy["spec"]["variables"]).map(|one| (text(one, "name"), program(one))).collect(),
        validations: items(&policy["spec"]["validations"]).map(|one| (program(one), text(one, "message"))).collect(),
    }
});

impl Policy {
    /// Whether an exec is admitted, and if not, why: an error denies, too.
    fn admits(&self, user: &str, options: &Value) -> Result<(), String> {
        let mut context = Context::default();
        let request = json!({"operation": "CONNECT", "userInfo": {"username": user}});
        context.add_variable_from_value("request", cel::to_value(request).unwrap());
        context.add_variable_from_value("object", cel::to_value(options).unwrap());
        let concerned = |program: &Program| program.execute(&context) == Ok(Cel::Bool(true));
        if !self.conditions.iter().all(concerned) {
            return Ok(());
        }
        let mut known = std::collections::HashMap::<String, Cel>::new();
        for (name, program) in &self.variables {
            let value = program.execute(&context).map_err(|error| format!("{name}: {error}"))?;
            known.insert(name.clone(), value);
            context.add_variable_from_value("variables", known.clone());
        }
        for (program, message) in &self.validations {
            match program.execute(&context) {
                Ok(Cel::Bool(true)) => {}
                Ok(_) => return Err(message.clone()),
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }
}

/// `PodExecOptions` as an API server makes them from an exec's query: what is false or empty is left out.
fn options(query: &str) -> Value {
    let mut options = json!({"kind": "PodExecOptions", "apiVersion": "v1"});
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match (&*key, &*value) {
            ("command", word) => {
                let words = options.as_object_mut().unwrap().entry("command").or_insert(json!([]));
                words.as_array_mut().unwrap().push(json!(word));
            }
            (_, "false" | "") => {}
            (flag, "true" | "1") => options[flag] = json!(true),
            (key, value) => options[key] = json!(value),
        }
    }
    options
}

/// What is admitted already: most execs of a test are the same.
static ADMITTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Puts every exec that a cluster was ever sent to the policy; how many there were.
pub(crate) fn every_exec_is_admitted(cluster: &Cluster) -> usize {
    let execs = cluster.requests().into_iter().filter(|request| request.path.ends_with("/exec"));
    let execs = execs.map(|exec| {
        let mut admitted = ADMITTED.lock().unwrap_or_else(PoisonError::into_inner);
        if !admitted.contains(&exec.query) {
            let options = options(&exec.query);
            if options["container"] == NO_CONTAINER {
                // The one exec that is meant to be refused: whether there is a policy.
                assert!(POLICY.admits(BOT, &options).is_err(), "{options:#}");
                return;
            }
            POLICY.admits(BOT, &options).unwrap_or_else(|why| panic!("{}: denied: {why}\n{options:#}", exec.path));
            admitted.insert(exec.query);
        }
    });
    execs.count()
}

/// An exec of the script at this place in the list.
fn exec(script: usize, container: &str, arguments: &[&str]) -> Value {
    let head = ["sh", "-c", SCRIPTS[script].text.as_str(), "stagerbot"];
    let command: Vec<&str> = head.iter().chain(arguments).copied().collect();
    json!({"command": command, "container": container, "stdout": true, "stderr": true})
}

const HOST: &str = "diego-api.cf.svc.cluster.local";

#[test]
fn each_script_is_admitted_where_it_belongs() {
    let arguments = [HOST, "8889", "3", "4", "fd00::7", "10", "11", "10.244.0.7"];
    for (place, script) in SCRIPTS.iter().enumerate() {
        let mut admitted = BTreeSet::new();
        for container in ["api", "api-group", "diego-api", "diego-locket", "locket", "bbs-bbs", "istio-proxy", ""] {
            let asked = |count: usize| POLICY.admits(BOT, &exec(place, container, &arguments[..count])).is_ok();
            if asked(script.least) {
                admitted.insert(container);
            }
            assert_eq!(asked(script.least), asked(script.most.min(arguments.len())), "{container}");
            assert!(!asked(script.least - 1), "{container}");
        }
        let expected: &[&str] = match script.part {
            Part::CloudController => &["api", "api-group"],
            Part::Bbs => &["bbs-bbs", "diego-api"],
            Part::Locket => &["diego-locket", "locket"],
        };
        assert_eq!(admitted.into_iter().collect::<Vec<_>>(), expected, "{}", script.text);
    }
}

#[test]
fn nothing_else_is_admitted() {
    let good = [HOST, "8889", "3", "4"];
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = exec(0, "api", &good);
        change(&mut changed);
        changed
    };
    let argument = |argument: &str| with(&|exec| exec["command"][4] = json!(argument));
    let script = SCRIPTS[0].text.as_str();
    let many = ["10.0.0.1"; 30];
    assert_eq!(POLICY.admits(BOT, &with(&|_| {})), Ok(()));
    let (own, count, word, place, input) = (
        "the bot may run its own scripts, and this is none of them, or one of another version",
        "the script takes another number of arguments",
        "an argument is no host name, address or number",
        "the script does not belong into this container",
        "the bot needs no standard input and no terminal",
    );
    let table = [
        ("no command", with(&|exec| drop(exec.as_object_mut().unwrap().remove("command"))), own),
        ("an empty command", with(&|exec| exec["command"] = json!([])), own),
        ("a program of its own", with(&|exec| exec["command"] = json!(["id"])), own),
        ("a shell", with(&|exec| exec["command"] = json!(["sh"])), own),
        ("another script", with(&|exec| exec["command"][2] = json!("cat /etc/shadow")), own),
        ("the script and more", with(&|exec| exec["command"][2] = json!(format!("{script}; id"))), own),
        ("the script and a blank", with(&|exec| exec["command"][2] = json!(format!("{script} "))), own),
        ("another shell", with(&|exec| exec["command"][0] = json!("bash")), own),
        ("a shell by its path", with(&|exec| exec["command"][0] = json!("/tmp/sh")), own),
        ("another flag", with(&|exec| exec["command"][1] = json!("-ic")), own),
        ("another name", with(&|exec| exec["command"][3] = json!("sh")), own),
        ("the script behind another", with(&|exec| exec["command"] = json!(["sh", "-c", "id", script, "8889"])), own),
        ("too many arguments", exec(0, "api", &many), count),
        ("one less", exec(0, "api", &[HOST, "8889", "3"]), count),
        ("one more to the Locket's", exec(2, "locket", &[HOST, "8889", "3", "4", "5"]), count),
        ("a semicolon", argument("a;id"), word),
        ("a substitution", argument("$(id)"), word),
        ("a backtick", argument("`id`"), word),
        ("a path", argument("/etc/passwd"), word),
        ("a path to walk up", argument("../../x"), word),
        ("a blank", argument("a b"), word),
        ("a line's end", argument("a\n"), word),
        ("a line between", argument("a\nid"), word),
        ("nothing", argument(""), word),
        ("a long one", argument(&"a".repeat(254)), word),
        ("an option", argument("-e"), word),
        ("the flag once more", argument("-c"), word),
        ("the script as an argument", argument(script), word),
        ("a homoglyph", argument("diеgo-api"), word),
        ("another container", with(&|exec| exec["container"] = json!("istio-proxy")), place),
        ("no container", with(&|exec| drop(exec.as_object_mut().unwrap().remove("container"))), place),
        ("the Cloud Controller's in the BBS", exec(0, "diego-api", &good), place),
        ("the BBS's in the Cloud Controller", exec(1, "api", &["8889", "2", "3"]), place),
        ("standard input", with(&|exec| exec["stdin"] = json!(true)), input),
        ("a terminal", with(&|exec| exec["tty"] = json!(true)), input),
    ];
    for (what, exec, why) in table {
        assert_eq!(POLICY.admits(BOT, &exec), Err(why.to_owned()), "{what}: {exec:#}");
        assert_eq!(POLICY.admits("ada", &exec), Ok(()), "{what}: everybody else is left alone");
    }
    assert_eq!(POLICY.admits(BOT, &argument(&"a".repeat(253))), Ok(()));
}
