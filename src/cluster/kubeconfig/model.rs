//! What stands in a kubeconfig, and the reading of one file's text. None of these types can be printed: most hold secrets.
//!
//! The shape is client-go's (`tools/clientcmd/api/v1`): unknown keys are ignored, null is nothing, an empty text is no text,
//! a number or `yes` where a text belongs is refused.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::yaml;

/// One file's contents.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct File {
    kind: String,
    #[serde(rename = "apiVersion")]
    api_version: String,
    /// The context that is meant where none is named.
    #[serde(rename = "current-context")]
    pub current_context: String,
    /// How API servers are reached.
    #[serde(deserialize_with = "named::<_, NamedCluster, _>")]
    pub clusters: Vec<Named<Cluster>>,
    /// Who one is there.
    #[serde(deserialize_with = "named::<_, NamedUser, _>")]
    pub users: Vec<Named<User>>,
    /// Which goes with which.
    #[serde(deserialize_with = "named::<_, NamedContext, _>")]
    pub contexts: Vec<Named<Context>>,
    #[serde(deserialize_with = "table", rename = "preferences")]
    _preferences: Preferences,
    #[serde(deserialize_with = "tables", rename = "extensions")]
    _extensions: Vec<Extension>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Preferences {
    #[serde(rename = "colors")]
    _colors: bool,
    #[serde(deserialize_with = "tables", rename = "extensions")]
    _extensions: Vec<Extension>,
}

/// An entry of a list and its name.
#[derive(Clone)]
pub struct Named<T> {
    /// Its name.
    pub name: String,
    /// The entry.
    pub entry: T,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedCluster {
    name: String,
    #[serde(deserialize_with = "table")]
    cluster: Cluster,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedUser {
    name: String,
    #[serde(deserialize_with = "table")]
    user: User,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedContext {
    name: String,
    #[serde(deserialize_with = "table")]
    context: Context,
}

impl From<NamedCluster> for Named<Cluster> {
    fn from(raw: NamedCluster) -> Self {
        Self { name: raw.name, entry: raw.cluster }
    }
}

impl From<NamedUser> for Named<User> {
    fn from(raw: NamedUser) -> Self {
        Self { name: raw.name, entry: raw.user }
    }
}

impl From<NamedContext> for Named<Context> {
    fn from(raw: NamedContext) -> Self {
        Self { name: raw.name, entry: raw.context }
    }
}

/// How an API server is reached.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Cluster {
    /// Its URL, perhaps without a scheme, perhaps with a login.
    pub server: String,
    /// The name that its certificate has to have, where not its host's.
    pub tls_server_name: String,
    /// Its certificate is not looked at.
    pub insecure_skip_tls_verify: bool,
    /// The file of the authorities' certificates.
    pub certificate_authority: String,
    /// The authorities' certificates: PEM.
    #[serde(deserialize_with = "base64")]
    pub certificate_authority_data: Vec<u8>,
    /// The proxy's URL, perhaps with a login.
    pub proxy_url: String,
    /// Answers are not compressed; here they never are.
    pub disable_compression: bool,
    /// What a plugin may be told of it.
    #[serde(deserialize_with = "tables")]
    pub extensions: Vec<Extension>,
}

/// Something for another program.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Extension {
    /// Whose it is.
    pub name: String,
    /// Anything.
    pub extension: Value,
}

/// Who one is.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct User {
    /// The file of the client's certificate.
    pub client_certificate: String,
    /// The client's certificate: PEM.
    #[serde(deserialize_with = "base64")]
    pub client_certificate_data: Vec<u8>,
    /// The file of its key.
    pub client_key: String,
    /// Its key: PEM.
    #[serde(deserialize_with = "base64")]
    pub client_key_data: Vec<u8>,
    /// A bearer token.
    pub token: String,
    /// The file of a bearer token, which goes before the token.
    #[serde(rename = "tokenFile")]
    pub token_file: String,
    /// Whom to act as.
    #[serde(rename = "as")]
    pub impersonate: String,
    /// That one's id.
    pub as_uid: String,
    /// That one's groups.
    #[serde(deserialize_with = "elements")]
    pub as_groups: Vec<String>,
    /// More about that one.
    #[serde(deserialize_with = "lists")]
    pub as_user_extra: BTreeMap<String, Vec<String>>,
    /// For basic authentication.
    pub username: String,
    /// Its password.
    pub password: String,
    /// A way to log in that is built into kubectl.
    #[serde(deserialize_with = "optional_table")]
    pub auth_provider: Option<AuthProvider>,
    /// A program that prints credentials.
    #[serde(deserialize_with = "optional_table")]
    pub exec: Option<Exec>,
    /// Something for other programs.
    #[serde(deserialize_with = "tables")]
    pub extensions: Vec<Extension>,
}

/// A way to log in that is built into kubectl.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct AuthProvider {
    /// Its name.
    pub name: String,
    /// Its settings.
    #[serde(deserialize_with = "texts")]
    pub config: BTreeMap<String, String>,
}

