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
mod tests {
    use super::*;

    impl Identity {
        /// Of a workspace of its own, with an app that is not known yet.
        pub(in crate::chat::slack) fn of(user: &str, bot: &str, team: &str) -> Self {
            Self { user: user.to_owned(), bot: bot.to_owned(), team: team.to_owned(), ..Self::default() }
        }
    }

    /// The workspace T0OURS with the app A0OURS, of an enterprise where `enterprise` says so.
    fn us(enterprise: Option<&str>, is_enterprise_install: bool) -> Identity {
        let team = if is_enterprise_install { "E0OURS" } else { "T0OURS" };
        let teams = if is_enterprise_install { ["T0OURS".to_owned(), "T0SISTER".to_owned()].into() } else { [].into() };
        let enterprise = enterprise.map(str::to_owned);
        let us = Identity { enterprise, is_enterprise_install, teams, ..Identity::of("U0BOT", "B0BOT", team) };
        assert!(us.is_app("A0OURS"));
        us
    }

    fn check(us: &Identity, kind: &str, cases: impl IntoIterator<Item = (Value, &'static str)>) {
        for (mut payload, wanted) in cases {
            if payload["api_app_id"].is_null() {
                payload["api_app_id"] = json!("A0OURS");
            }
            let found = match us.whose(kind, &payload) {
                Whose::Ours => "ours".to_owned(),
                Whose::Stranger(named) => format!("stranger: {named}"),
                Whose::Foreign(named) => format!("foreign: {named}"),
            };
            assert_eq!(found, wanted, "{payload}");
        }
    }

    #[test]
    fn a_command_is_of_the_workspace_that_it_names() {
        check(
            &us(None, false),
            "slash_commands",
            [
                (json!({"team_id": "T0OURS"}), "ours"),
                (json!({"team_id": "T0OURS", "enterprise_id": ""}), "ours"),
                (json!({"team_id": "T0OTHER"}), "stranger: workspace T0OTHER"),
                (json!({"team_id": "T0OURS", "enterprise_id": "E0OTHER"}), "stranger: enterprise E0OTHER"),
                (json!({}), "stranger: no workspace named"),
                (json!({"team_id": "T0OURS", "api_app_id": "A0OTHER"}), "foreign: app A0OTHER"),
                (json!({"team_id": "T0OURS", "api_app_id": ""}), "foreign: no app named"),
            ],
        );
        check(
            &us(Some("E0OURS"), false),
            "slash_commands",
            [
                (json!({"team_id": "T0OURS", "enterprise_id": "E0OURS"}), "ours"),
                (json!({"team_id": "T0OURS"}), "ours"),
                (json!({"team_id": "T0SISTER", "enterprise_id": "E0OURS"}), "stranger: workspace T0SISTER"),
            ],
        );
        check(
            &us(Some("E0OURS"), true),
            "slash_commands",
            [
                (json!({"team_id": "T0OURS", "enterprise_id": "E0OURS"}), "ours"),
                (json!({"team_id": "T0NEW", "enterprise_id": "E0OURS"}), "ours"),
                (json!({"team_id": "T0SISTER"}), "ours"),
                (json!({"team_id": "T0NEW"}), "stranger: workspace T0NEW"),
                (json!({"team_id": "T0OURS", "enterprise_id": "E0OTHER"}), "stranger: enterprise E0OTHER"),
            ],
        );
    }

    #[test]
    fn an_interaction_names_the_installation_and_the_person() {
        let user = |team: &str| json!({"id": "U1", "team_id": team});
        check(
            &us(None, false),
            "interactive",
            [
                (json!({"team": {"id": "T0OURS"}, "user": user("T0OURS"), "enterprise": null}), "ours"),
                (json!({"team": {"id": "T0OURS"}, "user": {"id": "U1"}}), "ours"),
                (json!({"user": user("T0OURS")}), "ours"),
                (json!({"team": {"id": "T0OURS"}, "user": user("T0OTHER")}), "stranger: person of T0OTHER"),
                (json!({"team": {"id": "T0OURS"}, "user": user("E0OTHER")}), "stranger: person of E0OTHER"),
                (json!({"team": {"id": "T0OTHER"}, "user": user("T0OURS")}), "stranger: workspace T0OTHER"),
                (json!({"team": {"id": "T0OURS", "enterprise_id": "E0OTHER"}}), "stranger: enterprise E0OTHER"),
                (json!({"user": {"id": "U1"}}), "stranger: no workspace named"),
                (json!({"team": {"id": "T0OURS"}, "api_app_id": "A0OTHER"}), "foreign: app A0OTHER"),
                (json!({"team": {"id": "T0OURS"}, "api_app_id": ""}), "foreign: no app named"),
            ],
        );
        let form =
            |view: Value| json!({"type": "view_submission", "api_app_id": "", "user": {"id": "U1"}, "view": view});
        check(
            &us(None, false),
            "interactive",
            [
                (form(json!({"callback_id": "stager-restart"})), "ours"),
                (form(json!({"app_installed_team_id": "T0OURS", "app_id": "A0OURS"})), "ours"),
                (form(json!({"app_installed_team_id": "T0OTHER"})), "stranger: workspace T0OTHER"),
                (form(json!({"team_id": "T0OTHER"})), "stranger: workspace T0OTHER"),
                (form(json!({"app_id": "A0OTHER"})), "foreign: app A0OTHER"),
            ],
        );
        let enterprise = json!({"id": "E0OURS", "name": "ours"});
        check(
            &us(Some("E0OURS"), false),
            "interactive",
            [
                (json!({"team": {"id": "T0OURS", "enterprise_id": "E0OURS"}, "user": user("E0OURS")}), "ours"),
                (json!({"team": {"id": "T0OURS"}, "user": user("E0OTHER")}), "stranger: person of E0OTHER"),
            ],
        );
        check(
            &us(Some("E0OURS"), true),
            "interactive",
            [
                (json!({"team": null, "enterprise": enterprise, "user": user("T0SISTER")}), "ours"),
                (json!({"team": null, "enterprise": enterprise, "user": user("E0OURS")}), "ours"),
                (
                    json!({"team": null, "enterprise": enterprise, "user": user("T0OTHER")}),
                    "stranger: person of T0OTHER",
                ),
                (
                    json!({"team": null, "enterprise": {"id": "E0OTHER"}, "user": user("T0OURS")}),
                    "stranger: enterprise E0OTHER",
                ),
                (json!({"team": null, "enterprise": null, "user": {"id": "U1"}}), "stranger: no workspace named"),
            ],
        );
    }

    /// In shared channels the outer ids are either side's, whoever writes.
    #[test]
    fn an_event_names_the_installation_in_its_authorizations_and_its_author_inside() {
        let ours = || json!([{"team_id": "T0OURS", "enterprise_id": null, "is_enterprise_install": false}]);
        let others = || json!([{"team_id": "T0OTHER", "enterprise_id": null, "is_enterprise_install": false}]);
        check(
            &us(None, false),
            "events_api",
            [
                (json!({"team_id": "T0OURS", "event": {"user": "U1"}}), "ours"),
                (json!({"team_id": "T0OURS", "event": {"user": "U1", "team": "T0OURS"}}), "ours"),
                // Our own person mentions the bot in a channel that the other organisation hosts.
                (
                    json!({"team_id": "T0OTHER", "enterprise_id": "E0OTHER", "authorizations": ours(), "is_ext_shared_channel": true,
                "event": {"user": "U1", "team": "T0OTHER", "user_team": "T0OURS", "source_team": "T0OURS"}}),
                    "ours",
                ),
                (
                    json!({"team_id": "T0OURS", "context_team_id": "T0OTHER", "context_enterprise_id": "E0OTHER",
                "authorizations": ours(), "event": {"user": "U1", "team": "T0OURS"}}),
                    "ours",
                ),
                // One of theirs, as a mention and as a message.
                (
                    json!({"team_id": "T0OURS", "authorizations": ours(), "is_ext_shared_channel": true,
                "event": {"user": "U1", "team": "T0OURS", "user_team": "E0OTHER"}}),
                    "stranger: person of E0OTHER",
                ),
                (
                    json!({"team_id": "T0OTHER", "enterprise_id": "E0OTHER", "authorizations": ours(),
                "event": {"user": "U1", "team": "T0OTHER"}}),
                    "stranger: person of T0OTHER",
                ),
                (
                    json!({"team_id": "T0OURS", "event": {"user": "U1", "source_team": "T0OTHER"}}),
                    "stranger: person of T0OTHER",
                ),
                // A bot is listened to by its own id or not at all.
                (
                    json!({"team_id": "T0OTHER", "authorizations": ours(), "event": {"bot_id": "B1", "user": "U1", "team": "T0OTHER"}}),
                    "ours",
                ),
                (
                    json!({"team_id": "T0OURS", "authorizations": others(), "event": {"user": "U1"}}),
                    "foreign: workspace T0OTHER",
                ),
                (json!({"team_id": "T0OTHER", "event": {"user": "U1"}}), "foreign: workspace T0OTHER"),
                (
                    json!({"team_id": "T0OURS", "enterprise_id": "E0OTHER", "event": {"user": "U1"}}),
                    "foreign: enterprise E0OTHER",
                ),
                (json!({"event": {"user": "U1"}}), "foreign: no workspace named"),
                (
                    json!({"team_id": "T0OURS", "api_app_id": "A0OTHER", "event": {"user": "U1"}}),
                    "foreign: app A0OTHER",
                ),
            ],
        );
        let enterprise = || json!([{"team_id": null, "enterprise_id": "E0OURS", "is_enterprise_install": true}]);
        let event = |shared: bool, team: &str, enterprise_id: &str| {
            json!({"team_id": team, "enterprise_id": enterprise_id, "authorizations": enterprise(),
                "is_ext_shared_channel": shared, "event": {"user": "U1", "team": team}})
        };
        check(
            &us(Some("E0OURS"), true),
            "events_api",
            [
                (event(false, "T0OURS", "E0OURS"), "ours"),
                (event(false, "T0NEW", "E0OURS"), "ours"),
                (event(true, "T0NEW", "E0OURS"), "ours"),
                (event(true, "T0OTHER", "E0OTHER"), "stranger: person of T0OTHER"),
            ],
        );
    }

    #[test]
    fn the_first_thing_that_is_signed_names_the_app_where_slack_does_not_tell_it() {
        let us = Identity::of("U0BOT", "B0BOT", "T0OURS");
        let command = |team: &str, app: &str| us.whose("slash_commands", &json!({"team_id": team, "api_app_id": app}));
        assert!(matches!(command("T0OTHER", "A0OTHER"), Whose::Stranger(_)));
        assert_eq!(command("T0OURS", "A0OURS"), Whose::Ours);
        assert!(matches!(command("T0OURS", "A0OTHER"), Whose::Foreign(_)));
        assert_eq!(command("T0OURS", "A0OURS"), Whose::Ours);
    }
}
