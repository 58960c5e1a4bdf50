//! Who was told of what somebody is needed for now, and who could not be.

use crate::incident::Incident;
use crate::incident::escalation::needs;
use crate::incident::event::Recorded;
use crate::incident::phrase::Phrase;
use crate::store::announcements::Announcement;
use crate::words::Words;

/// That as facts of a card; none where nobody is needed.
pub(super) fn called(
    incident: &Incident,
    log: &[Recorded],
    told: &[Announcement],
    words: &Words,
) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let needed = needs(incident.id, log).pop().filter(|need| need.ended.is_none());
    let Some(need) = needed else { return fields };
    let of_it = || told.iter().filter(|one| one.key.starts_with(&format!("{}/", need.key)));
    let mut names: Vec<&str> = Vec::new();
    for name in of_it().filter(|one| !one.message.is_empty()).flat_map(|one| &one.told.names) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if let Some(last) = of_it().filter(|one| !one.told.names.is_empty()).map(|one| one.since).max()
        && !names.is_empty()
    {
        let told = Phrase::new("told-names").with("names", names.join(", ")).with("at", last);
        fields.push((words.word("field-told"), words.say(&told)));
    }
    let mut missed: Vec<String> = Vec::new();
    for (who, why) in of_it().flat_map(|one| &one.told.missed).filter(|(who, _)| !names.contains(&who.as_str())) {
        let line = words.say(&Phrase::new("missed-line").with("who", who).with("why", why.clone()));
        if !missed.contains(&line) {
            missed.push(line);
        }
    }
    if !missed.is_empty() {
        fields.push((words.word("field-missed"), missed.join("\n")));
    }
    fields
}
