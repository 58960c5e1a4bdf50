//! Whether a chat platform takes the bot, whether its channels do, and whether the people of the configuration exist there.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt as _;

use super::clocks;
use crate::causes::causes;
use crate::chat::keys::{Keys, Remedy};
use crate::chat::platforms::Settings;
use crate::chat::{Card, Chat, ChatError, Known, Looked, Tone, http};
use crate::checkup::{Finding, Subject};
use crate::clock;
use crate::config::Config;
use crate::incident::account::Platform;
use crate::incident::phrase::Phrase;
use crate::incident::standing::Right;
use crate::words::Words;

/// How many questions are asked at once: platforms count them.
const AT_ONCE: usize = 4;

/// Looks at one platform. With `post`, every channel is shown a test message, too.
pub(super) async fn look(settings: &Settings, config: &Config, post: bool) -> Vec<Finding> {
    let keys = settings.keys();
    let (platform, about, token) = (keys.platform, Subject::Chat(keys.platform), keys.doctor.token.check);
    let address = settings.anybodys();
    let (identified, ahead) = tokio::join!(settings.identify(), http::ahead(&address));
    let mut found: Vec<Finding> = ahead.ok().map(|ahead| clocks::compare(platform.name(), ahead)).into_iter().collect();
    let chat = match identified {
        Ok(chat) => chat,
        Err(error) => {
            found.push(Finding::failure(about, token, causes(&error), mend(keys, &error)));
            return found;
        }
    };
    found.push(Finding::ok(about, token, format!("{platform} accepts the bot's token")));
    let (set_up, channels, people, groups, pictures) = tokio::join!(
        chat.set_up(),
        channels(&chat, keys, config),
        people(&chat, keys, config),
        groups(&chat, keys, config),
        pictures(&chat, keys, config)
    );
    found.extend(set_up);
    found.extend(pictures);
    found.extend(channels);
    found.extend(people);
    found.extend(groups);
    if post {
        found.extend(posts(&chat, keys, config).await);
    }
    found
}

fn mend(keys: &Keys, error: &ChatError) -> String {
    match error {
        ChatError::Fatal(_) => keys.doctor.token.to_do.to_owned(),
        ChatError::RateLimited(_) => "wait, and run this again".to_owned(),
        _ => {
            let section = keys.platform;
            format!("see that HTTPS gets from here to {section}: DNS, firewall, NetworkPolicy, HTTPS_PROXY")
        }
    }
}

/// The home channels on this platform, and those that escalations go to, each once.
fn all_channels(platform: Platform, config: &Config) -> BTreeSet<&String> {
    let homes = config.environments.iter().filter_map(|one| one.channels.get(&platform));
    homes.chain(config.notify.escalation.iter().filter_map(|step| step.channels.get(&platform))).collect()
}

async fn channels(chat: &Arc<dyn Chat>, keys: &Keys, config: &Config) -> Vec<Finding> {
    let platform = keys.platform;
    let about = Subject::Chat(platform);
    let Remedy { check, to_do: invite } = keys.doctor.channel;
    let one = |channel: &String| {
        let channel = channel.clone();
        async move {
            let finding = match chat.look_closely(&channel).await {
                Ok(Looked::Open) => {
                    Finding::ok(about, check, format!("the bot is in channel {channel}, and may write there"))
                }
                Ok(Looked::NotTold(why)) => Finding::warning(
                    about,
                    check,
                    format!("whether channel {channel} takes the bot's messages is not told: {why}"),
                    "grant that, or try it: stagerbot doctor --post shows a test message there",
                ),
                Err(error @ ChatError::Closed(_)) => {
                    // The reason names what is to be done, where there is something.
                    Finding::failure(about, check, error.to_string(), invite)
                }
                Err(error) => Finding::warning(
                    about,
                    check,
                    format!("channel {channel} could not be looked at: {}", causes(&error)),
                    "run this again",
                ),
            };
            finding.of(channel)
        }
    };
    futures::stream::iter(all_channels(platform, config).into_iter().map(one)).buffered(AT_ONCE).collect().await
}

/// What pictures of closed incidents take, where these are wanted: nothing else misses it.
async fn pictures(chat: &Arc<dyn Chat>, keys: &Keys, config: &Config) -> Vec<Finding> {
    let Remedy { check, to_do } = keys.doctor.pictures;
    let mut found: Vec<Finding> = Vec::new();
    if !config.incidents.pictures {
        return found;
    }
    for channel in config.environments.iter().filter_map(|one| one.channels.get(&keys.platform)) {
        let Some(what) = chat.lacks_for_pictures(channel).await else { continue };
        let what = format!("{what}, which incidents.pictures needs");
        if !found.iter().any(|known| known.what == what) {
            found.push(Finding::warning(Subject::Chat(keys.platform), check, what, to_do));
        }
    }
    found
}

