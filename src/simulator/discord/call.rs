//! Which call a request is.

use axum::http::Method;

/// A call: its name, whether it needs the bot's token, and what its path names.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) name: &'static str,
    pub(super) authorized: bool,
    /// What its rate limit is counted by.
    pub(super) major: &'a str,
    /// The path's variable parts, in order.
    pub(super) ids: [&'a str; 3],
}

/// Which call a request is.
pub(super) fn call<'a>(method: &Method, path: &[&'a str]) -> Option<Call<'a>> {
    let of = |name, authorized, ids: [&'a str; 3]| Some(Call { name, authorized, major: ids[0], ids });
    match (method.as_str(), path) {
        ("GET", ["gateway"]) => of("get_gateway", false, [""; 3]),
        ("GET", ["gateway", "bot"]) => of("get_gateway_bot", true, [""; 3]),
        ("GET", ["users", "@me"]) => of("get_me", true, [""; 3]),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => of("get_application", true, [""; 3]),
        ("GET", ["applications", app, "commands"]) => of("get_commands", true, [app, "", ""]),
        ("POST", ["users", "@me", "channels"]) => of("create_dm", true, [""; 3]),
        ("GET", ["guilds", guild, "members", user]) => of("get_member", true, [guild, user, ""]),
        ("GET", ["guilds", guild, "roles"]) => of("get_roles", true, [guild, "", ""]),
        ("PUT", ["applications", app, "commands"]) => of("set_commands", true, [app, "", ""]),
        ("GET", ["applications", app, "guilds", guild, "commands"]) => of("get_commands", true, [app, guild, ""]),
        ("PUT", ["applications", app, "guilds", guild, "commands"]) => of("set_commands", true, [app, guild, ""]),
        ("GET", ["channels", channel]) => of("get_channel", true, [channel, "", ""]),
        ("GET", ["channels", channel, "messages"]) => of("get_messages", true, [channel, "", ""]),
        ("POST", ["channels", channel, "messages"]) => of("create_message", true, [channel, "", ""]),
        ("GET", ["channels", channel, "messages", message]) => of("get_message", true, [channel, message, ""]),
        ("PATCH", ["channels", channel, "messages", message]) => of("edit_message", true, [channel, message, ""]),
        ("DELETE", ["channels", channel, "messages", message]) => of("delete_message", true, [channel, message, ""]),
        ("POST", ["channels", channel, "messages", message, "threads"]) => {
            of("start_thread", true, [channel, message, ""])
        }
        ("POST", ["interactions", id, token, "callback"]) => of("create_response", false, [id, token, ""]),
        ("POST", ["webhooks", app, token]) => of("create_followup", false, [app, token, ""]),
        ("GET", ["webhooks", app, token, "messages", message]) => of("get_original", false, [app, token, message]),
        ("PATCH", ["webhooks", app, token, "messages", message]) => of("edit_original", false, [app, token, message]),
        ("DELETE", ["webhooks", app, token, "messages", message]) => {
            of("delete_original", false, [app, token, message])
        }
        _ => None,
    }
}