/// A program that prints credentials.
/// <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins>
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Exec {
    /// The program: in the PATH, or a path.
    pub command: String,
    /// Its arguments.
    #[serde(deserialize_with = "elements")]
    pub args: Vec<String>,
    /// More variables of its environment.
    #[serde(deserialize_with = "tables")]
    pub env: Vec<Variable>,
    /// The version in which it is asked and answers.
    pub api_version: String,
    /// What to do where it is not installed.
    pub install_hint: String,
    /// Whether it is told of the cluster.
    pub provide_cluster_info: bool,
    /// Whether it wants somebody at the keyboard.
    pub interactive_mode: String,
}

/// A variable of a plugin's environment.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Which goes with which.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Context {
    /// The cluster's name.
    pub cluster: String,
    /// The user's name.
    pub user: String,
    /// The namespace that is meant where none is named.
    pub namespace: String,
    /// Something for other programs.
    #[serde(deserialize_with = "tables")]
    pub extensions: Vec<Extension>,
}

/// Reads one file's contents; what is wrong with them is told in words that repeat no value.
pub fn read(bytes: &[u8]) -> Result<File, String> {
    let text = decoded(bytes).ok_or("it is no text in UTF-8 or UTF-16")?;
    let mut document = yaml::first_document(&text).map_err(|flaw| format!("line {}: {}", flaw.line, flaw.what))?;
    // As Go's reader has it: null sets nothing.
    without_nulls(&mut document);
    if document.is_null() {
        return Ok(File::default());
    }
    let Table(file): Table<File> = serde_path_to_error::deserialize(&document).map_err(|error| {
        let place = place(error.path(), &document);
        format!("{place}: {}", mismatch(&error.into_inner()))
    })?;
    let known = |text: &str, known: &str| text.is_empty() || text == known;
    if !known(&file.kind, "Config") || !known(&file.api_version, "v1") {
        return Err("it is of another kind or version than a Config of v1".to_owned());
    }
    unique(&file.clusters, "clusters")?;
    unique(&file.users, "users")?;
    unique(&file.contexts, "contexts")?;
    Ok(file)
}

fn unique<T>(entries: &[Named<T>], what: &str) -> Result<(), String> {
    let mut seen = std::collections::HashSet::new();
    match entries.iter().find(|one| !seen.insert(one.name.as_str())) {
        Some(twice) => Err(format!("two {what} are called {}; rename or remove one of them", twice.name)),
        None => Ok(()),
    }
}

/// The text of a file, by its byte order mark.
fn decoded(bytes: &[u8]) -> Option<String> {
    let units = |of: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]]));
        String::from_utf16(&units.collect::<Vec<_>>()).ok()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => units(u16::from_le_bytes, rest),
        [0xFE, 0xFF, rest @ ..] => units(u16::from_be_bytes, rest),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        all => String::from_utf8(all.to_vec()).ok(),
    }
}

fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|_, value| !value.is_null());
            entries.values_mut().for_each(without_nulls);
        }
        Value::Array(values) => values.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// What is read from a table alone: by itself serde takes a list, too, and its elements for the fields in their order.
struct Table<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Table<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Entries(PhantomData))
    }
}

struct Entries<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
    type Value = Table<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Table<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(entries)).map(Table)
    }
}

fn table<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    Table::deserialize(from).map(|Table(value)| value)
}

fn optional_table<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Table<T>>::deserialize(from)?.map(|Table(value)| value))
}

/// A list of tables, in which null is an empty one.
fn tables<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Option<Table<T>>>::deserialize(from)?;
    Ok(all.into_iter().map(|one| one.map(|Table(value)| value).unwrap_or_default()).collect())
}

/// A list, in which null is an empty element.
fn elements<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Option<T>>::deserialize(from)?;
    Ok(all.into_iter().map(Option::unwrap_or_default).collect())
}

/// A list of entries with names.
fn named<'de, D: Deserializer<'de>, R, T>(from: D) -> Result<Vec<Named<T>>, D::Error>
where
    R: DeserializeOwned + Default + Into<Named<T>>,
{
    Ok(tables::<D, R>(from)?.into_iter().map(Into::into).collect())
}

fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    BTreeMap::deserialize(from)
}

fn lists<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let all = BTreeMap::<String, Vec<Option<String>>>::deserialize(from)?;
    let filled = |values: Vec<Option<String>>| values.into_iter().map(Option::unwrap_or_default).collect();
    Ok(all.into_iter().map(|(name, values)| (name, filled(values))).collect())
}

/// Bytes: base64, or a list of numbers.
fn base64<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    match Value::deserialize(from)? {
        Value::String(text) => yaml::decode_base64(&text).ok_or_else(|| D::Error::custom(NO_BASE64)),
        bytes => Vec::deserialize(bytes).map_err(|_| D::Error::custom(NO_BASE64)),
    }
}

const NO_BASE64: &str = "it is no base64 (line breaks may stand in it, blanks may not)";

