//! The table: what stands in the files, and what comes of it.

use super::Outcome;
use super::Outcome::{Refused, Unauthorized, Works};

/// A kubeconfig, or several, and what comes of them.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The files, of which the first is given with `--kubeconfig`; the others are plugins, or stand in the list.
    pub(super) files: Vec<(&'static str, String)>,
    pub(super) context: Option<&'static str>,
    /// `KUBECONFIG`, instead of `--kubeconfig`.
    pub(super) list: Option<&'static str>,
    pub(super) variables: Vec<(&'static str, &'static str)>,
    pub(super) utf16: bool,
    /// What the bot makes of it, and kubectl, unless there is a difference.
    pub(super) outcome: Outcome,
    /// What the bot says of it, among other things: a refusal, or a warning.
    pub(super) says: &'static str,
    pub(super) difference: Option<Difference>,
}

/// Where the bot does otherwise than kubectl, and why.
pub(super) struct Difference {
    pub(super) kubectl: Outcome,
    pub(super) why: &'static str,
}

impl Case {
    fn of(name: &'static str, text: String, outcome: Outcome, says: &'static str) -> Self {
        let files = vec![("k", text)];
        let (context, list, variables, utf16, difference) = (None, None, Vec::new(), false, None);
        Self { name, files, context, list, variables, utf16, outcome, says, difference }
    }

    fn but(self, kubectl: Outcome, why: &'static str) -> Self {
        Self { difference: Some(Difference { kubectl, why }), ..self }
    }

    fn beside(mut self, name: &'static str, text: &str) -> Self {
        self.files.push((name, text.to_owned()));
        self
    }

    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    fn listed(self, list: &'static str) -> Self {
        Self { list: Some(list), ..self }
    }

    fn context(self, context: &'static str) -> Self {
        Self { context: Some(context), ..self }
    }
}

const AT: &str = "server: '@SERVER@', certificate-authority-data: @CA@";
const BY_CERTIFICATE: &str = "server: '@CLIENTS@', certificate-authority-data: @CA@";
const T: &str = "token: t";

/// A kubeconfig of one context, cluster and user.
fn file(cluster: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters:\n- name: k\n  cluster: {{{cluster}}}\n\
         users:\n- name: u\n  user: {{{user}}}\ncontexts:\n- name: c\n  context: {{cluster: k, user: u}}\n"
    )
}

/// One in block style, where what is inside of a cluster or a user has lines of its own, without their indentation.
fn block(cluster: &str, user: &str) -> String {
    let inside = |text: &str| text.lines().fold(String::new(), |all, line| all + "    " + line + "\n");
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters:\n- name: k\n  cluster:\n{}\
         users:\n- name: u\n  user:\n{}contexts:\n- name: c\n  context: {{cluster: k, user: u}}\n",
        inside(cluster),
        inside(user)
    )
}

fn plugin(rest: &str) -> String {
    format!("exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./plugin{rest}}}")
}

const PRINTS: &str = "#!/bin/sh\necho '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"token\": \"t\"}}'\n";

pub(super) fn cases() -> Vec<Case> {
    [servers(), authorities(), tokens(), certificates(), plugins(), other_logins(), contexts(), texts()]
        .into_iter()
        .flatten()
        .collect()
}

