//! One context of a kubeconfig: whom it logs in where. What kubectl refuses is refused here, with what mends it.

use std::path::Path;

use super::files::{KubeconfigError, Merged, Origin, Place};
use super::model::{Cluster, Exec, User};
use super::server::Address;

/// A context as it is to be used.
pub struct Resolved {
    /// Its name.
    pub context: String,
    /// Its namespace; empty for none.
    pub namespace: String,
    /// Whom it logs in where.
    pub login: Login,
    /// What is allowed, and hardly meant.
    pub warnings: Vec<String>,
}

/// Who logs in where. Environments with equal ones share their connections. It can't be printed, for it holds secrets.
#[derive(Clone, PartialEq)]
pub struct Login {
    /// The file that the cluster stands in, for messages.
    pub cluster_file: String,
    /// The file that the user stands in, for messages.
    pub user_file: String,
    /// The cluster's name.
    pub cluster_name: String,
    /// The user's name; empty for none.
    pub user_name: String,
    /// Where the API server is.
    pub server: Address,
    /// Where its proxy is.
    pub proxy: Option<Address>,
    /// How the server is reached.
    pub cluster: Cluster,
    /// Who logs in.
    pub user: User,
}

/// Finds the context of this name, or the current one, and checks it.
pub fn resolve(place: &Place, merged: &Merged, wanted: Option<&str>) -> Result<Resolved, KubeconfigError> {
    let context = context(place, merged, wanted)?;
    let (name, file) = (context.name.as_str(), &context.file);
    let cluster = merged.clusters.iter().find(|one| one.name == context.entry.cluster).ok_or_else(|| {
        let cluster = &context.entry.cluster;
        let what = match cluster.as_str() {
            "" => format!("context {name} names no cluster; it has {}", names(&merged.clusters)),
            _ => format!("context {name}: there is no cluster {cluster}; it has {}", names(&merged.clusters)),
        };
        unusable(file, what)
    })?;
    let of_cluster = |what: String| unusable(&cluster.file, format!("cluster {}: {what}", cluster.name));
    let server = address(&cluster.entry).map_err(of_cluster)?;
    let proxy = proxy(&cluster.entry).map_err(of_cluster)?;
    if !cluster.entry.certificate_authority.is_empty() && !cluster.entry.certificate_authority_data.is_empty() {
        return Err(of_cluster(twice("certificate-authority")));
    }
    if server.is_secure() && cluster.entry.insecure_skip_tls_verify && has_authority(&cluster.entry) {
        let what = "insecure-skip-tls-verify and a certificate authority contradict each other; remove one of them";
        return Err(of_cluster(what.to_owned()));
    }
    let user_name = context.entry.user.as_str();
    let user = merged.users.iter().find(|one| one.name == user_name);
    let mut warnings = Vec::new();
    if let Some(user) = user {
        let refused = |what: String| unusable(&user.file, format!("user {}: {what}", user.name));
        check_user(&user.entry, server.is_secure()).map_err(refused)?;
        if has_key(&user.entry) && !has_certificate(&user.entry) {
            warnings
                .push(format!("user {}: its client-key is not used, since it has no client-certificate", user.name));
        }
    }
    if server.is_secure() && server.login.is_none() && !user.is_some_and(|user| identifies(&user.entry)) {
        let what = match (user_name, user) {
            ("", _) => format!("context {name} names no user; it has {}", names(&merged.users)),
            (missing, None) => format!("context {name}: there is no user {missing}; it has {}", names(&merged.users)),
            (empty, Some(_)) => {
                format!("user {empty} has no credentials: add a token, a certificate or an exec plugin")
            }
        };
        return Err(unusable(file, what));
    }
    if !server.is_secure() && user.is_some_and(|user| identifies(&user.entry)) {
        warnings.push(format!(
            "cluster {}: its server is plain http, so nothing that identifies user {user_name} is sent to it",
            cluster.name
        ));
    }
    if server.is_secure() && cluster.entry.insecure_skip_tls_verify {
        warnings.push(format!(
            "cluster {}: insecure-skip-tls-verify is on, so anybody between here and there can pose as the API server",
            cluster.name
        ));
    }
    Ok(Resolved {
        context: name.to_owned(),
        namespace: context.entry.namespace.clone(),
        warnings,
        login: Login {
            cluster_file: cluster.file.display().to_string(),
            user_file: user.map_or(file, |user| &user.file).display().to_string(),
            cluster_name: cluster.name.clone(),
            user_name: user_name.to_owned(),
            server,
            proxy,
            cluster: cluster.entry.clone(),
            user: user.map(|user| user.entry.clone()).unwrap_or_default(),
        },
    })
}

