//! Kubeconfigs that fail, each with a secret that can be recognised.

use tempfile::TempDir;

use super::{script, write};

pub(super) fn kubeconfig(server: &str, cluster: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: here\n\
         clusters:\n- name: here\n  cluster: {{server: \"{server}\"{cluster}}}\n\
         users:\n- name: me\n  user: {{{user}}}\n\
         contexts:\n- name: here\n  context: {{cluster: here, user: me}}\n"
    )
}

/// Nobody listens there.
pub(super) const NOBODY: &str = "https://127.0.0.1:1";

/// Kubeconfigs that fail, each with a secret.
pub(super) fn failing(folder: &TempDir) -> Vec<(&'static str, String)> {
    let exec = |name: &'static str, text: &str| {
        let command = script(folder, name, text);
        format!("exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: {command}}}")
    };
    let credential = |version: &str| {
        format!(
            "echo '{{\"apiVersion\":\"client.authentication.k8s.io/{version}\",\"kind\":\"ExecCredential\",\
             \"status\":{{\"token\":\"MARKED-plugin-token\",\"clientKeyData\":\"MARKED-plugin-key\"}}}}'"
        )
    };
    let at = |user: &str| kubeconfig(NOBODY, "", user);
    // A key is no PEM in many ways; each line of it is a secret.
    let key = |pem: &str| write(folder, &format!("key-{}", pem.len()), pem);
    let with_key = |pem: &str| at(&format!("client-certificate: {}, client-key: {}", key(pem), key(pem)));
    vec![
        (
            "a plugin that prints a token and fails",
            at(&exec("fails", &format!("#!/bin/sh\n{}\necho MARKED >&2\nexit 1\n", credential("v1")))),
        ),
        ("a plugin that prints no credentials", at(&exec("garbles", "#!/bin/sh\necho 'token: [MARKED'\n"))),
        ("a plugin that prints another kind", at(&exec("lists", "#!/bin/sh\necho '{\"status\": \"MARKED-token\"}'\n"))),
        ("a plugin of another version", at(&exec("older", &format!("#!/bin/sh\n{}\n", credential("v1beta1"))))),
        ("a plugin with half of a key pair", at(&exec("half", &format!("#!/bin/sh\n{}\n", credential("v1"))))),
        (
            "a plugin that is not there",
            at(
                "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: /nowhere/plugin, args: [--token, MARKED], env: [{name: SECRET, value: MARKED}]}",
            ),
        ),
        ("no YAML", "users: [{name: me, user: {token: [MARKED}]".to_owned()),
        ("a token that is a list", at("token: [MARKED, MARKED]")),
        ("a token that is a table", at("token: {MARKED: MARKED}")),
        ("a password that is a list", at("username: me, password: [MARKED]")),
        ("a token where a table should be", "apiVersion: v1\nusers: MARKED-token\n".to_owned()),
        ("a key that is no base64", at("client-certificate-data: MARKED+MARKED=-, client-key-data: MARKED-MARKED")),
        ("a key that is no PEM", at("client-certificate-data: TUFSS0VE, client-key-data: TUFSS0VE")),
        (
            "a key on the line of its beginning",
            with_key("-----BEGIN RSA PRIVATE KEYMARKED\nMARKED\n-----END RSA PRIVATE KEY-----\n"),
        ),
        ("a key of no kind", with_key("-----BEGIN MARKED-----\nTUFSS0VE\n-----END MARKED-----\n")),
        ("a key that is none", with_key("-----BEGIN PRIVATE KEY-----\nTUFSS0VE\n-----END PRIVATE KEY-----\n")),
        ("a key with another end", with_key("-----BEGIN PRIVATE KEY-----\nMARKED\n-----END MARKED-----\n")),
        (
            "a key that can't be decoded",
            with_key("-----BEGIN PRIVATE KEY-----\nMARKED*MARKED\n-----END PRIVATE KEY-----\n"),
        ),
        ("nobody answers, with a token", at("token: MARKED-token")),
        ("nobody answers, with a password", at("username: me, password: MARKED-password")),
        ("a password with a line break", at("username: me, password: \"MARKED\\n\"")),
        ("a login in the server's URL", kubeconfig("https://me:MARKED@127.0.0.1:1", "", "token: MARKED")),
        (
            "a login in a server's URL that is none",
            kubeconfig("https://me:MARKED MARKED@127.0.0.1:1", "", "token: MARKED"),
        ),
        (
            "a proxy with a password",
            kubeconfig("https://kubernetes.example", ", proxy-url: \"http://me:MARKED@127.0.0.1:1\"", "token: MARKED"),
        ),
        (
            "a proxy that is no URL",
            kubeconfig(
                "https://kubernetes.example",
                ", proxy-url: \"http://me:MARKED MARKED@127.0.0.1:1\"",
                "token: MARKED",
            ),
        ),
        (
            "a proxy of no kind",
            kubeconfig("https://kubernetes.example", ", proxy-url: \"ftp://me:MARKED@127.0.0.1:1\"", "token: MARKED"),
        ),
        ("a header that can't be sent", at("token: MARKED, as: \"MARKED\\n\"")),
        ("another context", at("token: MARKED").replace("current-context: here", "current-context: there")),
        ("another user", at("token: MARKED").replace("user: me}", "user: you}")),
    ]
}
