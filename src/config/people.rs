//! Who may do what: `[[person]]`. A person has any number of accounts on each platform, and is one to every rule by all of
//! them.

use crate::chat::platforms::PLATFORMS;
use crate::incident::approval::{Account, Person};

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
    let mut accounts = Vec::new();
    for keys in PLATFORMS {
        let (platform, fits) = (keys.platform, keys.accounts.fits);
        let key = platform.to_string();
        accounts.extend(section.one_or_more(&key, keys.accounts.digits, keys.accounts.several, |text| {
            fits(text).then(|| Account { platform, user: text.to_owned() })
        }));
    }
    let names = PLATFORMS.map(|keys| keys.platform.to_string());
    if !names.iter().any(|key| section.has(key) && !section.is_empty_list(key)) {
        let [first, others @ ..] = &names;
        let others = others.join(", ");
        section
            .problem(first, format!("it is missing, and so is {others}: a person without an account can do nothing"));
    }
    let may = section.words("may", &[REQUEST, APPROVE]);
    Person {
        name,
        accounts,
        may_request: may.iter().any(|word| word == REQUEST),
        may_approve: may.iter().any(|word| word == APPROVE),
        notify: !section.has("notify") | section.truth("notify"),
    }
}

/// Whether two different persons could ever do both halves of a restart.
pub(super) fn two_could(people: &[Person]) -> bool {
    people
        .iter()
        .filter(|one| one.may_request)
        .any(|one| people.iter().any(|other| other.may_approve && other.name != one.name))
}
