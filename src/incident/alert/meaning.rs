//! What a text means for staging, and which rule says so. `RULES` is the whole knowledge: a line for each rule, in the order in
//! which they are asked; the first that finds something decides.
//!
//! People and alert bots paste translated text, so the phrase is known in the six languages of the runbook's pages; nothing here
//! ever parses a tool's output by a translation. What stands in a link is not read: a runbook's address names its outage.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Meaning;
use super::number::{Needs, code_in, is_there, speaks};

/// What a text means, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it means for staging.
    pub meaning: Meaning,
    /// The id of the rule that decided, such as `stager-number`; [`NO_RULE`] where none did.
    pub rule: &'static str,
    /// What the rule found, as it stands in the text.
    pub quote: String,
}

/// A rule: its id, what it means, and where it finds it in a text without links.
struct Rule {
    id: &'static str,
    meaning: Meaning,
    find: fn(&str) -> Option<Range<usize>>,
}

/// The rule of a text that means nothing to us.
pub const NO_RULE: &str = "none";
/// The rule of a text in which a number of ours is part of something else.
pub const NO_CODE: &str = "number-is-no-code";
/// The rule of an alert that its sender made only to try the way.
pub const A_TEST: &str = "senders-test";

#[rustfmt::skip]
const RULES: [Rule; 13] = {
    use Meaning::{Database, LookAlike, SameOutage, StagerUnavailable, Symptom};
    [
        Rule { id: "stager-code", meaning: StagerUnavailable, find: |text| found(&STAGER_CODE, text) },
        Rule { id: "stager-phrase", meaning: StagerUnavailable, find: |text| found(&STAGER_PHRASE, text) },
        Rule { id: "stager-number", meaning: StagerUnavailable, find: |text| code_in(text, "170010", Needs::Nothing) },
        Rule { id: "relative-code", meaning: SameOutage, find: |text| found(&RELATIVE_CODE, text) },
        Rule { id: "relative-phrase", meaning: SameOutage, find: |text| found(&RELATIVE_PHRASE, text) },
        Rule { id: "relative-number", meaning: SameOutage, find: |text| any_code(text, RELATIVE_NUMBERS, Needs::Word) },
        Rule { id: "instances-unknown", meaning: SameOutage, find: |text| within(&INSTANCES_UNKNOWN, text) },
        Rule { id: "other-staging-error", meaning: LookAlike, find: |text| found(&OTHER_ERROR, text) },
        Rule { id: "other-staging-number", meaning: LookAlike, find: |text| any_code(text, OTHER_NUMBERS, Needs::Word) },
        Rule { id: "bbs-lost-lock", meaning: Symptom, find: |text| within(&BBS_LOST_LOCK, text) },
        Rule { id: "push-fails", meaning: Symptom, find: |text| found(&PUSH_FAILS, text) },
        Rule { id: "alert-about-database", meaning: Database, find: database_trouble },
        Rule { id: "log-about-database", meaning: Database, find: |text| found(&DATABASE_LOG, text) },
    ]
};

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of this file are valid, as its tests show")
}

