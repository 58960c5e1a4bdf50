//! The admission policy is made from the bot's own scripts: what is in deploy/ is what this makes of them.

use std::collections::BTreeSet;
use std::fs;

use stagerbot::cluster::scripts::{SCRIPTS, Script};
use stagerbot::incident::environment::{Component, PRESETS, Topology};
use stagerbot::incident::observation::Part;

use crate::deploy::kubernetes;

const FILE: &str = "components/exec-admission/policy.yaml";

/// Set to 1, the file is written anew.
const UPDATE: &str = "STAGERBOT_UPDATE_DEPLOY";

const HEAD: &str = r#"# Which commands the bot may run in a pod: its own scripts, word for word. It is made from src/cluster/scripts; after a
# change there:
#   STAGERBOT_UPDATE_DEPLOY=1 cargo test --test it deploy::policy
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: stagerbot-exec
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [""]
        apiVersions: [v1]
        operations: [CONNECT]
        resources: [pods/exec]
  matchConditions:
    # Everybody else's execs are not concerned.
    - name: the-bot
      expression: request.userInfo.username == "system:serviceaccount:stagerbot:stagerbot"
  variables:
    # The parts' containers, in every release known. Where yours are called otherwise, a patch names them here.
"#;

const TAIL: &str = r#"    # Which of them it is; nothing for any other command.
    - name: role
      expression: >-
        has(object.command) && object.command.size() >= 4 && object.command[0] == "sh" && object.command[1] == "-c" &&
        object.command[2] in variables.scripts && object.command[3] == "stagerbot" ? variables.scripts[object.command[2]] : ""
  validations:
    - expression: variables.role != ""
      message: the bot may run its own scripts, and this is none of them, or one of another version
    - expression: >-
        variables.role == "" || object.command.size() >= 4 + variables.least[variables.role] &&
        object.command.size() <= 4 + variables.most[variables.role]
      message: the script takes another number of arguments
    # "sh", "stagerbot" and the arguments; "-c" and the script are no such words. None begins with a dash, which nc could take for an
    # option.
    - expression: >-
        variables.role == "" ||
        object.command.filter(word, word.matches("^[A-Za-z0-9.:][A-Za-z0-9.:-]{0,252}$")).size() == object.command.size() - 2
      message: an argument is no host name, address or number
    - expression: >-
        variables.role == "" || has(object.container) && object.container in variables.containers[variables.role]
      message: the script does not belong into this container
    - expression: >-
        !(has(object.stdin) && object.stdin) && !(has(object.tty) && object.tty)
      message: the bot needs no standard input and no terminal
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: stagerbot-exec
spec:
  policyName: stagerbot-exec
  validationActions: [Deny]
"#;

/// What a part is called in the policy.
fn role(part: Part) -> &'static str {
    match part {
        Part::CloudController => "cloudController",
        Part::Bbs => "bbs",
        Part::Locket => "locket",
    }
}

/// A part's containers in every preset.
fn containers(part: Part) -> BTreeSet<String> {
    let of = |topology: Topology| -> Option<Component> {
        match part {
            Part::CloudController => Some(topology.cloud_controller),
            Part::Bbs => Some(topology.bbs),
            Part::Locket => topology.locket,
        }
    };
    PRESETS.iter().filter_map(|preset| of(Topology::preset(preset)?)).map(|component| component.container).collect()
}

/// A CEL string.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n").replace('\t', r"\t");
    assert!(!escaped.contains(char::is_control), "{escaped:?}");
    format!("\"{escaped}\"")
}

/// A CEL map as a variable, a line for each script.
fn map(name: &str, entries: impl Iterator<Item = (String, String)>) -> String {
    let lines: Vec<String> = entries.map(|(key, value)| format!("          {}: {value}", quoted(&key))).collect();
    format!("    - name: {name}\n      expression: |-\n        {{\n{}\n        }}\n", lines.join(",\n"))
}

fn rendered() -> String {
    let by_role = |value: fn(&Script) -> String| SCRIPTS.iter().map(move |one| (role(one.part).to_owned(), value(one)));
    let listed = |script: &Script| {
        let names: Vec<String> = containers(script.part).iter().map(|name| quoted(name)).collect();
        format!("[{}]", names.join(", "))
    };
    let texts = SCRIPTS.iter().map(|script| (script.text.clone(), quoted(role(script.part))));
    HEAD.to_owned()
        + &map("containers", by_role(listed))
        + "    # How many arguments a script takes at least, and at most.\n"
        + &map("least", by_role(|script| script.least.to_string()))
        + &map("most", by_role(|script| script.most.to_string()))
        + "    # The scripts, one for each role.\n"
        + &map("scripts", texts)
        + TAIL
}

#[test]
fn the_policy_in_deploy_is_made_from_the_scripts() {
    let file = kubernetes(FILE);
    if std::env::var_os(UPDATE).is_some_and(|update| update == "1") {
        fs::write(&file, rendered()).unwrap();
    }
    let there = fs::read_to_string(&file).unwrap();
    assert_eq!(there, rendered(), "{FILE} is of other scripts; {UPDATE}=1 writes it anew");
}
