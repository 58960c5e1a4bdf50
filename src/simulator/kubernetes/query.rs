//! A request's query and its selectors.

use serde_json::Value;

/// The decoded `key=value` pairs of a query, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(each, _)| each == key).map(|(_, value)| value.as_str())
    }

    pub(super) fn all(&self, key: &str) -> Vec<String> {
        self.0.iter().filter(|(each, _)| each == key).map(|(_, value)| value.clone()).collect()
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        matches!(self.get(key), Some("1" | "true"))
    }
}

/// What a list or a watch is limited to.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    namespace: Option<String>,
    labels: Vec<Requirement>,
    fields: Vec<Requirement>,
}

#[derive(Clone, Debug)]
struct Requirement {
    key: String,
    values: Vec<String>,
    negated: bool,
    /// Only whether the key is there counts.
    presence: bool,
}

impl Selection {
    /// Reads `labelSelector` and `fieldSelector`; the error is the text for a 400.
    pub(super) fn parse(namespace: Option<&str>, query: &Query) -> Result<Self, String> {
        let fields = requirements(query.get("fieldSelector").unwrap_or_default())?;
        Ok(Self {
            namespace: namespace.map(str::to_owned),
            labels: requirements(query.get("labelSelector").unwrap_or_default())?,
            fields,
        })
    }

    pub(super) fn matches(&self, object: &Value) -> bool {
        let namespace = self.namespace.as_deref().is_none_or(|namespace| object["metadata"]["namespace"] == namespace);
        let label = |key: &str| object["metadata"]["labels"].get(key).and_then(Value::as_str);
        let field = |path: &str| object.pointer(&format!("/{}", path.replace('.', "/"))).and_then(Value::as_str);
        namespace
            && self.labels.iter().all(|each| each.holds(label(&each.key)))
            && self.fields.iter().all(|each| each.holds(Some(field(&each.key).unwrap_or_default())))
    }
}

impl Requirement {
    fn holds(&self, value: Option<&str>) -> bool {
        let found = match value {
            Some(value) => self.presence || self.values.iter().any(|each| each == value),
            None => false,
        };
        found != self.negated
    }
}

/// `a=b,c!=d,e in (f,g),h,!i`
fn requirements(text: &str) -> Result<Vec<Requirement>, String> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(requirement).collect()
}

fn requirement(text: &str) -> Result<Requirement, String> {
    let new = |key: &str, values: Vec<String>, negated, presence| Requirement {
        key: key.trim().to_owned(),
        values,
        negated,
        presence,
    };
    let set = |text: &str| -> Option<Vec<String>> {
        let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
        Some(inner.split(',').map(|each| each.trim().to_owned()).collect())
    };
    let bad = || format!("unable to parse requirement: {text}");
    if let Some((key, values)) = text.split_once(" notin ") {
        return Ok(new(key, set(values).ok_or_else(bad)?, true, false));
    }
    if let Some((key, values)) = text.split_once(" in ") {
        return Ok(new(key, set(values).ok_or_else(bad)?, false, false));
    }
    if let Some((key, value)) = text.split_once("!=") {
        return Ok(new(key, vec![value.trim().to_owned()], true, false));
    }
    if let Some((key, value)) = text.split_once('=') {
        return Ok(new(key, vec![value.trim_start_matches('=').trim().to_owned()], false, false));
    }
    match text.strip_prefix('!') {
        Some(key) => Ok(new(key, Vec::new(), true, true)),
        None if text.contains(' ') => Err(bad()),
        None => Ok(new(text, Vec::new(), false, true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors_select() {
        let object = json!({"metadata": {"name": "a", "namespace": "cf", "labels": {"role": "bbs", "active": "true"}}});
        for (labels, fields, expected) in [
            ("", "", true),
            ("role=bbs", "", true),
            ("role==bbs,active=true", "metadata.name=a", true),
            ("role in (api, bbs)", "metadata.name!=b", true),
            ("role notin (api)", "", true),
            ("active,!other", "", true),
            ("role!=bbs", "", false),
            ("other", "", false),
            ("", "metadata.name=b", false),
        ] {
            let query = Query(vec![("labelSelector".into(), labels.into()), ("fieldSelector".into(), fields.into())]);
            let selection = Selection::parse(Some("cf"), &query).unwrap();
            assert_eq!(selection.matches(&object), expected, "{labels} {fields}");
        }
        let query = Query(vec![("labelSelector".into(), "a b".into())]);
        assert!(Selection::parse(None, &query).is_err());
    }
}