/// Where in the document, by the names of its entries: `user me: exec.args[0]`.
fn place(path: &Path, document: &Value) -> String {
    let mut segments: Vec<&Segment> = path.iter().collect();
    let mut whose = String::new();
    if let [Segment::Map { key }, Segment::Seq { index }, rest @ ..] = segments.as_slice()
        && let Some(name) = document.get(key).and_then(|list| list.get(index)?.get("name")?.as_str())
    {
        whose = format!("{} {name}", key.strip_suffix('s').unwrap_or(key));
        segments = rest.iter().copied().skip(1).collect();
    }
    let within = segments.into_iter().fold(String::new(), |within, segment| match segment {
        Segment::Seq { index } => format!("{within}[{index}]"),
        Segment::Map { key } if within.is_empty() => key.clone(),
        Segment::Map { key } => format!("{within}.{key}"),
        _ => within,
    });
    match (whose.is_empty(), within.is_empty()) {
        (true, true) => "its contents".to_owned(),
        (true, false) => within,
        (false, true) => whose,
        (false, false) => format!("{whose}: {within}"),
    }
}

/// What was expected, without what was found: that may be a secret.
fn mismatch(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with(NO_BASE64) {
        return NO_BASE64.to_owned();
    }
    let found = ["string", "integer", "floating point", "boolean", "sequence", "map", "null", "unit"];
    let found = found.into_iter().find(|kind| text.starts_with(&format!("invalid type: {kind}")));
    let name = |kind: &str| match kind {
        "string" => "a text",
        "integer" | "floating point" => "a number",
        "boolean" => "true or false (which yes, no, on and off mean, too)",
        "sequence" => "a list",
        "map" => "a table",
        _ => "nothing",
    };
    let expected = match text.rsplit_once(", expected ").map(|(_, expected)| expected) {
        Some(expected) if expected.starts_with("a string") => "a text",
        Some(expected) if expected.starts_with("a boolean") => "true or false",
        Some(expected) if expected.starts_with("a sequence") => "a list",
        Some(expected) if expected.starts_with("struct") || expected.starts_with("a map") => "a table",
        _ => "something else",
    };
    let quotes = matches!((expected, found), ("a text", Some("integer" | "floating point" | "boolean")));
    let mend = if quotes { "; put it into quotes" } else { "" };
    format!("{expected} is expected, and {} stands there{mend}", found.map_or("something else", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "
apiVersion: v1
kind: Config
current-context: c
clusters:
- name: k
  cluster: {server: 'https://h', certificate-authority-data: 'TUFS
    S0VE', insecure-skip-tls-verify: yes}
users:
- name: u
  user: {token: t, as-groups: [~, b], password: ~}
- ~
contexts:
- {name: c, context: {cluster: k, user: u}, of: nobody}
";

    #[test]
    fn a_file() {
        let bytes = GOOD.replace("TUFS\n    S0VE", "TUFS\\nS0VE").replace('\'', "\"");
        let file = read(bytes.as_bytes()).unwrap_or_else(|what| panic!("{what}"));
        assert_eq!(file.clusters[0].entry.certificate_authority_data, b"MARKED");
        assert!(file.clusters[0].entry.insecure_skip_tls_verify);
        assert_eq!(file.users[0].entry.as_groups, ["", "b"]);
        assert_eq!((file.users.len(), file.users[1].name.as_str()), (2, ""));
        assert_eq!(file.contexts[0].entry.user, "u");
        let utf16: Vec<u8> = [0xFEFF].into_iter().chain(bytes.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16).unwrap_or_default().current_context, "c");
        assert!(read(b"").is_ok() && read(b"# nothing\n").is_ok());
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place_and_not_repeated() {
        let with =
            |what: &str, by: &str| GOOD.replace("certificate-authority-data: 'TUFS\n    S0VE', ", "").replace(what, by);
        for (text, told) in [
            (
                with("token: t", "token: 123"),
                "user u: token: a text is expected, and a number stands there; put it into quotes",
            ),
            (with("token: t", "token: [MARKED]"), "user u: token: a text is expected, and a list stands there"),
            (
                with("yes", "'MARKED'"),
                "cluster k: insecure-skip-tls-verify: true or false is expected, and a text stands there",
            ),
            (with("[~, b]", "[~, {MARKED: x}]"), "user u: as-groups[1]: a text is expected, and a table stands there"),
            (
                with("token: t", "client-key-data: MARKED"),
                "user u: client-key-data: it is no base64 (line breaks may stand in it, blanks may not)",
            ),
            (
                with("user: {token", "user: MARKED\n  other: {token"),
                "user u: a table is expected, and a text stands there",
            ),
            (with("kind: Config", "kind: MARKED"), "it is of another kind or version than a Config of v1"),
            (with("- ~", "- {name: u}"), "two users are called u; rename or remove one of them"),
            (with("token: t", "token: [MARKED"), "line 10: this is no YAML"),
            ("MARKED".to_owned(), "its contents: a table is expected, and a text stands there"),
        ] {
            assert_eq!(read(text.as_bytes()).err().as_deref(), Some(told), "{text}");
        }
    }
}
