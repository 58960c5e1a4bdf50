//! Whether a message says that an outage is over, in whatever dress alert bots and people give it: a word in brackets, bold type,
//! a count, an emoji, a status field, a sentence, in any of the six languages.
//!
//! Each line is asked for a status. The line that carries the error decides where it has one; else the first line that has one,
//! which is the title. A heading ("Resolved:") holds for the lines below it. Where anything that carries the error fires still,
//! nothing is over. Words that only speak of an end (not resolved, when resolved, could not be resolved) are no status.

use std::sync::LazyLock;

use regex::Regex;

use super::meaning::read;

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// An alert bot: its title begins with a status, such as "OK: …".
    Bot,
    /// A person, who begins with "ok" for other reasons.
    Person,
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Firing,
    /// It speaks of firing, as a description of the alert may do in the message that ends it.
    Mentioned,
    Over,
}

/// The words that say that it is over, as they stand in the text; `None` where it goes on, or nothing is said of it.
pub fn over(text: &str, by: By) -> Option<String> {
    let mut heading: Option<Status> = None;
    let mut first: Option<(Status, &str)> = None;
    let mut ours: Vec<(Option<Status>, &str)> = Vec::new();
    let failed = text.lines().any(|line| line.trim() == "FAILED");
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MAX_LINES).collect();
    for (place, line) in lines.iter().enumerate() {
        let plain = plain(line);
        let before = place.checked_sub(1).map(|before| self::plain(lines[before]));
        let carries = read(line).meaning.concerns_us();
        let title = place < TITLE || carries;
        // What `cf` prints has an "OK" of its own.
        let alone = is_alone(&plain) && (place > 0 || failed);
        let status = if carries && outlasts(line, by) {
            Some(Status::Firing)
        } else {
            status_of(&plain, before.as_deref(), by, title && !alone)
        };
        if let Some(status) = status {
            first.get_or_insert((status, line));
            if is_heading(&plain) {
                heading = Some(if status == Status::Mentioned { Status::Firing } else { status });
            }
        }
        if carries {
            ours.push((status.or(heading), line));
        }
    }
    let of_ours = |wanted| ours.iter().find(|(status, _)| *status == Some(wanted)).map(|(_, line)| *line);
    if of_ours(Status::Firing).is_some() {
        return None;
    }
    // A list of statuses, each of something, has no title.
    let listed = |line: &str| is_of_another(&plain(line)) && ours.iter().any(|(_, line)| is_listed(&plain(line)));
    let titled = first.filter(|(status, line)| *status == Status::Over && !listed(line)).map(|(_, line)| line);
    let line = of_ours(Status::Over).or(titled)?;
    Some(line.chars().take(MAX_QUOTED).collect())
}

/// Whether a line says that something else is over, and then that the outage is there: "uaa recovered, but Stager is unavailable".
fn outlasts(line: &str, by: By) -> bool {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)[.;](?:\s|$)|[。；]|[,，、（(]? ?\b(?:but|although|except|and now|mais)\b|，?但|지만 |、?ですが|が、",
        )
    });
    // What names no other subject: "Incident resolved. Stager is unavailable" is over.
    const OF_ITSELF: &[&str] = &[
        "alert", "alarm", "incident", "problem", "issue", "error", "outage", "this", "that", "it", "the", "is", "was",
        "has", "been", "now", "all", "again", "status", "state", "auto",
    ];
    let parts: Vec<&str> = PARTS.split(line).collect();
    let states = |part: &&str| ["stager-phrase", "stager-number"].contains(&read(part).rule);
    let other = |part: &&str| {
        let plain = plain(part);
        let words = plain.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        // Chinese and Japanese part no words.
        let weight = |word: &str| if word.chars().filter(|c| !c.is_ascii()).count() > 5 { 2 } else { 1 };
        said(&plain, &OVER)
            && !read(part).meaning.concerns_us()
            && words.filter(|word| !OF_ITSELF.contains(word)).map(weight).sum::<usize>() > 1
    };
    let is_over = |part: &str| status_of(&plain(part), None, by, false) == Some(Status::Over);
    parts
        .iter()
        .position(other)
        .is_some_and(|place| parts[place + 1..].iter().any(|part| states(part) && !is_over(part)))
}