fn servers() -> Vec<Case> {
    let at = |cluster: &str| file(&format!("{cluster}, certificate-authority-data: @CA@"), T);
    vec![
        Case::of("a token", file(AT, T), Works, ""),
        Case::of("a slash behind the server", at("server: '@SERVER@/'"), Works, ""),
        Case::of("a path before every path", at("server: '@SERVER@@PREFIX@'"), Works, ""),
        Case::of("a path with a slash behind", at("server: '@SERVER@@PREFIX@/'"), Works, ""),
        Case::of("a scheme in capitals", at("server: 'HTTPS://@HOST@'"), Works, ""),
        Case::of("no scheme, which is http", at("server: '@HOST@'"), Refused, ""),
        Case::of("no server", at("server: ''"), Refused, "cluster k: it has no server"),
        Case::of("a server that is no URL", at("server: 'https://a b'"), Refused, "cluster k: its server"),
        Case::of("a server of another scheme", at("server: 'ftp://@HOST@'"), Refused, "has to begin with https://"),
        Case::of("nobody listens", at("server: 'https://127.0.0.1:1'"), Refused, "nothing listens there"),
        Case::of("plain http, where no token is sent", file("server: '@HTTP@'", T), Unauthorized, ""),
        Case::of("plain http, where none is wanted", file("server: '@OPEN@'", T), Works, "plain http"),
        Case::of(
            "a proxy that is not there",
            file(&format!("{AT}, proxy-url: 'http://127.0.0.1:1'"), T),
            Refused,
            "the proxy 127.0.0.1:1",
        ),
        Case::of(
            "a SOCKS proxy that is not there",
            file(&format!("{AT}, proxy-url: 'socks5://127.0.0.1:1'"), T),
            Refused,
            "the proxy 127.0.0.1:1",
        ),
        Case::of(
            "a proxy without a scheme",
            file(&format!("{AT}, proxy-url: '127.0.0.1:1'"), T),
            Refused,
            "cluster k: its proxy-url",
        ),
        Case::of(
            "a proxy of another scheme",
            file(&format!("{AT}, proxy-url: 'ftp://127.0.0.1:1'"), T),
            Refused,
            "cluster k: its proxy-url",
        ),
        Case::of("an empty proxy", file(&format!("{AT}, proxy-url: ''"), T), Works, ""),
        Case::of("a proxy by variable, and a server on this machine", file(AT, T), Works, "")
            .with("HTTPS_PROXY", "http://127.0.0.1:1"),
        Case::of("a proxy by variable that is none, and a server on this machine", file(AT, T), Works, "")
            .with("HTTPS_PROXY", "CORP\\me:pass word@proxy "),
        Case::of(
            "a proxy by variable that is not there",
            at("server: 'https://kubernetes.invalid'"),
            Refused,
            "the proxy 127.0.0.1:1",
        )
        .with("HTTPS_PROXY", "http://127.0.0.1:1"),
    ]
}

fn authorities() -> Vec<Case> {
    let at = |cluster: &str| file(&format!("server: '@SERVER@', {cluster}"), T);
    let inside = |cluster: &str| block(&format!("server: '@SERVER@'\n{cluster}"), T);
    vec![
        Case::of("an authority in a file", at("certificate-authority: '@DIR@/ca.crt'"), Works, ""),
        Case::of("an authority in a file beside the kubeconfig", at("certificate-authority: beside.crt"), Works, ""),
        Case::of("an authority in several lines", inside("certificate-authority-data: |\n  @CA_LINES@\n"), Works, ""),
        Case::of(
            "an authority as !!binary",
            inside("certificate-authority-data: !!binary |\n  @CA_TWICE@\n"),
            Works,
            "",
        ),
        Case::of(
            "a certificate as !!binary",
            inside("certificate-authority-data: !!binary |\n  @CA_LINES@\n"),
            Refused,
            "base64",
        ),
        Case::of(
            "an authority in folded lines",
            inside("certificate-authority-data: >\n  @CA_LINES@\n"),
            Refused,
            "base64",
        ),
        Case::of("an authority that is no base64", at("certificate-authority-data: '@@'"), Refused, "base64"),
        Case::of(
            "an authority that is no certificate",
            at("certificate-authority: '@DIR@/nonsense'"),
            Refused,
            "no PEM certificate",
        ),
        Case::of(
            "an authority that is not there",
            at("certificate-authority: '@DIR@/nowhere'"),
            Refused,
            "cluster k: its certificate-authority",
        ),
        Case::of("two authorities and other text", at("certificate-authority: '@DIR@/both.crt'"), Works, ""),
        Case::of("another authority", at("certificate-authority: '@DIR@/other.crt'"), Refused, "does not name"),
        Case::of("no authority", at("disable-compression: true"), Refused, "can't be trusted"),
        Case::of("an empty file as authority", at("certificate-authority: '@DIR@/empty'"), Refused, ""),
        Case::of("the server's own certificate as authority", at("certificate-authority: '@DIR@/leaf.crt'"), Works, ""),
        Case::of(
            "an authority twice",
            file(&format!("{AT}, certificate-authority: beside.crt"), T),
            Refused,
            "are both set",
        ),
        Case::of(
            "no authority and no look at it",
            at("insecure-skip-tls-verify: true"),
            Works,
            "insecure-skip-tls-verify is on",
        ),
        Case::of("yes for true", at("insecure-skip-tls-verify: yes"), Works, "insecure-skip-tls-verify is on"),
        Case::of("a text for true", at("insecure-skip-tls-verify: 'true'"), Refused, "true or false is expected"),
        Case::of(
            "an authority and no look at it",
            file(&format!("{AT}, insecure-skip-tls-verify: true"), T),
            Refused,
            "contradict",
        ),
        Case::of(
            "another name",
            file("server: '@ELSEWHERE@', certificate-authority-data: @CA@", T),
            Refused,
            "for elsewhere.example, and not for 127.0.0.1",
        ),
        Case::of(
            "another name, which is named",
            file("server: '@ELSEWHERE@', certificate-authority-data: @CA@, tls-server-name: elsewhere.example", T),
            Works,
            "",
        ),
        Case::of(
            "a name that it does not have",
            file(&format!("{AT}, tls-server-name: elsewhere.example"), T),
            Refused,
            "and not for elsewhere.example",
        ),
        Case::of(
            "the server's certificate has expired",
            file("server: '@EXPIRED@', certificate-authority-data: @CA@", T),
            Refused,
            "has expired",
        ),
        Case::of(
            "the authority has expired",
            file("server: '@OF_OLD@', certificate-authority: '@DIR@/old.crt'", T),
            Refused,
            "authority that signed it is not valid any more",
        ),
    ]
}

