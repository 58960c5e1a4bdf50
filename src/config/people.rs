//! Who may do what: `[[person]]`.

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
                let (user, owner) = (&account.user, &other.name);
                section.problem(
                    &account.platform.to_string(),
                    format!("{user} belongs to {owner:?} already; one account is one person's"),
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
    let slack = section.optional("slack", "a Slack member id such as \"U024BE7LH\", not a name", |text| {
        slack_id(text, &['U', 'W']).then(|| text.to_owned())
    });
    let discord = section.number("discord", "a Discord user id: 17 to 20 digits, in quotes", snowflake);
    if !section.has("slack") && !section.has("discord") {
        section.problem("slack", "it is missing, and so is discord: a person without an account can do nothing");
    }
    let account = |platform, user: Option<String>| user.map(|user| Account { platform, user });
    let accounts = [account(Platform::Slack, slack), account(Platform::Discord, discord)];
    let may = section.words("may", &[REQUEST, APPROVE]);
    Person {
        name,
        accounts: accounts.into_iter().flatten().collect(),
        may_request: may.iter().any(|word| word == REQUEST),
        may_approve: may.iter().any(|word| word == APPROVE),
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
