//! What a request says about who sends it: from a kubeconfig's user, in kubectl's order, and renewed while the bot runs.
//!
//! What is printed, logged or told of a credential is whose it is and what is wrong with it, never a part of it.

mod credential;
mod token;
mod process;
mod plugin_answer;
pub(super) mod plugin;

use std::sync::Arc;

use http::HeaderValue;

pub(super) use self::credential::{Credential, CredentialError};
use self::credential::{basic, bearer};
use self::plugin::Plugin;
use self::token::{IdToken, TokenFile};
use super::kubeconfig::context::{Login, has_certificate};

/// Where credentials come from.
pub(super) enum Credentials {
    /// The kubeconfig itself, or nowhere.
    Fixed(Credential),
    /// A file that somebody renews.
    File(Arc<TokenFile>),
    /// The token of an identity provider (OIDC), which is not renewed here.
    IdToken(IdToken),
    /// A program.
    Plugin(Arc<Plugin>),
}

impl Credentials {
    /// Those of a login; `authority` are its cluster's certificate authorities, of which a plugin may want to know. Nothing is
    /// asked or run yet.
    pub(super) fn of(login: &Login, authority: &[u8]) -> Result<Self, String> {
        let user = &login.user;
        // As kubectl has it: over plain HTTP nothing is sent but what stands in the URL itself.
        if let Some((name, password)) = &login.server.login {
            return basic(name, password).map(Self::fixed);
        }
        if !login.server.is_secure() {
            return Ok(Self::Fixed(Credential::default()));
        }
        if !user.token_file.is_empty() {
            let instead = Some(user.token.as_str()).filter(|token| !token.is_empty()).map(bearer).transpose();
            return Ok(Self::File(Arc::new(TokenFile::new(&user.token_file, &login.user_name, instead?))));
        }
        if !user.token.is_empty() {
            return bearer(&user.token).map(Self::fixed);
        }
        if !user.username.is_empty() {
            return basic(&user.username, &user.password).map(Self::fixed);
        }
        if let Some(provider) = &user.auth_provider {
            return IdToken::of(provider, &login.user_name).map(Self::IdToken);
        }
        match &user.exec {
            Some(exec) if !has_certificate(user) => {
                Ok(Self::Plugin(Arc::new(Plugin::new(exec.clone(), login, authority))))
            }
            _ => Ok(Self::Fixed(Credential::default())),
        }
    }

    fn fixed(header: HeaderValue) -> Self {
        Self::Fixed(Credential { header: Some(header), ..Credential::default() })
    }

    /// What to send now. It may take as long as a plugin may.
    pub(super) async fn current(&self) -> Result<Credential, CredentialError> {
        match self {
            Self::Fixed(credential) => Ok(credential.clone()),
            Self::File(file) => file.clone().current().await,
            Self::IdToken(token) => token.current(),
            Self::Plugin(plugin) => plugin.current().await,
        }
    }

    /// Something else to send, after the server refused what has this number. `None` where there is nothing else.
    pub(super) async fn instead_of(&self, number: u64) -> Result<Option<Credential>, CredentialError> {
        let newer = match self {
            Self::Fixed(_) | Self::IdToken(_) => return Ok(None),
            Self::File(file) => file.clone().read_again().await?,
            Self::Plugin(plugin) => plugin.instead_of(number).await?,
        };
        Ok((newer.number != number).then_some(newer))
    }
}