/// So many lines are looked at: a status stands at the top.
const MAX_LINES: usize = 200;
/// So many lines may be a title, or stand beside it.
const TITLE: usize = 3;
/// How much of the line is quoted, in characters.
const MAX_QUOTED: usize = 120;

/// What stands for any emoji that means good, and for any that means bad.
const GOOD: char = '✓';
const BAD: char = '✗';

const GOOD_EMOJI: &[&str] = &[
    "✅",
    "☑",
    "✔",
    "🟢",
    "💚",
    "🆗",
    "🎉",
    "👍",
    ":white_check_mark:",
    ":heavy_check_mark:",
    ":ballot_box_with_check:",
    ":large_green_circle:",
    ":green_circle:",
    ":green_heart:",
    ":green_apple:",
    ":ok:",
    ":ok_hand:",
    ":tada:",
    ":thumbsup:",
    ":+1:",
    ":large_green_square:",
    "🟩",
    ":check:",
    ":check_mark_button:",
    ":check_mark:",
    ":resolved:",
];
const BAD_EMOJI: &[&str] = &[
    "🔥",
    "🚨",
    "❌",
    "🔴",
    "⛔",
    "🛑",
    "⚠",
    "🟠",
    "🟡",
    "💥",
    "🆘",
    "🟥",
    "❗",
    "‼",
    ":fire:",
    ":rotating_light:",
    ":x:",
    ":red_circle:",
    ":no_entry:",
    ":octagonal_sign:",
    ":warning:",
    ":large_orange_circle:",
    ":large_yellow_circle:",
    ":boom:",
    ":sos:",
    ":large_red_square:",
    ":exclamation:",
];

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of this file are valid, as its tests show")
}

/// A line in lower case, without markup and mentions, and with one sign for every good and every bad emoji.
fn plain(line: &str) -> String {
    static MENTION: LazyLock<Regex> =
        LazyLock::new(|| regex(r"<[!@#][^>]{1,80}>|<https?://[^|>]*\||(?:^|\s)@[\w.\-]+|\x1b?\[\d{1,3}(?:;\d{1,3})*m"));
    let mut text = line.to_lowercase();
    for (all, sign) in [(GOOD_EMOJI, GOOD), (BAD_EMOJI, BAD)] {
        for emoji in all.iter().filter(|emoji| line.contains(**emoji)) {
            text = text.replace(emoji, &format!(" {sign} "));
        }
    }
    let text = MENTION.replace_all(&text, " ").replace('’', "'");
    let bare = |c: char| match c {
        '*' | '_' | '~' | '`' | '\u{fe0f}' | '\u{200b}' | '\u{200d}' | '\u{a0}' | '#' | '>' | '【' | '】' | '「'
        | '」' => ' ',
        c => c,
    };
    // Arrows keep their head, brackets stay.
    let brackets = text.replace('【', "[").replace('】', "]").replace("->", "→").replace("=>", "→").replace("⇒", "→");
    brackets.chars().map(bare).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn status_of(line: &str, before: Option<&str>, by: By, title: bool) -> Option<Status> {
    if let Some(status) = counted(line) {
        return Some(status);
    }
    if let Some(status) = became(line) {
        return Some(status);
    }
    if let Some(status) = labelled(line, before) {
        return Some(status);
    }
    if said(line, &STILL) {
        return Some(Status::Firing);
    }
    let by_bot = by == By::Bot && (begins_with_over(line) || ends_with_over(line));
    if said(line, &OVER) || (title && (by_bot || bracketed(line))) {
        return Some(Status::Over);
    }
    if line.contains(BAD) || begins_with_firing(line) {
        return Some(Status::Firing);
    }
    if said(line, &FIRING) {
        return Some(Status::Mentioned);
    }
    (title && begins_with_sign(line)).then_some(Status::Over)
}

/// Counts: "[FIRING:1, RESOLVED:1]", "[CRITICAL - 0] [RESOLVED - 1]", "0 firing, 2 resolved".
fn counted(line: &str) -> Option<Status> {
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        regex(concat!(
            r"(?:\b(firing|alerting)|\[ ?(critical|warning|problems?|triggered|alerts?)|\b(resolved|recovered)|(触发|觸發|告警中|발생)|(已恢复|已恢復|已解决|已解決|해결))",
            r"(?: alerts?)? ?(?:[:=×x\-–(]|：)? ?\(?(\d{1,4})\b"
        ))
    });
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?:^|[\s(\[,;])(\d{1,4}) (?:alerts? )?(?:(?:is|are) )?(?:(firing|alerting)|(resolved|recovered))\b")
    });
    static PAST: LazyLock<Regex> = LazyLock::new(|| regex(r"^ (?:days?|weeks?|months?|years?) ago\b"));
    let (mut firing, mut over) = (None, None);
    let mut add = |fires: bool, count: &str| {
        let count: u64 = count.parse().unwrap_or(0);
        let sum = if fires { &mut firing } else { &mut over };
        *sum = Some(sum.unwrap_or(0) + count);
    };
    // "Resolved 2 days ago" counts no alerts.
    let counts = |found: &regex::Captures<'_>| !PAST.is_match(&line[found.get_match().end()..]);
    for found in AFTER.captures_iter(line).filter(counts) {
        let fires = [1, 2, 4].iter().any(|group| found.get(*group).is_some());
        add(fires, &found[6]);
    }
    for found in BEFORE.captures_iter(line) {
        add(found.get(2).is_some(), &found[1]);
    }
    match (firing, over) {
        // "Resolved: 0" is no end.
        (Some(1..), _) | (_, Some(0)) => Some(Status::Firing),
        (_, Some(1..)) => Some(Status::Over),
        _ => None,
    }
}