static STAGER_CODE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)(?:CF[ _:\-]?)?Stager[_\-]?Unavailable"));
// A translation for each of the six languages: the runbook's terms, and how people say it.
static STAGER_PHRASE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        // Between words there may be markup, a terminal's colours or a line's end.
        r"(?i)\bstagers?[:*_~`]*(?:(?:[\s*_~`]|\x1b?\[[0-9;]{0,8}m|&nbsp;|</?[a-z]{1,6}>)+(?:is|are|was|has been|have been|seems to be|currently|still|temporarily|now))*",
        r"(?:[\s*_~`]|\x1b?\[[0-9;]{0,8}m|&nbsp;|</?[a-z]{1,6}>)+(?:unavailable|not available|isn['’]t available)\b",
        r"|登台程序.{0,4}(?:不可用|无法使用)|編譯打包器.{0,4}(?:無法使用|不可用)",
        r"|ステージャー.{0,6}(?:使用|利用)でき(?:ない|ません)|ステージャー.{0,4}(?:使用|利用)不可|ステージャーが使え(?:ない|ません)",
        r"|stager.{0,12}(?:non|pas) disponible|stager.{0,8}indisponible",
        r"|(?:Stager|스테이저).{0,8}사용(?: ?불가능?|할 수 없)"
    ))
});
static RELATIVE_CODE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)(?:CF[ _:\-]?)?(?:RunnerUnavailable|TaskWorkersUnavailable|InstancesUnavailable|StatsUnavailable)")
});
static RELATIVE_PHRASE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        // With what follows: a CI system's runner is unavailable, too.
        r"(?i)\bRunner is unavailable ?[:：]|Task workers are unavailable|Instances information unavailable",
        r"|Stats server temporarily unavailable|\bStats unavailable\b|Unable to communicate with Diego"
    ))
});
const RELATIVE_NUMBERS: &[&str] = &["170015", "170020", "220002", "200002"];
// What `cf apps` shows where the Cloud Controller can't ask Diego how many instances run.
static INSTANCES_UNKNOWN: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?m)(?:^|[\s:"'`(|*])(\?/[1-9][0-9]{0,3})(?:$|[\s"'`)|,.;:*])"#));
// Errors of staging and starting in which Diego answered.
static OTHER_ERROR: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)StagerError|Stager error|StagingError|Staging error|StagingTimeExpired|Staging time expired",
        r"|BuildpackCompileFailed|buildpack compile phase|BuildpackReleaseFailed|buildpack release phase",
        r"|NoAppDetectedError|not successfully detected by any available buildpack|NoBuildpacksFound",
        r"|Insufficient ?(?:running ?)?resources|NoCompatibleCell|no compatible cell",
        r"|RunnerError|Runner error|RunnerInvalidRequest|Runner invalid request|\bTaskError\b|StagingInProgress",
        r"|InstancesError|Instances error|CF-NotStaged|App has not finished staging"
    ))
});
const OTHER_NUMBERS: &[&str] = &[
    "170001", "170002", "170003", "170004", "170005", "170006", "170007", "170008", "170009", "170011", "170014",
    "170016", "170017", "170019", "170021", "150003", "220001", "200001",
];
// Alerts about a database that is away or full: in names without blanks, and in sentences.
static DATABASE_TROUBLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:data ?base|my ?sql|maria ?db|postgres(?:ql)?|galera|\bpxc\b|percona|pgbouncer|proxysql|sql ?server|\bdb(?:\b|_))",
        r"[^\n;.]{0,30}?(?:\bis )?(?:not ?responding|not ?ready|not ?reachable|unreachable|unavailable|\bdown\b|_down\b|(?-i:Down)\b|(?:is|went) away",
        r"|too ?many ?(?:clients|connections)|high ?connection ?count|max(?:imum)?_? ?connections? ?(?:reached|exceeded)",
        r"|connections? (?:exhausted|limit)|out of connections|connection refused|can(?:not|'t) be reached|\boffline\b",
        r"|quorum ?lost|lost quorum|no ?primary|crashed|read[- ]only|connections?exhausted|instance ?not ?accessible|instance ?down)",
        r"|\brds ?instance ?down\b|base de données.{0,20}(?:indisponible|ne répond pas|injoignable)",
        r"|(?:数据库|資料庫).{0,4}(?:不可用|无法连接|無法連線|无法访问|無法存取|没有响应|沒有回應)",
        r"|データベース.{0,4}(?:ダウン|接続でき|応答しま|応答がな|使用でき)|데이터베이스.{0,4}(?:연결할 수 없|응답하지|중단|사용할 수 없)"
    ))
});
// What drivers and servers say, as Locket and the BBS log it.
static DATABASE_LOG: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)dial tcp \S{1,100}:(?:3306|5432|5524)\b[^\n]{0,40}(?:refused|timeout|timed out|no route|unreachable)",
        r"|driver: bad connection|sql: database is closed|sorry, too many clients already|Error 1040[^\n]{0,12}: Too many connections|already has more than 'max_user_connections'",
        r"|remaining connection slots are reserved|the database system is (?:starting up|shutting down|in recovery mode|not yet accepting connections)",
        r"|could not connect to server: Connection refused[^\n]{0,120}\bport (?:3306|5432|5524)\b"
    ))
});
// The BBS's own lock. A passive BBS that does not get it says so every few seconds, and other components have locks, too.
static BBS_LOST_LOCK: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:^|[^\w.\-])(bbs\.(?:[a-z0-9_\-]+\.)*lost-lock",
        // The reason stands in a field of its own, and so on the next line where the line was taken apart.
        r"|bbs\.exited-with-failure\b[^\n]{0,400}?\n?[^\n]{0,400}?(?:lost-lock|lock exited|lost lock)",
        r"|bbs\b[^\n]{0,60}?\b(?:sql|locket|consul)?-?lock failed to start in time",
        // Where the fields were laid out by their names, it stands before.
        r"|lock exited with error[^\n]{0,200}\n(?:[^\n]{0,400}\n){0,4}[^\n]{0,400}\bbbs\.exited-with-failure\b",
        r"|bbs (?:has )?los(?:t|es|ing) (?:its|the)? ?lock\b",
        r"|bbs[ _\-]?lock[ _\-]?(?:lost|not[ _\-]?held|missing)\b)"
    ))
});
// IBM CFEE's own alerts (the second is spelled so), see ARCHITECTURE.md.
static PUSH_FAILS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)CF[:_ \-]?(?:Mul?tiple)?AppPushFail"));
static LINK: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b[a-z][a-z0-9+.\-]{1,20}://[^\s<>()|\x22'`]+|\bwww\.[^\s<>()|\x22'`]+"));

