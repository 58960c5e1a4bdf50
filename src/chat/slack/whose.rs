//! Whose something from Slack is: of the workspace, enterprise and app that the bot's own token is of, or not.
//!
//! Three things are told apart. An *app* that is not ours: then nobody of ours waits for an answer. An *installation* that is
//! not ours: another workspace that has installed the same app, or another enterprise. And a *person* of another
//! organisation, who shares a channel with us (Slack Connect), though what they do reaches our installation.
//!
//! Events name the installation that they are for in `authorizations`; their outer `team_id` and `enterprise_id` are, in a
//! shared channel, those of either side, also for what our own people write. Who wrote it is in `user_team`, `source_team`
//! or `team`, the first of them that is there. Interactions name the installation in `team` (`null` where the app is
//! installed for a whole enterprise) or in `view.app_installed_team_id`, and the person's home in `user.team_id`, which is
//! the enterprise's id where there is one.
//! <https://docs.slack.dev/apis/slack-connect>, <https://docs.slack.dev/reference/interaction-payloads/>

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{CallError, Client};
use crate::chat::ChatError;

/// The workspaces of an enterprise are told in pages of this many at most.
const PAGE: u32 = 1_000;

/// Who the bot is on Slack, as its own token says.
#[derive(Debug, Default)]
pub(super) struct Identity {
    /// Its user id.
    pub(super) user: String,
    /// Its bot id.
    pub(super) bot: String,
    /// Its workspace.
    team: String,
    /// The enterprise that its workspace is of, if any.
    enterprise: Option<String>,
    /// Whether it is installed for the whole enterprise; then any workspace of that is its own.
    is_enterprise_install: bool,
    /// The enterprise's workspaces that the app is approved for.
    teams: BTreeSet<String>,
    /// The app. Over HTTP Slack may tell it only with the first thing that comes, which the app's own secret signed.
    app: OnceLock<String>,
}

/// Whose something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Ours.
    Ours,
    /// A person's who is not of our workspace, and who is told so; with what it names.
    Stranger(String),
    /// Another app's or installation's, with what it names.
    Foreign(String),
}

#[derive(Deserialize)]
struct Authenticated {
    user_id: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    bot_id: String,
    #[serde(default)]
    team_id: String,
    #[serde(default)]
    enterprise_id: Option<String>,
    #[serde(default)]
    is_enterprise_install: Option<bool>,
    #[serde(default)]
    app_id: Option<String>,
}

#[derive(Deserialize)]
struct BotInfo {
    #[serde(default)]
    bot: Value,
}

#[derive(Deserialize)]
struct Teams {
    #[serde(default)]
    teams: Vec<Team>,
    #[serde(default)]
    response_metadata: Value,
}

#[derive(Deserialize)]
struct Team {
    id: String,
}

impl Identity {
    /// Asks Slack who the token's owner is; with the workspace's address.
    pub(super) async fn ask(client: &Client) -> Result<(Self, Option<String>), ChatError> {
        let me: Authenticated =
            client.call("auth.test", &json!({})).await.map_err(|error| error.about("auth.test", ""))?;
        let is_enterprise_install = me.is_enterprise_install.unwrap_or(false);
        let enterprise = me.enterprise_id.filter(|id| !id.is_empty());
        if me.team_id.is_empty() || (is_enterprise_install && enterprise.is_none()) {
            return Err(ChatError::fatal("Slack does not say which workspace the bot token is of".to_owned()));
        }
        let teams = if is_enterprise_install { teams(client).await? } else { BTreeSet::new() };
        let identity = Self {
            user: me.user_id,
            bot: me.bot_id,
            team: me.team_id,
            enterprise,
            is_enterprise_install,
            teams,
            app: OnceLock::new(),
        };
        let of_bot = match me.app_id {
            Some(app) => Some(app),
            None => identity.app_of_bot(client).await,
        };
        let of_socket = client.app_of_token();
        if let (Some(bot), Some(socket)) = (&of_bot, of_socket)
            && bot != socket
        {
            return Err(ChatError::fatal(format!(
                "the bot token is of the Slack app {bot}, and the app-level token of {socket}: take both from one app"
            )));
        }
        if let Some(app) = of_bot.or_else(|| of_socket.map(str::to_owned)) {
            identity.is_app(&app);
        }
        Ok((identity, me.url))
    }

    /// The bot's app. Only a token with the scope `users:read` is told.
    async fn app_of_bot(&self, client: &Client) -> Option<String> {
        let asked = client.ask::<BotInfo>("bots.info", &[("bot", self.bot.as_str())]).await;
        let told = asked.inspect_err(|error| {
            if let CallError::Refused(refusal) = error {
                tracing::debug!(error = refusal.code, "Slack does not tell the bot's app");
            } else {
                tracing::debug!("Slack could not be asked for the bot's app");
            }
        });
        told.ok()?.bot["app_id"].as_str().map(str::to_owned)
    }

    /// Notes that Slack names this as our app. The first name stays; `false` where this is another one.
    pub(super) fn is_app(&self, app: &str) -> bool {
        self.app.get_or_init(|| app.to_owned()) == app
    }

    /// Whose something is, by the kind of its envelope and what is in it.
    pub(super) fn whose(&self, kind: &str, payload: &Value) -> Whose {
        let whose = match kind {
            "slash_commands" => self.whose_command(payload),
            "interactive" => self.whose_interaction(payload),
            "events_api" => self.whose_event(payload),
            _ => Whose::Ours,
        };
        if whose == Whose::Ours
            && let Some(app) = text(&payload["api_app_id"])
        {
            self.is_app(app);
        }
        whose
    }