/// Words of a status, good and bad.
const GOOD_WORDS: &str = "ok|okay|up|normal|resolved|recovered|green|good|healthy|closed|cleared|clear|inactive|solved|fixed|restored|success";
const BAD_WORDS: &str = "alerting|alert|alarm|critical|crit|warning|warn|firing|down|red|problem|unknown|pending|no ?data|error|triggered|failed|failing|open|unhealthy|bad";

/// A change: "ALERT → OK", "from critical to ok", "🔴→🟢". What it became counts.
fn became(line: &str) -> Option<Status> {
    static SIGNS: LazyLock<Regex> = LazyLock::new(|| regex(r"[✓✗] ?(?:→|➜|➔|⟶|») ?([✓✗])"));
    static CHANGE: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"\b(?:{GOOD_WORDS}|{BAD_WORDS})\b[\])✓✗]* ?(?:→|➜|➔|⟶|») ?[\[(✓✗ ]*(?:({GOOD_WORDS})|({BAD_WORDS}))\b|\b(?:from (?:{GOOD_WORDS}|{BAD_WORDS})|(?:changed|switched|went|returned|moved|set)(?: its)?(?: state| status)?(?: back)?) to (?:({GOOD_WORDS})|({BAD_WORDS}))\b"
        ))
    });
    if let Some(change) = SIGNS.captures_iter(line).last() {
        return Some(if change[1].starts_with(GOOD) { Status::Over } else { Status::Firing });
    }
    let change = CHANGE.captures_iter(line).last()?;
    let good = change.get(1).or(change.get(3)).is_some();
    Some(if good { Status::Over } else { Status::Firing })
}

/// What stands in a field for good where words are not parted by blanks, or where it is no word by itself.
const GOOD_VALUES: &[&str] = &["正常", "恢复", "恢復", "解除", "解決", "復旧", "정상", "해결", "복구"];

