//! Whatever stands in a kubeconfig, nothing panics, and nothing of a secret is repeated: random bytes, and good files with something
//! else in one place.

use proptest::prelude::*;

use super::property::{any_file, connect};

const GOOD: &str = "apiVersion: v1
kind: Config
current-context: c
clusters:
- name: k
  cluster: {server: 'https://127.0.0.1:1', certificate-authority-data: TUFSS0VE, tls-server-name: h, proxy-url: 'http://p:1'}
users:
- name: u
  user: {token: MARKED, as: somebody, as-groups: [g], as-user-extra: {k: [v]}}
- name: v
  user: {client-certificate-data: TUFSS0VE, client-key-data: TUFSS0VE, username: me, password: MARKED}
- name: w
  user: {exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: p, args: [a], env: [{name: x, value: MARKED}]}}
contexts:
- {name: c, context: {cluster: k, user: u, namespace: cf}}
- {name: d, context: {cluster: k, user: v}}
- {name: e, context: {cluster: k, user: w}}
";

/// What is put into it somewhere.
const PIECES: [&str; 34] = [
    "",
    "\n",
    "\r",
    "\t",
    "\0",
    " ",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "|\n",
    ">\n",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "!!int ",
    "---\n",
    "...",
    "%YAML 1.1\n",
    "? ",
    "ä",
    "\u{feff}",
    "\u{202e}",
    "~",
    "0x",
    "99999999999999999999",
    "https://[::1",
    "http://u:MARKED@h",
    "-----BEGIN CERTIFICATE-----",
];

fn with_pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = (any::<prop::sample::Index>(), 0..12_usize, any::<prop::sample::Index>());
    prop::collection::vec(piece, 1..6).prop_map(|pieces| {
        let mut text: Vec<char> = GOOD.chars().collect();
        for (at, length, piece) in pieces {
            let at = at.index(text.len() + 1);
            let end = text.len().min(at + length);
            text.splice(at..end, PIECES[piece.index(PIECES.len())].chars());
        }
        text.into_iter().collect::<String>().into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_file_makes_it_panic(bytes in prop_oneof![prop::collection::vec(any::<u8>(), 0..200), with_pieces()]) {
        any_file(&bytes);
    }
}

#[test]
fn a_good_file_is_one() {
    let told = connect(GOOD.replace("certificate-authority-data: TUFSS0VE, ", "").as_bytes(), None);
    assert_eq!(told, Ok(()));
    for (context, told) in [("c", "no PEM certificate"), ("d", "no PEM certificate")] {
        let error = connect(GOOD.as_bytes(), Some(context)).unwrap_err();
        assert!(error.contains(told) && !error.contains("MARKED"), "{error}");
    }
}