fn tokens() -> Vec<Case> {
    let of = |user: &str| file(AT, user);
    let inside = |user: &str| block("server: '@SERVER@'\ncertificate-authority-data: @CA@", user);
    vec![
        Case::of("another token", of("token: wrong"), Unauthorized, ""),
        Case::of("a token that is a number", of("token: 123"), Refused, "put it into quotes"),
        Case::of("a token with a line break", inside("token: |\n  t\n"), Refused, "line break"),
        Case::of("a token's file with a line break", of("tokenFile: '@DIR@/token'"), Works, ""),
        Case::of("a token's file beside another token", of("tokenFile: '@DIR@/token', token: wrong"), Works, ""),
        Case::of("another token in the file", of("tokenFile: '@DIR@/wrong-token', token: t"), Unauthorized, ""),
        Case::of("a token's file that is not there", of("tokenFile: '@DIR@/nowhere'"), Refused, "its token file"),
        Case::of(
            "a token's file that is not there, and a token",
            of("tokenFile: '@DIR@/nowhere', token: t"),
            Works,
            "",
        ),
        Case::of(
            "a token and somebody to act as",
            of("token: t, as: somebody, as-groups: [a, b], as-user-extra: {x/y: [z]}"),
            Works,
            "",
        ),
        Case::of("groups, and nobody to act as", of("token: t, as-groups: [a]"), Refused, "without as"),
        Case::of("nothing to log in with", of(""), Refused, "no credentials"),
    ]
}

fn certificates() -> Vec<Case> {
    let of = |user: &str| file(BY_CERTIFICATE, user);
    let files = |name: &str| of(&format!("client-certificate: '@DIR@/{name}.crt', client-key: '@DIR@/{name}.key'"));
    vec![
        Case::of("an RSA key of PKCS#1", files("rsa-pkcs1"), Works, ""),
        Case::of("a P-256 key with its parameters", files("ec-with-parameters"), Works, ""),
        Case::of("a P-384 key of PKCS#8", files("p384-pkcs8"), Works, ""),
        Case::of("an Ed25519 key", files("ed25519"), Works, ""),
        Case::of("a certificate of X.509 version 1", files("version-1"), Works, ""),
        Case::of("a P-521 key", files("p521"), Refused, "a P-521 key, and the bot knows")
            .but(Works, "ring, the cryptography under rustls, has no P-521; the sentence says which kinds are known"),
        Case::of(
            "a certificate in the kubeconfig",
            of("client-certificate-data: @RSA@, client-key-data: @RSA_KEY@"),
            Works,
            "",
        ),
        Case::of(
            "a certificate with who signed it",
            of("client-certificate: '@DIR@/chain.crt', client-key: '@DIR@/p384-pkcs8.key'"),
            Works,
            "",
        ),
        Case::of(
            "another one's key",
            of("client-certificate: '@DIR@/rsa-pkcs1.crt', client-key: '@DIR@/version-1.key'"),
            Refused,
            "does not belong",
        ),
        Case::of(
            "a key that is encrypted",
            of("client-certificate: '@DIR@/ec-with-parameters.crt', client-key: '@DIR@/encrypted.key'"),
            Refused,
            "encrypted",
        ),
        Case::of(
            "a key that is not there",
            of("client-certificate: '@DIR@/rsa-pkcs1.crt', client-key: '@DIR@/nowhere'"),
            Refused,
            "user u: its client-key",
        ),
        Case::of("a certificate without a key", of("client-certificate: '@DIR@/rsa-pkcs1.crt'"), Refused, "has no key"),
        Case::of(
            "a certificate that is none",
            of("client-certificate: '@DIR@/nonsense', client-key: '@DIR@/rsa-pkcs1.key'"),
            Refused,
            "no PEM certificate",
        ),
        Case::of(
            "a certificate that the server does not know",
            of("client-certificate: '@DIR@/leaf.crt', client-key: '@DIR@/ed25519.key'"),
            Refused,
            "does not belong",
        ),
        Case::of("a token where a certificate is wanted", of(T), Refused, "it wants a client certificate"),
    ]
}

