//! The table of what texts mean: `tests/data/alerts/texts.tsv`.

use stagerbot::incident::alert::meaning::{read, rules};
use stagerbot::incident::alert::over::{By, over};

const TABLE: &str = include_str!("../../data/alerts/texts.tsv");

#[test]
fn every_text_means_what_the_table_says() {
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let [meaning, by, status, rule, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let text = text.replace("\\n", "\n");
        let by = if by == "bot" { By::Bot } else { By::Person };
        let reading = read(&text);
        let said = serde_json::to_value(reading.meaning).unwrap();
        let ended = if over(&text, by).is_some() { "over" } else { "firing" };
        if (said.as_str().unwrap(), ended, reading.rule) != (meaning, status, rule) {
            wrong.push(format!(
                "{said}, {ended} by {} “{}”, not {meaning}, {status} by {rule}: {text}",
                reading.rule, reading.quote
            ));
        }
        rows += 1;
    }
    assert!(wrong.is_empty(), "{} of {rows} texts are read wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows >= 60, "{rows} texts");
}

#[test]
fn every_rule_has_a_text_that_it_decides() {
    let tried = |rule: &str| TABLE.lines().any(|line| line.split('\t').nth(3) == Some(rule));
    // A sender's tests are told by their bodies.
    let untried: Vec<&str> = rules().filter(|rule| !tried(rule) && *rule != "senders-test").collect();
    assert_eq!(untried, [""; 0]);
}
