//! Who may do what: `[[person]]` and `[[group]]`. A person has any number of accounts on each platform, and is one to every rule by all of
//! them.

use crate::chat::platforms::PLATFORMS;
use crate::incident::account::Account;
use crate::incident::policy::{Person, Policy};
use crate::incident::rules::Look;
use crate::incident::standing::{Grant, Right};

use crate::settings::Section;

/// What can be allowed.
const RIGHTS: [Right; 3] = [Right::Look, Right::Request, Right::Approve];

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
    let may = rights(section);
    Person {
        name,
        accounts,
        may_request: may.contains(&Right::Request),
        may_approve: may.contains(&Right::Approve),
        notify: !section.has("notify") | section.truth("notify"),
    }
}

/// What somebody may do. Every person may look, whether that is said or not.
fn rights(section: &mut Section<'_>) -> Vec<Right> {
    let may = section.words("may", &RIGHTS.map(Right::word));
    RIGHTS.into_iter().filter(|right| may.iter().any(|word| word == right.word())).collect()
}

/// What groups of the platforms give to the persons above who are in them.
pub(super) fn grants(root: &mut Section<'_>) -> Vec<Grant> {
    let mut grants = Vec::new();
    for mut section in root.sections("group") {
        let mut groups = Vec::new();
        for keys in PLATFORMS {
            let (platform, fits) = (keys.platform, keys.groups.fits);
            let found = section.one_or_more(&platform.to_string(), keys.groups.digits, keys.groups.several, |text| {
                fits(text).then(|| text.to_owned())
            });
            groups.extend(found.into_iter().map(|group| (platform, group)));
        }
        if groups.is_empty() {
            let [first, others @ ..] = &PLATFORMS.map(|keys| keys.platform.to_string());
            section.problem(first, format!("it is missing, and so is {}: nobody is in no group", others.join(", ")));
        }
        let rights = rights(&mut section);
        section.finish();
        grants.extend(groups.into_iter().map(|(platform, group)| Grant { platform, group, rights: rights.clone() }));
    }
    grants
}

/// Whether two different persons could ever do both halves of a restart.
pub(super) fn two_could(policy: &Policy) -> bool {
    let may = |right| policy.people.iter().filter(move |one| policy.could(one, right));
    may(Right::Request).any(|one| may(Right::Approve).any(|other| other.name != one.name))
}

/// What is allowed and can hardly be meant.
pub(super) fn doubts(policy: &Policy) -> Vec<String> {
    if policy.rules.look == Look::People {
        return Vec::new();
    }
    let could = |person: &Person| Right::OF_RESTARTS.into_iter().any(|right| policy.could(person, right));
    let idle = policy.people.iter().filter(|person| !could(person));
    let mut doubts: Vec<String> =
        idle.map(|person| format!("person {} may do nothing: its list `may` is empty", person.name)).collect();
    let needless = policy.grants.iter().filter(|grant| grant.rights == [Right::Look]);
    doubts.extend(
        needless
            .map(|grant| format!("group {} gives what everybody has: commands.look is \"everybody\"", grant.name())),
    );
    doubts
}
