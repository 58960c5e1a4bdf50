//! Every overlay, as kustomize renders it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::deploy::{items, kubernetes, objects};
use crate::harness::needed::missing;

/// A cluster that takes every rendering as a dry run. The namespaces of the Roles and of the bot have to be there.
const KUBECONFIG: &str = "STAGERBOT_TEST_KUBECONFIG";

/// Runs kubectl; `None` where there is none. Its client alone: it reads no kubeconfig.
fn kubectl(arguments: &[&str], input: &str) -> Option<Result<String, String>> {
    let child = Command::new("kubectl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        missing("kubectl");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Some(if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) })
}

/// A folder rendered, and taken by the cluster that the environment names.
fn render(folder: &Path) -> Option<Vec<Value>> {
    let text = kubectl(&["kustomize", &folder.display().to_string()], "")?.unwrap_or_else(|why| panic!("{why}"));
    if let Ok(kubeconfig) = std::env::var(KUBECONFIG) {
        let dry = ["--kubeconfig", &kubeconfig, "apply", "--dry-run=server", "--filename", "-"];
        kubectl(&dry, &text)?.unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    }
    Some(objects(&text))
}

fn of<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|object| object["kind"] == kind).collect()
}

/// Nothing in it may do more than it has to, and nobody needs to be root.
fn hold_security(objects: &[Value], ids: bool) {
    let [deployment] = of(objects, "Deployment").try_into().unwrap();
    let pod = &deployment["spec"]["template"]["spec"];
    let context = &pod["securityContext"];
    assert_eq!(context["runAsNonRoot"], true);
    assert_eq!(context["seccompProfile"], json!({"type": "RuntimeDefault"}));
    // Who it runs as is the image's affair, or the namespace's; the volume's group is needed where nobody else gives one.
    assert!(context["runAsUser"].is_null() && context["runAsGroup"].is_null(), "{context}");
    assert_eq!(context["fsGroup"].as_u64().is_some_and(|id| id > 0), ids);
    assert_eq!((&pod["enableServiceLinks"], &pod["automountServiceAccountToken"]), (&json!(false), &json!(true)));
    for shared in ["hostNetwork", "hostPID", "hostIPC"] {
        assert!(pod[shared].is_null(), "{shared}");
    }
    let containers: Vec<&Value> = items(&pod["containers"]).chain(items(&pod["initContainers"])).collect();
    assert_eq!(containers.len(), 1);
    for container in containers {
        let restricted = json!({
            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]},
        });
        assert_eq!(container["securityContext"], restricted);
        let resources = &container["resources"];
        for given in [&resources["requests"]["cpu"], &resources["requests"]["memory"], &resources["limits"]["memory"]] {
            assert!(given.is_string(), "{resources}");
        }
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
            assert_eq!(container[probe]["httpGet"]["port"], "health", "{probe}");
        }
        let variables = container["env"].as_array().into_iter().flatten();
        let of_the_allocator = |one: &Value| one["name"].as_str().is_some_and(|name| name.starts_with("MALLOC_"));
        assert!(variables.into_iter().all(of_the_allocator), "secrets are files");
        let writable = items(&container["volumeMounts"]).filter(|mount| mount["readOnly"] != true);
        let writable: Vec<&Value> = writable.map(|mount| &mount["mountPath"]).collect();
        assert!(writable.iter().all(|path| *path == "/var/lib/stagerbot"), "{writable:?}");
    }
    let volumes =
        items(&pod["volumes"]).filter(|volume| !volume["hostPath"].is_null() || !volume["emptyDir"].is_null());
    assert_eq!(volumes.count(), 0);
    let policies = of(objects, "NetworkPolicy");
    let [policy] = policies.try_into().unwrap();
    assert_eq!(policy["spec"]["podSelector"]["matchLabels"], deployment["spec"]["selector"]["matchLabels"]);
    assert_eq!(policy["spec"]["policyTypes"], json!(["Ingress", "Egress"]));
    for rule in items(&policy["spec"]["ingress"]).chain(items(&policy["spec"]["egress"])) {
        assert!(items(&rule["ports"]).count() > 0, "a rule without ports lets everything through: {rule}");
    }
}

/// A secret's contents are in no file here, and every object that lives in a namespace names it.
fn hold_references(objects: &[Value]) {
    let cluster_wide = ["Namespace", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
    for object in objects {
        let kind = object["kind"].as_str().unwrap();
        assert_eq!(object["metadata"]["namespace"].is_string(), !cluster_wide.contains(&kind), "{kind}");
        assert!(object["data"].is_null() || kind == "ConfigMap", "{kind} holds data");
        assert!(object["stringData"].is_null(), "{kind} holds data");
        assert!(!kind.starts_with("ClusterRole"), "{kind} reaches beyond its namespace");
    }
    for bound in of(objects, "RoleBinding") {
        let [account] = of(objects, "ServiceAccount").try_into().unwrap();
        let subject = &bound["subjects"][0];
        assert_eq!(
            (&subject["name"], &subject["namespace"]),
            (&account["metadata"]["name"], &account["metadata"]["namespace"])
        );
    }
}

#[test]
fn every_overlay_renders_and_is_restricted() {
    let mut folders: Vec<_> =
        fs::read_dir(kubernetes("overlays")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.push(kubernetes("base"));
    assert!(folders.len() > 4, "{folders:?}");
    for folder in folders {
        let Some(objects) = render(&folder) else { return };
        hold_references(&objects);
        let name = folder.file_name().unwrap().to_str().unwrap();
        if name == "elsewhere" {
            assert!(of(&objects, "Deployment").is_empty() && of(&objects, "Role").len() == 1);
            continue;
        }
        hold_security(&objects, name != "openshift");
        let [deployment] = of(&objects, "Deployment").try_into().unwrap();
        let replicas = &deployment["spec"]["replicas"];
        let volumes = of(&objects, "PersistentVolumeClaim").len();
        if name == "postgresql" {
            assert_eq!((replicas, volumes), (&json!(3), 0));
            let [budget] = of(&objects, "PodDisruptionBudget").try_into().unwrap();
            assert_eq!(budget["spec"]["selector"], deployment["spec"]["selector"]);
            let spread = &deployment["spec"]["template"]["spec"]["topologySpreadConstraints"];
            assert_eq!(spread[0]["labelSelector"], deployment["spec"]["selector"]);
        } else {
            assert_eq!((replicas, volumes), (&json!(1), 1));
            assert_eq!(deployment["spec"]["strategy"]["type"], "Recreate");
        }
    }
}

#[test]
fn every_component_goes_with_the_base() {
    let copy = tempfile::tempdir().unwrap();
    assert!(Command::new("cp").arg("-R").arg(kubernetes(".")).arg(copy.path()).status().unwrap().success());
    let folder = copy.path().join("overlays/all");
    fs::create_dir(&folder).unwrap();
    let components: Vec<String> = fs::read_dir(kubernetes("components"))
        .unwrap()
        .map(|entry| format!("../../components/{}", entry.unwrap().file_name().display()))
        .collect();
    let overlay = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
        "resources": ["../../base"], "components": components,
    });
    fs::write(folder.join("kustomization.yaml"), overlay.to_string()).unwrap();
    let Some(objects) = render(&folder) else { return };
    hold_references(&objects);
    hold_security(&objects, true);
    assert_eq!(of(&objects, "ValidatingAdmissionPolicy").len(), 1);
    let text = json!(objects).to_string();
    assert!(text.contains("/run/secrets/kubeconfigs"), "{text}");
}