    fn whose_command(&self, command: &Value) -> Whose {
        if let Some(foreign) = self.other_app(text(&command["api_app_id"]), true) {
            return foreign;
        }
        let (team, enterprise) = (text(&command["team_id"]), text(&command["enterprise_id"]));
        // Slack names a workspace in every command, and the person's is the one that it is typed in.
        self.other_installation(team, enterprise).map_or(Whose::Ours, Whose::Stranger)
    }

    fn whose_interaction(&self, payload: &Value) -> Whose {
        let (view, user) = (&payload["view"], &payload["user"]);
        let app = text(&payload["api_app_id"]).or(text(&view["app_id"]));
        let home = text(&user["team_id"]);
        let team = text(&view["app_installed_team_id"]).or(text(&payload["team"]["id"]));
        let enterprise = text(&payload["enterprise"]["id"]).or(text(&payload["team"]["enterprise_id"]));
        let is_form = payload["type"] == "view_submission";
        // A form is shown only by our own token, to whom a click of theirs was taken as ours, and what it carries is ours:
        // whatever it names has to fit, and it need not name anything.
        let names_nothing = app.is_none() && team.is_none() && enterprise.is_none() && home.is_none();
        if is_form && names_nothing && text(&view["team_id"]).is_none() {
            return Whose::Ours;
        }
        if let Some(foreign) = self.other_app(app, !is_form) {
            return foreign;
        }
        let installed = match team {
            Some(team) => self.other_installation(Some(team), enterprise),
            // `null` for an app of a whole enterprise; Slack's own libraries then go by the person or the form.
            None if self.is_enterprise_install && enterprise.is_some() => self.other_installation(None, enterprise),
            None => self.other_installation(home.or(text(&view["team_id"])), enterprise),
        };
        if let Some(named) = installed {
            return Whose::Stranger(named);
        }
        match home {
            Some(home) if !self.is_home(home) => Whose::Stranger(format!("person of {home}")),
            // `user.team_id` is documented as optional.
            _ => Whose::Ours,
        }
    }

    fn whose_event(&self, payload: &Value) -> Whose {
        if let Some(foreign) = self.other_app(text(&payload["api_app_id"]), true) {
            return foreign;
        }
        let (team, enterprise) = (text(&payload["team_id"]), text(&payload["enterprise_id"]));
        let authorized = payload["authorizations"].as_array().filter(|all| !all.is_empty());
        let foreign = match authorized {
            Some(all) => {
                let other = |one: &Value| self.other_installation(text(&one["team_id"]), text(&one["enterprise_id"]));
                let others: Option<Vec<String>> = all.iter().map(other).collect();
                others.and_then(|mut others| others.pop())
            }
            None => self.other_installation(team, enterprise),
        };
        if let Some(named) = foreign {
            return Whose::Foreign(named);
        }
        let event = &payload["event"];
        let by_person = text(&event["user"]).is_some() && text(&event["bot_id"]).is_none();
        let home = ["user_team", "source_team", "team"].into_iter().find_map(|name| text(&event[name])).or(team);
        let Some(home) = home.filter(|_| by_person) else { return Whose::Ours };
        let of_our_enterprise = self.enterprise.is_some()
            // All who share a channel that is not shared with outsiders are of our enterprise, whichever their workspace.
            && (payload["is_ext_shared_channel"] == false || (team == Some(home) && enterprise == self.enterprise.as_deref()));
        if self.is_home(home) || of_our_enterprise { Whose::Ours } else { Whose::Stranger(format!("person of {home}")) }
    }

    /// Whether somebody whose home Slack names so is of our own workspace or enterprise.
    fn is_home(&self, home: &str) -> bool {
        home == self.team || self.enterprise.as_deref() == Some(home) || self.teams.contains(home)
    }

    /// What names another app; also where one has to be named and is not.
    fn other_app(&self, named: Option<&str>, has_to: bool) -> Option<Whose> {
        let ours = self.app.get()?;
        match named {
            Some(app) if app == ours => None,
            Some(app) => Some(Whose::Foreign(format!("app {app}"))),
            None => has_to.then(|| Whose::Foreign("no app named".to_owned())),
        }
    }

    /// What names another installation than ours; also where none is named.
    fn other_installation(&self, team: Option<&str>, enterprise: Option<&str>) -> Option<String> {
        if let Some(enterprise) = enterprise
            && self.enterprise.as_deref() != Some(enterprise)
        {
            return Some(format!("enterprise {enterprise}"));
        }
        match team {
            _ if self.is_enterprise_install && enterprise.is_some() => None,
            Some(team) if team == self.team || self.teams.contains(team) => None,
            Some(team) => Some(format!("workspace {team}")),
            None => Some("no workspace named".to_owned()),
        }
    }
}

/// The workspaces that an app of a whole enterprise is approved for.
async fn teams(client: &Client) -> Result<BTreeSet<String>, ChatError> {
    const METHOD: &str = "auth.teams.list";
    let mut all = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let mut arguments = json!({"limit": PAGE});
        if !cursor.is_empty() {
            arguments["cursor"] = json!(cursor);
        }
        let page: Teams = client.call(METHOD, &arguments).await.map_err(|error| error.about(METHOD, ""))?;
        all.extend(page.teams.into_iter().map(|team| team.id));
        match text(&page.response_metadata["next_cursor"]) {
            Some(next) if next != cursor => next.clone_into(&mut cursor),
            _ => return Ok(all),
        }
    }
}

/// A text that says something.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