fn plugins() -> Vec<Case> {
    let of = |rest: &str| Case::of("", file(AT, &plugin(rest)), Works, "");
    let named = |name: &'static str, case: Case| Case { name, ..case };
    let refused = |name, case: Case, says| Case { name, outcome: Refused, says, ..case };
    let status = |status: &str| PRINTS.replace("{\"token\": \"t\"}", status);
    vec![
        named("a plugin", of("").beside("plugin", PRINTS)),
        named("a plugin's expiry", of("").beside("plugin", &status("{\"token\": \"t\", \"expirationTimestamp\": \"2100-01-01T00:00:00Z\"}"))),
        named("a plugin that prints YAML", of("").beside("plugin", "#!/bin/sh\nprintf 'apiVersion: client.authentication.k8s.io/v1\\nkind: ExecCredential\\nstatus: {token: t}\\n'\n")),
        named("a plugin with arguments and variables", of(", args: [a, b], env: [{name: X, value: c}]").beside("plugin", &PRINTS.replacen('\n', "\n[ \"$1$2$X\" = abc ] || exit 1\n", 1))),
        named("a plugin that is told of the cluster", of(", provideClusterInfo: true").beside("plugin", &PRINTS.replacen('\n', "\ncase \"$KUBERNETES_EXEC_INFO\" in *certificate-authority-data*) ;; *) exit 1;; esac\n", 1))),
        named("a plugin that reads its input", of("").beside("plugin", &PRINTS.replacen('\n', "\nread answer\n", 1))),
        refused("a plugin that prints a token and fails", of("").beside("plugin", &format!("{PRINTS}exit 3\n")), "the credential plugin plugin failed with exit code 3"),
        refused("a plugin that prints nothing", of("").beside("plugin", "#!/bin/sh\n"), "printed nothing that can be used"),
        refused("a plugin that prints something else", of("").beside("plugin", "#!/bin/sh\necho t\n"), "printed nothing that can be used"),
        refused("a plugin that prints no token", of("").beside("plugin", &status("{}")), "neither a token nor a certificate"),
        refused("a plugin's token with a line break", of("").beside("plugin", &status("{\"token\": \"t\\\\n\"}")), "line break"),
        refused("a plugin of another version", of("").beside("plugin", &PRINTS.replace("io/v1", "io/v1beta1")), "another apiVersion"),
        refused("a plugin that is not there", of(""), "is not installed here"),
        refused("a plugin that can't be run", Case::of("", file(AT, &plugin("").replace("./plugin", "/etc/hostname")), Refused, ""), "can't be started"),
        refused("a plugin for somebody at a keyboard", Case::of("", file(AT, &plugin("").replace("Never", "Always")), Refused, "").beside("plugin", PRINTS), "interactiveMode: Always"),
        named("a plugin that would ask somebody who is there", Case::of("", file(AT, &plugin("").replace("Never", "IfAvailable")), Works, "").beside("plugin", PRINTS)),
        refused("a plugin without an interactiveMode", Case::of("", file(AT, &plugin("").replace("interactiveMode: Never, ", "")), Refused, "").beside("plugin", PRINTS), "interactiveMode"),
        refused("a plugin of an old interface", Case::of("", file(AT, &plugin("").replace("io/v1", "io/v1alpha1")), Refused, "").beside("plugin", PRINTS), "apiVersion"),
        named("a plugin and a token", Case::of("", file(AT, &format!("{T}, {}", plugin(""))), Works, "").beside("plugin", "#!/bin/sh\nexit 1\n")),
        named(
            "a plugin's certificate",
            Case::of("", file(BY_CERTIFICATE, &plugin("")), Works, "").beside(
                "plugin",
                "#!/bin/sh\nlines() { awk '{printf \"%s\\\\n\", $0}' \"@DIR@/$1\"; }\n\
                 printf '{\"apiVersion\": \"client.authentication.k8s.io/v1\", \"kind\": \"ExecCredential\", \"status\": {\"clientCertificateData\": \"%s\", \"clientKeyData\": \"%s\"}}' \
                 \"$(lines p384-pkcs8.crt)\" \"$(lines p384-pkcs8.key)\"\n",
            ),
        ),
    ]
}

