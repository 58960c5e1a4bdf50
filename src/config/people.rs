//! Who may do what: `[[person]]`. A person has any number of accounts on each platform, and is one to every rule by all of
//! them.

use crate::incident::approval::{Account, Person, Platform};

use crate::settings::Section;

const REQUEST: &str = "request";
const APPROVE: &str = "approve";

/// Every person. No two share a name or an account: one human is one person, or the two-person rule would be none.
pub(super) fn people(root: &mut Section<'_>) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for mut section in root.sections("person") {
        let person = person(&mut section);
        if people.iter().any(|other| other.name.eq_ignore_ascii_case(&person.name)) {
            section.problem("name", format!("{:?} is the name of an earlier person already", person.name));
        }
        for account in &person.accounts {
            if let Some(other) = people.iter().find(|other| other.accounts.contains(account)) {
                let (user, owner, name) = (&account.user, &other.name, &person.name);
                section.problem(
                    &account.platform.to_string(),
                    format!("{user} is in {owner:?} and in {name:?}; one account is one person's"),
                );
            }
        }
        section.finish();
        people.push(person);
    }
    people
}

fn person(section: &mut Section<'_>) -> Person {
    let name = section
        .required("name", "a name, as people call them", |text| (!text.is_empty()).then(|| text.to_owned()))
        .unwrap_or_default();
    let slack = section.one_or_more("slack", false, "Slack member ids such as \"U024BE7LH\", not names", |text| {
        slack_id(text, &['U', 'W']).then(|| Account { platform: Platform::Slack, user: text.to_owned() })
    });
    let discord = section.one_or_more("discord", true, "Discord user ids: 17 to 20 digits, in quotes", |text| {
        snowflake(text).map(|user| Account { platform: Platform::Discord, user })
    });
    let has = |key: &str| section.has(key) && !section.is_empty_list(key);
    if !has("slack") && !has("discord") {
        section.problem("slack", "it is missing, and so is discord: a person without an account can do nothing");
    }
    let may = section.words("may", &[REQUEST, APPROVE]);
    Person {
        name,
        accounts: slack.into_iter().chain(discord).collect(),
        may_request: may.iter().any(|word| word == REQUEST),
        may_approve: may.iter().any(|word| word == APPROVE),
        notify: !section.has("notify") | section.truth("notify"),
    }
}

/// One of Discord's ids. Of fewer digits there are none, and of more there will be none.
pub(super) fn snowflake(text: &str) -> Option<String> {
    let digits = (17..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.to_owned())
}

/// Whether a text looks like one of Slack's ids that begin with one of these letters.
pub(super) fn slack_id(text: &str, letters: &[char]) -> bool {
    // Slack names no length; the shortest seen are nine characters, and simulators use shorter ones.
    text.starts_with(letters)
        && (3..=24).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Whether two different persons could ever do both halves of a restart.
pub(super) fn two_could(people: &[Person]) -> bool {
    people
        .iter()
        .filter(|one| one.may_request)
        .any(|one| people.iter().any(|other| other.may_approve && other.name != one.name))
}
