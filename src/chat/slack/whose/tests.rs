//! What names us, and what names others.

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
    let form = |view: Value| json!({"type": "view_submission", "api_app_id": "", "user": {"id": "U1"}, "view": view});
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
            (json!({"team": null, "enterprise": enterprise, "user": user("T0OTHER")}), "stranger: person of T0OTHER"),
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
            (json!({"team_id": "T0OURS", "api_app_id": "A0OTHER", "event": {"user": "U1"}}), "foreign: app A0OTHER"),
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