fn other_logins() -> Vec<Case> {
    let of = |user: &str| file(AT, user);
    let jwt = "e30.eyJleHAiOjQwMDAwMDAwMDB9.c2ln";
    vec![
        Case::of("a username and a password", of("username: me, password: p"), Unauthorized, ""),
        Case::of("a password alone", of("password: p"), Refused, "a password and no username"),
        Case::of("a token and a username", of("token: t, username: me"), Refused, "are both set"),
        Case::of(
            "a token's file and a username",
            of("tokenFile: '@DIR@/token', username: me"),
            Refused,
            "are both set",
        ),
        Case::of("the auth-provider gcp", of("auth-provider: {name: gcp}"), Refused, "gke-gcloud-auth-plugin"),
        Case::of("an auth-provider that nobody knows", of("auth-provider: {name: nobody}"), Refused, "auth-provider"),
        Case::of(
            "the auth-provider oidc",
            of(&format!(
                "auth-provider: {{name: oidc, config: {{idp-issuer-url: 'https://127.0.0.1:1', client-id: c, id-token: {jwt}}}}}"
            )),
            Unauthorized,
            "",
        ),
        Case::of(
            "an id-token that has expired",
            of(
                "auth-provider: {name: oidc, config: {idp-issuer-url: 'https://127.0.0.1:1', client-id: c, id-token: e30.eyJleHAiOjF9.c2ln}}",
            ),
            Refused,
            "has expired",
        ),
        Case::of(
            "a plugin and an auth-provider",
            of(&format!("auth-provider: {{name: oidc}}, {}", plugin(""))),
            Refused,
            "are both set",
        ),
    ]
}

fn contexts() -> Vec<Case> {
    let good = file(AT, T);
    let case = |name, from: &str, to: &str, outcome, says| Case::of(name, good.replace(from, to), outcome, says);
    let (half, rest) = good.split_once("users:").unwrap();
    let rest = format!("users:{rest}");
    let two = |name, list, outcome, says| {
        let mut case = Case::of(name, half.to_owned(), outcome, says).beside("rest", &rest).listed(list);
        case.files.push(("broken", "users: [".to_owned()));
        case.files.push(("empty", String::new()));
        case.files.push((
            "other",
            good.replace("token: t", "token: wrong").replace("current-context: c", "current-context: d"),
        ));
        case
    };
    vec![
        case(
            "an empty current context",
            "current-context: c",
            "current-context: ''",
            Refused,
            "no current-context is set; name one of its contexts: c",
        ),
        case("no current context", "current-context: c\n", "", Refused, "no current-context is set"),
        case(
            "a current context that is gone",
            "current-context: c",
            "current-context: gone",
            Refused,
            "does not exist: gone; it has c",
        ),
        case("a context by name", "current-context: c", "current-context: gone", Works, "").context("c"),
        case(
            "a context that is not there",
            "current-context: c",
            "current-context: c",
            Refused,
            "there is no context x; it has c",
        )
        .context("x"),
        case(
            "a context without its cluster",
            "cluster: k, user",
            "cluster: gone, user",
            Refused,
            "there is no cluster gone; it has k",
        ),
        case("a context without its user", "user: u}", "user: gone}", Refused, "there is no user gone; it has u"),
        case("a context of no user", ", user: u}", "}", Refused, "names no user"),
        case("a context of no cluster", "cluster: k, user", "user", Refused, "names no cluster"),
        Case { files: Vec::new(), ..Case::of("a file that is not there", String::new(), Refused, "can't be read") },
        two("a list of two files", "@HERE@/k:@HERE@/rest", Works, ""),
        two("a list with a file that is not there", "@HERE@/k:@HERE@/nowhere:@HERE@/rest", Works, ""),
        two("a list with empty names and an empty file", ":@HERE@/empty::@HERE@/k:@HERE@/rest:", Works, ""),
        two("a list with a file that is broken", "@HERE@/k:@HERE@/broken:@HERE@/rest", Refused, "broken can't be read"),
        two("a list in which the first counts", "@HERE@/k:@HERE@/rest:@HERE@/other", Works, ""),
        two("a list of nothing that is there", "@HERE@/nowhere", Refused, "no kubeconfig at"),
    ]
}