/// A field: "Status: Resolved", or its name on the line before.
fn labelled(line: &str, before: Option<&str>) -> Option<Status> {
    const NAMES: &str = "status|state|alert ?state|zustand|statut|état|estado|ステータス|状態|状态|狀態|상태";
    // "old state=OK new state=ALARM": what was is no status.
    static WAS: LazyLock<Regex> =
        LazyLock::new(|| regex(r"\b(?:old|previous|prev|last) (?:alert )?stat(?:e|us) ?[:=] ?\S+"));
    static FIELD: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"(?:^|[\s|,;(\[])(?:new )?(?:{NAMES}) ?(?:[:=：]|is\b) ?[\[(✓✗'\x22 ]*(?:({GOOD_WORDS}|✓)|({BAD_WORDS}|✗)|([^\s,;|]{{2,12}}))"
        ))
    });
    static NAME: LazyLock<Regex> = LazyLock::new(|| regex(&format!("^(?:{NAMES}) ?[:：]?$")));
    static VALUE: LazyLock<Regex> = LazyLock::new(|| regex(&format!(r"^[\[(✓✗ ]*(?:({GOOD_WORDS})|({BAD_WORDS}))\b")));
    let line = WAS.replace_all(line, " ");
    let line = line.trim();
    let of = |good: bool, bad: bool, rest: &str| {
        if good || said(rest, &OVER) || GOOD_VALUES.iter().any(|value| rest.starts_with(value)) {
            Some(Status::Over)
        } else {
            bad.then_some(Status::Firing)
        }
    };
    if let Some(field) = FIELD.captures(line) {
        let rest = field.get(3).map_or("", |rest| rest.as_str());
        return of(field.get(1).is_some(), field.get(2).is_some(), rest);
    }
    if before.is_some_and(|before| NAME.is_match(before)) {
        let value = VALUE.captures(line);
        let is = |group| value.as_ref().is_some_and(|value| value.get(group).is_some());
        return of(is(1) || line.starts_with(GOOD), is(2) || line.starts_with(BAD), line);
    }
    None
}

/// A status in brackets: "[OK]", "(closed)", "[✓ up]".
fn bracketed(line: &str) -> bool {
    static IN_BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"\[[✓ ]*(?:{GOOD_WORDS}|recovery|end|ended|termin[ée]e?|恢复|恢復|解除|正常|復旧|回復|解消|終了|已关闭|해결|복구|정상|해제|종료)[ ✓!]*\]"
        ))
    });
    let plain = line.replace(['（', '('], "[").replace(['）', ')'], "]");
    IN_BRACKETS.is_match(&plain) && !plain.contains(BAD)
}

/// A status at the beginning, as bots write it: "OK: …", "RECOVERY - …", "Up | …", and nothing but "OK".
fn begins_with_over(line: &str) -> bool {
    static BEGINNING: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            r"^[^\p{{L}}\p{{N}}✗]*(?:alert |alarm |problem |incident |monitor )?(?:{GOOD_WORDS}|recovery|end|ended)(?:[^\p{{L}}\p{{N}}]*$| ?[:|\]/)!–—]| - | alert\b| service\b)"
        ))
    });
    BEGINNING.is_match(line)
}

/// A status at the end, behind a mark: "pushes | OK".
fn ends_with_over(line: &str) -> bool {
    static END: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!(r"[|:–—(\[/] ?✓? ?(?:{GOOD_WORDS}|정상|正常)[\])!.✓ ]*$|(?:\s|^)정상$")));
    END.is_match(line)
}

/// Nothing but a word.
fn is_alone(line: &str) -> bool {
    !line.is_empty() && line.chars().all(char::is_alphanumeric)
}

/// "[FIRING] …", "Firing: …".
fn begins_with_firing(line: &str) -> bool {
    static BEGINNING: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"^[^\p{L}\p{N}]*(?:firing|alerting|triggered|problem)\b ?(?:[:|\])]|- )|\[[^\]]*\b(?:firing|alerting)\b")
    });
    BEGINNING.is_match(line)
}

/// A good emoji before anything is said, and no bad one.
fn begins_with_sign(line: &str) -> bool {
    line.chars().find(|c| *c == GOOD || c.is_alphanumeric()) == Some(GOOD) && !line.contains(BAD)
}

/// A heading has no more than its status: "Resolved:", "Alerts firing (2)". What names something else tells of that: "OK: disk full".
fn is_heading(line: &str) -> bool {
    words(line).count() <= 2 && !is_of_another(line) && !read(line).meaning.concerns_us()
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// A name and its status: "ok: uaa", "[ok] uaa", "router: up".
fn is_of_another(line: &str) -> bool {
    let parted = line.is_ascii() && line.contains([':', ']', '|']);
    parted && words(line).count() == 2 && !words(line).all(|word| HEADS.contains(&word))
}

/// Something with its status, or a status with what has it, as a line of a list.
fn is_listed(line: &str) -> bool {
    static LISTED: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^\p{L}\p{N}]*[\p{L}\p{N}\-]+ ?[:|\]]"));
    LISTED.is_match(line)
}