/// What a text means, from any sender and in any of the six languages.
pub fn read(text: &str) -> Reading {
    let plain = without_links(text);
    let hit = RULES.iter().find_map(|rule| Some((rule, (rule.find)(&plain)?)));
    if let Some((rule, place)) = hit {
        return Reading { meaning: rule.meaning, rule: rule.id, quote: text[place].to_owned() };
    }
    let stray = ["170010"].iter().chain(RELATIVE_NUMBERS).find(|digits| is_there(text, digits));
    Reading {
        meaning: Meaning::Unrelated,
        rule: if stray.is_some() { NO_CODE } else { NO_RULE },
        quote: stray.map(|digits| (*digits).to_owned()).unwrap_or_default(),
    }
}

/// What a sender's fields mean together. A value that is nothing but a number is read with its name: `code: 170010` is one, and
/// `value: 170010` is not. A name of an alert that tells of the database goes before what its description says may follow.
pub fn read_fields<'a>(name: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Reading {
    let named = read(name);
    if named.meaning == Meaning::Database {
        return named;
    }
    let mut lines = vec![name.to_owned()];
    for (key, value) in fields {
        let key = key.rsplit('.').next().unwrap_or(key);
        let number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        lines.push(if number && !speaks(key) { format!("{key}: {value}") } else { value.to_owned() });
    }
    read(&lines.join("\n"))
}

/// The text with blanks in place of links, byte for byte.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut end = 0;
    for link in LINK.find_iter(text) {
        plain.push_str(&text[end..link.start()]);
        plain.push_str(&" ".repeat(link.len()));
        end = link.end();
    }
    plain.push_str(&text[end..]);
    plain
}

fn found(pattern: &Regex, text: &str) -> Option<Range<usize>> {
    pattern.find(text).map(|found| found.range())
}

/// What is told of the database itself: not of what watches or copies it, and not that it is well.
fn database_trouble(text: &str) -> Option<Range<usize>> {
    static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)exporter|dashboard|back-?up|\bnot (?:down|offline|unavailable|unreachable)|no longer")
    });
    let all = DATABASE_TROUBLE.find_iter(text);
    all.map(|found| found.range()).find(|place| !BESIDE.is_match(&text[place.clone()]))
}

/// The first group of a pattern whose border has to be told.
fn within(pattern: &Regex, text: &str) -> Option<Range<usize>> {
    pattern.captures(text)?.get(1).map(|found| found.range())
}

fn any_code(text: &str, numbers: &[&str], needs: Needs) -> Option<Range<usize>> {
    numbers.iter().find_map(|digits| code_in(text, digits, needs))
}

/// Every rule's id, also those that decide that nothing is ours: for whoever words them.
pub fn rules() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.id).chain([NO_RULE, NO_CODE, A_TEST])
}