/// Whether everybody exists there.
async fn people(chat: &Arc<dyn Chat>, keys: &Keys, config: &Config) -> Vec<Finding> {
    const CHECK: &str = "people.known";
    let platform = keys.platform;
    let mut accounts = Vec::new();
    for person in &config.policy.people {
        for account in person.accounts.iter().filter(|account| account.platform == platform) {
            accounts.push((person.name.clone(), account.user.clone()));
        }
    }
    let asked = accounts.into_iter().map(|(name, user)| async move {
        let known = chat.known(&user).await;
        (name, user, known)
    });
    let answers: Vec<_> = futures::stream::iter(asked).buffered(AT_ONCE).collect().await;
    let (mut found, mut known, mut untold) = (Vec::new(), Vec::new(), None);
    for (name, user, answer) in answers {
        let what = match answer {
            Ok(Known::Yes) => {
                known.push(name);
                continue;
            }
            Ok(Known::NotTold) => {
                untold = Some("the platform does not tell the bot".to_owned());
                continue;
            }
            Err(error) => {
                untold = Some(causes(&error));
                continue;
            }
            Ok(Known::No) => format!("{name}: {platform} knows no account {user}"),
            Ok(Known::Deactivated) => format!("{name}: the account {user} on {platform} is deactivated"),
        };
        let to_do = format!("mend {platform} = … of [[person]] {name}, or take them out");
        found.push(Finding::failure(Subject::People, CHECK, what, to_do).of(name));
    }
    if let Some(why) = untold {
        let what = format!("whether everybody named exists on {platform} is not known: {why}");
        found.push(Finding::warning(Subject::People, CHECK, what, keys.doctor.people));
    } else if !known.is_empty() {
        found.push(Finding::ok(Subject::People, CHECK, format!("{platform} knows {}", known.join(", "))));
    }
    found
}

/// Whether the platform tells who is in the groups that give rights, and whether that is anybody of the configuration.
async fn groups(chat: &Arc<dyn Chat>, keys: &Keys, config: &Config) -> Vec<Finding> {
    const CHECK: &str = "people.groups";
    let platform = keys.platform;
    let accounts = config.policy.people.iter().flat_map(|person| &person.accounts);
    let users: Vec<&str> =
        accounts.filter(|account| account.platform == platform).map(|account| account.user.as_str()).collect();
    let mut found = Vec::new();
    for grant in config.policy.grants.iter().filter(|grant| grant.platform == platform) {
        let name = grant.name();
        let finding = match chat.members(&grant.group, &users).await {
            Ok(members) if members.is_empty() && grant.rights != [Right::Look] => Finding::warning(
                Subject::People,
                CHECK,
                format!("nobody of the configuration is in the group {name}, so that it gives nobody a right"),
                "add a [[person]] who is in it, or take the [[group]] out",
            ),
            Ok(members) => {
                let what = format!("{platform} tells who is in the group {name}: {} of the people here", members.len());
                Finding::ok(Subject::People, CHECK, what)
            }
            Err(error) => {
                let why = causes(&error);
                let what = format!("who is in the group {name} is not told, so that it gives nobody a right: {why}");
                Finding::failure(Subject::People, CHECK, what, keys.doctor.groups)
            }
        };
        found.push(finding.of(&name));
    }
    found
}

/// Shows every channel a test message.
async fn posts(chat: &Arc<dyn Chat>, keys: &Keys, config: &Config) -> Vec<Finding> {
    let (platform, about, check) = (keys.platform, Subject::Chat(keys.platform), keys.doctor.post);
    let key = format!("doctor/{}", clock::now().as_microsecond());
    let mut found = Vec::new();
    for channel in all_channels(platform, config) {
        let home = config.environments.iter().find(|one| one.channels.get(&platform) == Some(channel));
        let words = Words::in_language(home.map(|one| one.language).unwrap_or_default());
        let headline = words.say(&Phrase::new("doctor-test"));
        let card = Card { headline, tone: Tone::Good, blocks: Vec::new(), buttons: Vec::new() };
        let finding = match chat.post(channel, &key, &card).await {
            Ok(_) => Finding::ok(about, check, format!("a test message stands in channel {channel}")),
            Err(error) => {
                let to_do = "mend what it says, and run this again";
                Finding::failure(about, check, causes(&error), to_do)
            }
        };
        found.push(finding.of(channel));
    }
    found
}