/// What a heading may say beside its status.
const HEADS: &[&str] = &[
    "resolved",
    "recovered",
    "firing",
    "alerting",
    "triggered",
    "ok",
    "okay",
    "closed",
    "cleared",
    "alert",
    "alerts",
    "alarm",
    "alarms",
    "incident",
    "incidents",
    "problem",
    "problems",
    "status",
    "state",
    "critical",
    "warning",
    "active",
    "inactive",
    "normal",
    "fixed",
    "solved",
    "open",
    "opened",
    "ended",
    "recovery",
    "all",
    "clear",
    "now",
    "is",
    "are",
    "new",
];

/// Whether one of these words is said, and not only spoken of.
fn said(line: &str, words: &Regex) -> bool {
    words.find_iter(line).any(|found| {
        let (before, after) = (&line[..found.start()], &line[found.end()..]);
        let beyond = found.as_str().ends_with("over") && BEYOND.is_match(after);
        let another = ANOTHER.is_match(before) || ANOTHER_TIME.is_match(after);
        !beyond && !another && !NEGATED.is_match(before) && !OPEN.is_match(after)
    })
}

static OVER: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\b(?:auto-?)?resolved\b|\brecovered\b|\bcleared\b|\b(?:back|returned|returning) to (?:normal|ok|green|healthy)\b",
        r"|\bno longer (?:firing|failing|unavailable|alerting|active|occurs|occurring|happens|happening|an issue|a problem|reproducible)\b",
        r"|\bstopped (?:firing|failing|alerting)\b|\ball[ -]clear\b|\b(?:is|are|it's|its|now) (?:now )?over\b|\bfalse alarm\b",
        r"|\b(?:alert|incident|problem|issue|outage|alarm)s?(?: \S{1,60})? (?:is |was |has |have |been |now |automatically )*(?:closed|ended|solved|gone)\b",
        r"|\bclosed (?:alert|incident|problem|issue)\b|\bauto(?:matically)?[ -]closed\b|\b(?:fine|ok|okay|stable|healthy) now\b|\b(?:fixed|solved|restored)\b",
        r"|\b(?:errors?|problem|issue|it|that|170010|stagerunavailable) (?:is|are|has|have|was)(?: now)? gone\b|\b(?:errors?|problem|issue|it|alert)(?: \S+)? (?:went|has gone) away\b|\bno more (?:\S{1,30} )?(?:errors?|170010|stagerunavailable)\b",
        r"|\b(?:works?|working|available|reachable|up|fine|ok|okay|good|green|healthy|stable|succeeds?|succeed) (?:once )?again\b",
        r"|\bworks? now\b|\bback (?:up|online|in business|to work)\b|\b(?:is|are) now (?:up|ok|fine|healthy|available|green)\b",
        r"|\b(?:stager|staging|push|pushes|platform|service|bbs|diego|cf|everything|all|prod) (?:is|are) (?:now )?(?:back|up|fine|ok|okay|good|green|healthy|working|available)\b",
        // French
        r"|\br[ée]solue?s?\b|\br[ée]tablie?s?\b|\bcorrig[ée]e?s?\b|retour à la normale|\bcl[ôo]tur[ée]e?s?\b|\bfin d'alerte\b|\b(?:alerte|incident|panne)[^.]{0,40} (?:terminée?|finie?|close?)\b|\bfonctionne (?:à|de) nouveau\b|à nouveau disponible",
        // Japanese
        r"|解決(?:済|しました|した|されました|され|$|\b|[:：\])!！。]| )|解消(?:しま|さ|済|し|$|[。!！]| )|復旧(?:済|しま|した|完了|しています|$|[:：\])。!！]| )|回復(?:済|しま|した|$|[:：\])。!！]| )|正常に(?:戻|復|な)|正常化|正常です|終息|収束し|復帰しま|直りました|障害終了|アラート終了|もう(?:出|起き|起こり|発生し)(?:ません|ない|ていません|ていない)",
        // Chinese, in both scripts
        r"|已(?:经)?(?:解决|解決|恢复|恢復|解除|修复|修復|消除|痊愈)|恢复正常|恢復正常|(?:告警|警报|警報|报警|故障|問題|问题)(?:已)?(?:解除|恢复|恢復|消除|关闭|關閉|结束|結束)|(?:恢复|恢復)通知|^(?:恢复|恢復|解除)|现在(?:好|可用|正常)了|又(?:好|可以)了",
        // Korean
        r"|해결(?:됨|되었|됐|했|완료|$|[:\])!]| )|해소(?:됨|되|했|$| )|복구(?:됨|되었|됐|했|완료|$|[:\])!]| )|정상(?:으로| 으로|화|입니다| ?복구|$)|해제(?:됨|되|$| )|다시 (?:정상|작동|됩니다)",
        // German, Spanish, Portuguese, Italian
        r"|\bbehoben\b|\bgelöst\b|\berledigt\b|\bwiederhergestellt\b|\bentwarnung\b|\b(?:geht|läuft|funktioniert) wieder\b|\bwieder (?:ok|da|verfügbar|normal|gesund|erreichbar|in ordnung)\b",
        r"|\bresuelt[oa]s?\b|\brecuperad[oa]s?\b|\bsolucionad[oa]s?\b|\bresolvid[oa]s?\b|\brisolt[oaie]\b|\bripristinat[oaie]\b"
    ))
});
static FIRING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\b(?:firing|alerting)\b|\bstill (?:firing|failing|down|unavailable|broken|there|not|seeing|getting)\b|^failed$",
    )
});
/// What goes before any word of an end on the same line.
static STILL: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"\bre-?triggered\b|\bre-?opened\b|\bunresolved\b|\b(?:firing|alerting|failing|down|unavailable|broken) again\b",
        r"|\bnot (?:yet |been )?(?:resolved|fixed|recovered|over|solved)\b|\bback again\b|\bstill (?:firing|fails?)\b",
        r"|未解決|未解决|未恢复|未恢復|미해결|復旧していません|해결되지"
    ))
});
/// What behind "is over" says that a limit is meant.
static BEYOND: LazyLock<Regex> = LazyLock::new(|| regex(r"^ (?:\d|the\b|a\b|its\b|all\b|threshold|limit|quota)"));
/// What in the sentence before such a word says that another outage is meant, which is over: "see how it was resolved", "last time".
static ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?:\b(?:how|similar|last (?:time|week|month|year|night)|back then|in the past|comment (?:il|elle|cela|ça|on|a|la|le|l)|similaires?|la dernière fois|letztes mal|ähnlich\w*)\b",
        r"|上次|上一次|类似|類似|同様の|前回|지난번|비슷한|유사한)[^.;!?。；！？]*$"
    ))
});
/// The same behind it: "was resolved yesterday", "in May".
static ANOTHER_TIME: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"^[^.,:;!?。，、；！？]{0,40}\b(?:yesterday|last (?:time|week|month|year|night)|\d+ (?:days?|weeks?|months?|years?) ago",
        r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?: ?\d)?)"
    ))
});
/// What before such a word says that it is not so, or not yet.
static NEGATED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?:\b(?:not|never|no|until|till|once|when|whenever|if|unless|to|will|be|being|can|cannot|could|should|must|may|might|would|after|before|without|getting|get)",
        r"|n't|n’t|\bpas(?: encore)?|\bnon|\bnicht|\bkeine?r?|\bniemals|\bno se|\bsin|\bquand|\bsi|\bwenn|\bfalls|\bsobald|未|没有?|沒有?|尚未|还没|還沒|不|无法|無法|等待|待|안|못|미|아직)",
        r"(?: (?:yet|been|be|get|got|fully|completely|automatically|manually|encore|été|noch|ganz|a|an|any|this|it|is|are|has|still))* ?$"
    ))
});
/// What behind such a word says that something else is meant: a name that resolved to an address, a wish, a work that goes on.
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"^(?: (?:to|as) [\[\da-f]| (?:in )?\d+ ?ms\b| (?:address|host|name|ip)\b|:? ?(?:0|none|no|false|never|-)(?:\b|$)|[- ]?size| in (?:the )?next\b| within\b| (?:automatically )?(?:once|when|if|until)\b| automatically after\b)",
        r"|^(?:して(?:い)?ない|できない|してください|して下さい|しません|されません|中|待ち|作業|手順|見込|方法|策|を|に向け|中です|중|되지|하지|지 않|방법|방안)"
    ))
});
