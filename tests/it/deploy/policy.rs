//! The admission policy is made from the bot's own scripts: what is in deploy/ is what this makes of them.

use std::collections::BTreeSet;
use std::fs;

use stagerbot::cluster::scripts::SCRIPTS;
use stagerbot::incident::environment::{Component, PRESETS, Topology};
use stagerbot::incident::observation::Part;

use crate::deploy::kubernetes;

const FILE: &str = "components/exec-admission/policy.yaml";

/// Set to 1, the file is written anew.
const UPDATE: &str = "STAGERBOT_UPDATE_DEPLOY";

const HEAD: &str = r#"# Which commands the bot may run in a pod: its own scripts, word for word. It is made from src/cluster/scripts.rs; after a
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

const TAIL: &str = r#"    - name: own
      expression: >-
        has(object.command) && object.command.size() >= 3 && object.command[0] == "bash" && object.command[1] == "-c" &&
        object.command[2] in variables.arguments
  validations:
    - expression: variables.own
      message: the bot may run its own scripts, and this is none of them, or one of another version
    - expression: >-
        !variables.own || object.command.size() == 3 + variables.arguments[object.command[2]]
      message: the script takes another number of arguments
    # "bash" and the arguments; "-c" and the script are no such words. None begins with a dash, which nc could take for an option.
    - expression: >-
        !variables.own ||
        object.command.filter(word, word.matches("^[A-Za-z0-9.:][A-Za-z0-9.:-]{0,252}$")).size() == object.command.size() - 2
      message: an argument is no host name, address or number
    - expression: >-
        !variables.own || has(object.container) && object.container in variables.containers[object.command[2]]
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

/// The variable that has a part's containers.
fn variable(part: Part) -> &'static str {
    match part {
        Part::CloudController => "cloudControllers",
        Part::Bbs => "bbs",
        Part::Locket => "lockets",
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
    assert!(!text.contains('\n'), "a script is one line");
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

/// A CEL map as a variable, a line for each script.
fn map(name: &str, values: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = SCRIPTS
        .iter()
        .zip(values)
        .map(|(script, value)| format!("          {}: {value}", quoted(script.text)))
        .collect();
    format!("    - name: {name}\n      expression: |-\n        {{\n{}\n        }}\n", lines.join(",\n"))
}

fn rendered() -> String {
    let mut policy = HEAD.to_owned();
    for part in [Part::CloudController, Part::Bbs, Part::Locket] {
        let names: Vec<String> = containers(part).iter().map(|name| quoted(name)).collect();
        let variable = variable(part);
        policy.extend(["    - name: ", variable, "\n      expression: '[", &names.join(", "), "]'\n"]);
    }
    policy += "    # The scripts: how many arguments each takes, and whose containers it runs in.\n";
    policy += &map("arguments", SCRIPTS.iter().map(|script| script.arguments.to_string()));
    let places = SCRIPTS.iter().map(|script| {
        let parts: Vec<String> = script.parts.iter().map(|part| format!("variables.{}", variable(*part))).collect();
        parts.join(" + ")
    });
    policy + &map("containers", places) + TAIL
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