fn texts() -> Vec<Case> {
    let good = file(AT, T);
    let case = |name, from: &str, to: &str, outcome, says| Case::of(name, good.replace(from, to), outcome, says);
    let json = "{\n\t\"apiVersion\": \"v1\", \"kind\": \"Config\", \"current-context\": \"c\",\n\t\"clusters\": [{\"name\": \"k\", \"cluster\": \
         {\"server\": \"@SERVER@\", \"certificate-authority-data\": \"@CA@\"}}],\n\t\"users\": [{\"name\": \"u\", \"user\": {\"token\": \"t\"}}],\n\t\
         \"contexts\": [{\"name\": \"c\", \"context\": {\"cluster\": \"k\", \"user\": \"u\"}}]\n}\n";
    let anchored = good.replace("user: {token: t}", "user: &u {token: t}\n- name: v\n  user: {<<: *u, token: wrong}");
    vec![
        Case::of("JSON with tabs", json.to_owned(), Works, ""),
        Case::of("anchors and merges", anchored, Works, ""),
        Case::of("lines of Windows", good.replace('\n', "\r\n"), Works, ""),
        Case::of("a byte order mark", format!("\u{feff}{good}"), Works, ""),
        Case { utf16: true, ..Case::of("UTF-16", good.clone(), Works, "") },
        Case::of("a second document", format!("{good}---\nusers: [\n"), Works, ""),
        Case::of("a comment and nothing else", "# nothing\n".to_owned(), Refused, "no current-context"),
        case("a key that nobody knows", "kind: Config", "kind: Config\nwhat: is this", Works, ""),
        case(
            "preferences and extensions",
            "kind: Config",
            "kind: Config\npreferences: {colors: true}\nextensions: [{name: x, extension: {a: 1}}]",
            Works,
            "",
        ),
        case("no kind and no version", "apiVersion: v1\nkind: Config\n", "", Works, ""),
        case("another kind", "kind: Config", "kind: Secret", Refused, "another kind"),
        case("another version", "apiVersion: v1", "apiVersion: v2", Refused, "another kind or version"),
        case("a key twice", "{token: t}", "{token: wrong, token: t}", Works, ""),
        case(
            "a user twice",
            "contexts:",
            "- name: u\n  user: {token: wrong}\ncontexts:",
            Refused,
            "two users are called u",
        ),
        case("null for a text", "{token: t}", "{token: t, password: ~, tokenFile: null}", Works, ""),
        case("a word that YAML takes for yes", "{token: t}", "{token: t, as: y}", Refused, "put it into quotes"),
        case("a list where a table belongs", "{token: t}", "[t]", Refused, "a table is expected"),
        case("a list where another table belongs", "{cluster: k, user: u}", "[k, u]", Refused, "a table is expected"),
        case("a tab for blanks", "  user: {", "\tuser: {", Refused, "can't be read: line"),
        case("a quote that is not closed", "token: t", "token: 't", Refused, "can't be read: line"),
        case("no YAML at all", "apiVersion: v1", "\u{0}\u{1}", Refused, "can't be read"),
    ]
}
