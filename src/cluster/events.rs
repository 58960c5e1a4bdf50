//! Warning events of the pods concerned: what the kubelet and the scheduler complain of.

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Event;

use super::error::{MAX_TEXT, clean};
use crate::incident::observation::PodEvent;

/// What the API server is asked for.
pub(super) const WARNINGS: &str = "type=Warning,involvedObject.kind=Pod";

/// How far back events are told. Kubernetes itself keeps them for an hour as a rule.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// How many are told.
const MAX_EVENTS: usize = 20;

/// The longest reason kept, in bytes.
const MAX_REASON: usize = 60;

/// The event, if it is a pod's warning and recent.
pub(super) fn warning(event: Event, now: Timestamp) -> Option<PodEvent> {
    let concerns = event.involved_object;
    if event.type_.as_deref() != Some("Warning") || concerns.kind.as_deref() != Some("Pod") {
        return None;
    }
    let series = event.series;
    let repeated = series.as_ref().and_then(|series| series.last_observed_time.as_ref()).map(|time| time.0);
    let times = [repeated, event.last_timestamp.map(|time| time.0), event.event_time.map(|time| time.0)];
    let last = times.into_iter().flatten().max();
    if last.is_some_and(|last| now.duration_since(last) > WINDOW) {
        return None;
    }
    let count = series.and_then(|series| series.count).or(event.count).unwrap_or(1);
    Some(PodEvent {
        pod: concerns.name?,
        uid: concerns.uid.filter(|uid| !uid.is_empty()),
        reason: clean(&event.reason.unwrap_or_default(), MAX_REASON),
        message: clean(&event.message.unwrap_or_default(), MAX_TEXT).replace('\n', " "),
        count: u32::try_from(count).unwrap_or(1).max(1),
        last,
    })
}

/// Those of the pods concerned, newest first.
pub(super) fn newest(mut events: Vec<PodEvent>, concerned: impl Fn(&PodEvent) -> bool) -> Vec<PodEvent> {
    events.retain(concerned);
    events.sort_by_key(|event| std::cmp::Reverse(event.last));
    events.truncate(MAX_EVENTS);
    events
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: &str = "2026-11-21T04:00:00Z";

    fn event(fields: Value) -> Option<PodEvent> {
        let mut body = json!({
            "metadata": {"name": "e"}, "involvedObject": {"kind": "Pod", "name": "diego-api-0"},
            "type": "Warning", "reason": "BackOff", "message": "Back-off\n  again\u{202e}", "count": 3,
            "lastTimestamp": "2026-11-21T03:30:00Z",
        });
        let Value::Object(fields) = fields else { panic!("no fields") };
        body.as_object_mut().unwrap().extend(fields);
        warning(serde_json::from_value(body).unwrap(), NOW.parse().unwrap())
    }

    #[test]
    fn a_warning_of_a_pod() {
        let expected = PodEvent {
            pod: "diego-api-0".into(),
            uid: None,
            reason: "BackOff".into(),
            message: "Back-off again".into(),
            count: 3,
            last: Some("2026-11-21T03:30:00Z".parse().unwrap()),
        };
        assert_eq!(event(json!({})), Some(expected));
    }

    #[test]
    fn times_and_counts_are_in_several_places() {
        let series = json!({"series": {"count": 7, "lastObservedTime": "2026-11-21T03:59:00.000000Z"}, "count": null});
        let found = event(series).unwrap();
        assert_eq!((found.count, found.last), (7, Some("2026-11-21T03:59:00Z".parse().unwrap())));
        let found = event(json!({"lastTimestamp": null, "eventTime": "2026-11-21T03:58:00.000000Z"})).unwrap();
        assert_eq!(found.last, Some("2026-11-21T03:58:00Z".parse().unwrap()));
        assert_eq!(event(json!({"lastTimestamp": null, "count": null})).unwrap().count, 1);
    }

    #[test]
    fn what_is_not_told() {
        for fields in [
            json!({"type": "Normal"}),
            json!({"involvedObject": {"kind": "Node", "name": "n"}}),
            json!({"involvedObject": {"kind": "Pod"}}),
            json!({"lastTimestamp": "2026-11-21T02:59:59Z"}),
        ] {
            assert_eq!(event(fields.clone()), None, "{fields}");
        }
    }

    #[test]
    fn the_newest_of_the_pods_concerned() {
        let of = |pod: &str, minute: usize| PodEvent {
            pod: pod.into(),
            uid: None,
            reason: String::new(),
            message: String::new(),
            count: 1,
            last: Some(format!("2026-11-21T03:{minute:02}:00Z").parse().unwrap()),
        };
        let events = (0..30).flat_map(|minute| [of("a-0", minute), of("b-0", minute)]).collect();
        let newest = newest(events, |event| event.pod == "a-0");
        assert_eq!((newest.len(), &newest[0], &newest[19]), (20, &of("a-0", 29), &of("a-0", 10)));
    }
}