fn context<'a>(
    place: &Place,
    merged: &'a Merged,
    wanted: Option<&str>,
) -> Result<&'a Origin<super::model::Context>, KubeconfigError> {
    if merged.read.is_empty() {
        return Err(KubeconfigError::None(place.name()));
    }
    let known = || names(&merged.contexts);
    let (wanted, named) = match wanted.filter(|name| !name.is_empty()) {
        Some(name) => (name, "there is no context"),
        None => (merged.current_context.as_str(), "its current-context does not exist:"),
    };
    let what = match wanted {
        "" => format!("no current-context is set; name one of its contexts: {}", known()),
        name => match merged.contexts.iter().find(|one| one.name == name) {
            Some(found) => return Ok(found),
            None => format!("{named} {name}; it has {}", known()),
        },
    };
    Err(KubeconfigError::Unusable { file: place.name(), what })
}

fn names<T>(entries: &[Origin<T>]) -> String {
    const MOST: usize = 20;
    let mut names: Vec<&str> = entries.iter().take(MOST).map(|one| one.name.as_str()).collect();
    if entries.len() > MOST {
        names.push("…");
    }
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn unusable(file: &Path, what: String) -> KubeconfigError {
    KubeconfigError::Unusable { file: file.display().to_string(), what }
}

fn address(cluster: &Cluster) -> Result<Address, String> {
    if cluster.server.is_empty() {
        return Err("it has no server; set one, such as https://10.0.0.1:6443".to_owned());
    }
    Address::of_server(&cluster.server).map_err(|what| format!("its server {what}"))
}

fn proxy(cluster: &Cluster) -> Result<Option<Address>, String> {
    let url = Some(cluster.proxy_url.as_str()).filter(|url| !url.is_empty());
    url.map(|url| Address::of_proxy(url).map_err(|what| format!("its proxy-url {what}"))).transpose()
}

fn twice(key: &str) -> String {
    format!("{key} and {key}-data are both set; remove one of them")
}

fn has_authority(cluster: &Cluster) -> bool {
    !cluster.certificate_authority.is_empty() || !cluster.certificate_authority_data.is_empty()
}

/// Whether a client certificate is named or given.
pub fn has_certificate(user: &User) -> bool {
    !user.client_certificate.is_empty() || !user.client_certificate_data.is_empty()
}

fn has_key(user: &User) -> bool {
    !user.client_key.is_empty() || !user.client_key_data.is_empty()
}

/// Whether there is anything that kubectl would log in with, without asking somebody at a keyboard.
fn identifies(user: &User) -> bool {
    has_certificate(user)
        || !user.token.is_empty()
        || !user.token_file.is_empty()
        || !user.username.is_empty()
        || user.auth_provider.is_some()
        || user.exec.is_some()
}

/// What client-go's `validateAuthInfo` refuses, and what it refuses later.
fn check_user(user: &User, is_secure: bool) -> Result<(), String> {
    let basic = !user.username.is_empty() || !user.password.is_empty();
    if basic && !user.token.is_empty() {
        return Err("a token and a username are both set; remove one of them".to_owned());
    }
    if has_certificate(user) {
        if !user.client_certificate.is_empty() && !user.client_certificate_data.is_empty() {
            return Err(twice("client-certificate"));
        }
        if !user.client_key.is_empty() && !user.client_key_data.is_empty() {
            return Err(twice("client-key"));
        }
        if !has_key(user) {
            return Err("its client-certificate has no key; add client-key or client-key-data".to_owned());
        }
    }
    if let Some(exec) = &user.exec {
        if user.auth_provider.is_some() {
            return Err("exec and auth-provider are both set; remove one of them".to_owned());
        }
        check_plugin(exec)?;
    }
    let acts = !user.as_uid.is_empty() || !user.as_groups.is_empty() || !user.as_user_extra.is_empty();
    if acts && user.impersonate.is_empty() {
        return Err("as-uid, as-groups or as-user-extra is set without as; add it".to_owned());
    }
    if !is_secure {
        return Ok(());
    }
    if user.username.is_empty() && !user.password.is_empty() && !has_certificate(user) {
        return Err("it has a password and no username".to_owned());
    }
    if !user.username.is_empty() && !user.token_file.is_empty() {
        return Err("a tokenFile and a username are both set; remove one of them".to_owned());
    }
    match user.auth_provider.as_ref().map(|provider| provider.name.as_str()) {
        None => Ok(()),
        Some("oidc") => {
            let config = user.auth_provider.as_ref().map(|provider| &provider.config);
            let missing = ["idp-issuer-url", "client-id"]
                .into_iter()
                .find(|key| config.and_then(|config| config.get(*key)).is_none_or(String::is_empty));
            missing.map_or(Ok(()), |key| Err(format!("its auth-provider oidc has no {key}")))
        }
        Some("gcp") => Err("auth-provider gcp is no more; use the exec plugin gke-gcloud-auth-plugin".to_owned()),
        Some("azure") => Err("auth-provider azure is no more; use the exec plugin kubelogin".to_owned()),
        Some(_) => Err("its auth-provider is none that is known; use an exec plugin".to_owned()),
    }
}

/// The versions of the interface to plugins.
pub const PLUGIN_VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

fn check_plugin(exec: &Exec) -> Result<(), String> {
    let [v1, beta] = PLUGIN_VERSIONS;
    if exec.command.is_empty() {
        return Err("its exec plugin has no command".to_owned());
    }
    if !PLUGIN_VERSIONS.contains(&exec.api_version.as_str()) {
        return Err(format!("the apiVersion of its exec plugin has to be {v1} or {beta}"));
    }
    if exec.env.iter().any(|variable| variable.name.is_empty()) {
        return Err("a variable of its exec plugin has no name".to_owned());
    }
    let nul = |text: &String| text.contains('\0');
    let variables = exec.env.iter().any(|variable| nul(&variable.name) || nul(&variable.value));
    if nul(&exec.command) || exec.args.iter().any(nul) || variables {
        return Err("its exec plugin has a NUL character in its command, arguments or variables".to_owned());
    }
    match exec.interactive_mode.as_str() {
        "Never" | "IfAvailable" => Ok(()),
        "" if exec.api_version == beta => Ok(()),
        "" => Err("its exec plugin has no interactiveMode; set it to Never".to_owned()),
        "Always" => Err("its exec plugin wants somebody at a keyboard (interactiveMode: Always), and the bot has \
                         nobody there; use a service account's token, or a plugin that asks nobody"
            .to_owned()),
        _ => Err("the interactiveMode of its exec plugin has to be Never or IfAvailable".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::kubeconfig::files::load;

    fn resolved(text: &str, wanted: Option<&str>) -> Result<Resolved, String> {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("k");
        std::fs::write(&file, text).unwrap();
        let place = Place::File(file.clone());
        let merged = load(&place).map_err(|error| error.to_string())?;
        let path = file.display().to_string();
        resolve(&place, &merged, wanted).map_err(|error| error.to_string().replace(&path, "FILE"))
    }

    fn with(cluster: &str, user: &str) -> String {
        format!(
            "current-context: c\nclusters:\n- name: k\n  cluster: {{{cluster}}}\nusers:\n- name: u\n  user: {{{user}}}\n\
             contexts:\n- {{name: c, context: {{cluster: k, user: u, namespace: cf}}}}\n\
             - {{name: lost, context: {{cluster: gone, user: u}}}}\n- {{name: nobody, context: {{cluster: k, user: gone}}}}\n\
             - {{name: empty, context: {{}}}}\n"
        )
    }

    const HTTPS: &str = "server: 'https://h'";
    const V1: &str = "apiVersion: client.authentication.k8s.io/v1";

    #[test]
    fn a_context_is_found() {
        let text = with(HTTPS, "token: t");
        let current = resolved(&text, None).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((current.context.as_str(), current.namespace.as_str()), ("c", "cf"));
        assert_eq!(current.login.user.token, "t");
        assert!(current.warnings.is_empty());
        let known = "it has c, lost, nobody, empty";
        for (text, wanted, told) in [
            (text.clone(), Some("x"), format!("the kubeconfig FILE: there is no context x; {known}")),
            (
                text.replace("current-context: c", ""),
                None,
                "the kubeconfig FILE: no current-context is set; name one of its contexts: c, lost, nobody, empty"
                    .into(),
            ),
            (
                text.replace("current-context: c", "current-context: x"),
                None,
                format!("the kubeconfig FILE: its current-context does not exist: x; {known}"),
            ),
            (
                text.clone(),
                Some("lost"),
                "the kubeconfig FILE: context lost: there is no cluster gone; it has k".into(),
            ),
            (
                text.clone(),
                Some("nobody"),
                "the kubeconfig FILE: context nobody: there is no user gone; it has u".into(),
            ),
            (text.clone(), Some("empty"), "the kubeconfig FILE: context empty names no cluster; it has k".into()),
        ] {
            assert_eq!(resolved(&text, wanted).err(), Some(told), "{wanted:?}");
        }
    }

    #[test]
    fn what_kubectl_refuses_is_refused() {
        let exec = |more: &str| format!("exec: {{command: x, {more}}}");
        for (cluster, user, told) in [
            ("", "token: t", "cluster k: it has no server"),
            ("server: 'https://h x'", "token: t", "cluster k: its server is no URL"),
            ("server: 'ftp://h'", "token: t", "cluster k: its server has to begin with https://"),
            ("server: 'https://h', proxy-url: 'h:1'", "token: t", "cluster k: its proxy-url"),
            (
                "server: 'https://h', certificate-authority: a, certificate-authority-data: TUE=",
                "token: t",
                "cluster k: certificate-authority and",
            ),
            (
                "server: 'https://h', certificate-authority: a, insecure-skip-tls-verify: true",
                "token: t",
                "cluster k: insecure",
            ),
            (HTTPS, "", "user u has no credentials"),
            (HTTPS, "password: p", "user u: it has a password and no username"),
            (HTTPS, "token: t, username: me", "user u: a token and a username"),
            (HTTPS, "tokenFile: t, username: me", "user u: a tokenFile and a username"),
            (HTTPS, "client-certificate: c", "user u: its client-certificate has no key"),
            (
                HTTPS,
                "client-certificate: c, client-certificate-data: TUE=, client-key: k",
                "user u: client-certificate and",
            ),
            (HTTPS, "client-certificate: c, client-key: k, client-key-data: TUE=", "user u: client-key and"),
            (HTTPS, "token: t, as-groups: [g]", "user u: as-uid, as-groups"),
            (HTTPS, "auth-provider: {name: gcp}", "user u: auth-provider gcp is no more"),
            (HTTPS, "token: t, auth-provider: {name: x}", "user u: its auth-provider is none"),
            (HTTPS, "auth-provider: {name: oidc}", "user u: its auth-provider oidc has no idp-issuer-url"),
            (HTTPS, &exec(""), "user u: the apiVersion of its exec plugin"),
            (
                HTTPS,
                &exec("apiVersion: client.authentication.k8s.io/v1alpha1, interactiveMode: Never"),
                "user u: the apiVersion",
            ),
            (HTTPS, &exec(V1), "user u: its exec plugin has no interactiveMode"),
            (HTTPS, &exec(&format!("{V1}, interactiveMode: Always")), "user u: its exec plugin wants somebody"),
            (HTTPS, &exec(&format!("{V1}, interactiveMode: x")), "user u: the interactiveMode"),
            (HTTPS, &exec(&format!("{V1}, interactiveMode: Never, env: [{{value: x}}]")), "user u: a variable"),
            (
                HTTPS,
                &exec(&format!("{V1}, interactiveMode: Never}}, auth-provider: {{name: oidc")),
                "user u: exec and auth-provider",
            ),
            // Also where it would not be used.
            ("server: 'http://h'", &exec(V1), "user u: its exec plugin has no interactiveMode"),
        ] {
            let error = resolved(&with(cluster, user), None).err().unwrap_or_default();
            assert!(error.contains(told), "{cluster} {user}: {error}");
        }
    }

    #[test]
    fn what_kubectl_takes_is_taken() {
        let exec = format!("exec: {{command: x, {V1}, interactiveMode: IfAvailable}}");
        for (cluster, user, warnings) in [
            (HTTPS, "token: t, tokenFile: f", 0),
            (HTTPS, "client-certificate: c, client-key: k, username: me, password: p", 0),
            (HTTPS, "token: t, client-key: k", 1),
            (HTTPS, exec.as_str(), 0),
            (HTTPS, "exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1}", 0),
            (HTTPS, "auth-provider: {name: oidc, config: {idp-issuer-url: i, client-id: c}}", 0),
            ("server: 'https://n:p@h'", "", 0),
            ("server: 'https://h', insecure-skip-tls-verify: true", "token: t", 1),
            ("server: 'http://h'", "token: t", 1),
            ("server: 'http://h'", "auth-provider: {name: x}", 1),
            ("server: 'h:8080'", "", 0),
        ] {
            let resolved =
                resolved(&with(cluster, user), None).unwrap_or_else(|error| panic!("{cluster} {user}: {error}"));
            assert_eq!(resolved.warnings.len(), warnings, "{cluster} {user}: {:?}", resolved.warnings);
        }
    }
}
