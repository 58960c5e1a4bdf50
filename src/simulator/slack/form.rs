//! People and forms: filling in, sending, closing.

use crate::simulator::platform::happening::What;
use crate::simulator::platform::kind::Platform as _;
use crate::simulator::slack::delivery::{Delivery, Kind};
use crate::simulator::slack::message;
use crate::simulator::slack::methods;
use crate::simulator::slack::payload;
use crate::simulator::slack::person::{Impossible, Person};
use crate::simulator::slack::socket;
use crate::simulator::slack::state::{Modal, Slack};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Person {
    /// Fills in the newest form on the screen and sends it. Each field goes by its `action_id`; checkboxes take values
    /// with commas between.
    pub async fn submits(&self, fields: &[(&str, &str)]) -> Result<Delivery, Impossible> {
        let modal = self.form()?;
        let values = filled(&modal, fields)?;
        let (payload, id) = self.shared.change(|state| {
            let trigger = state.trigger(&self.id, &self.shared.settings.team_id);
            let mut modal = (*modal).clone();
            modal.content["state"]["values"] = values;
            (payload::view(&self.shared, state, &modal, "view_submission", &trigger), modal.id)
        });
        let delivery = socket::deliver(&self.shared, Kind::Interactive, payload).await;
        let title = modal.title().to_owned();
        self.shared.change(|state| {
            let person = self.name.clone();
            if !delivery.acked() {
                let text = "We had some trouble connecting. Try again?".to_owned();
                return state.happened(None, What::Failed { by: Slack::NAME, person, text });
            }
            let answer = delivery.ack_payload.clone().unwrap_or_default();
            let mut errors = BTreeMap::new();
            match answer["response_action"].as_str() {
                Some("errors") => {
                    for (block, error) in answer["errors"].as_object().into_iter().flatten() {
                        errors.insert(block.clone(), error.as_str().unwrap_or_default().to_owned());
                    }
                }
                Some("update") => {
                    let view = methods::kept_view(&self.shared, state, &answer["view"], &id);
                    if let Some(modal) = state.modal_mut(&id) {
                        modal.content = view;
                    }
                }
                _ => {
                    if let Some(modal) = state.modal_mut(&id) {
                        modal.open = false;
                    }
                }
            }
            if let Some(modal) = state.modal_mut(&id) {
                modal.errors.clone_from(&errors);
            }
            let errors = errors.into_values().collect();
            state.happened(None, What::FormSubmitted { person, title, errors });
        });
        Ok(delivery)
    }

    /// Closes the newest form without sending it. The app hears of it if it asked to; the record is `None` if not.
    pub async fn closes_form(&self) -> Result<Option<Delivery>, Impossible> {
        let modal = self.form()?;
        let payload = self.shared.change(|state| {
            if let Some(modal) = state.modal_mut(&modal.id) {
                modal.open = false;
            }
            let (person, title) = (self.name.clone(), modal.title().to_owned());
            state.happened(None, What::FormClosed { person, title });
            payload::view(&self.shared, state, &modal, "view_closed", "")
        });
        if modal.content["notify_on_close"] != true {
            return Ok(None);
        }
        Ok(Some(socket::deliver(&self.shared, Kind::Interactive, payload).await))
    }
}

/// A form's `state.values` with these fields filled in, and the others as they were opened.
fn filled(modal: &Modal, fields: &[(&str, &str)]) -> Result<Value, Impossible> {
    let blocks = modal.content["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    let mut values = json!({});
    let mut known = Vec::new();
    for (block_id, element) in message::elements(blocks) {
        let action_id = element["action_id"].as_str().unwrap_or_default();
        known.push(action_id);
        let given = fields.iter().find(|(name, _)| *name == action_id).map(|(_, value)| *value);
        let kind = element["type"].as_str().unwrap_or_default();
        let options = || element["options"].as_array().into_iter().flatten();
        let chosen = |value: &str| options().find(|option| option["value"] == value).cloned();
        let no_choice = |value: &str| Impossible::NoChoice { menu: action_id.to_owned(), value: value.to_owned() };
        let mut value = json!({"type": kind});
        match kind {
            "button" => continue,
            "checkboxes" | "multi_static_select" => {
                let picked = match given {
                    Some(given) => given
                        .split(',')
                        .filter(|value| !value.is_empty())
                        .map(|value| chosen(value).ok_or_else(|| no_choice(value)))
                        .collect::<Result<Vec<_>, _>>()?,
                    None => element["initial_options"].as_array().cloned().unwrap_or_default(),
                };
                value["selected_options"] = json!(picked);
            }
            "static_select" | "radio_buttons" => {
                value["selected_option"] = match given {
                    Some(given) => chosen(given).ok_or_else(|| no_choice(given))?,
                    None => element["initial_option"].clone(),
                };
            }
            _ => value["value"] = given.map_or_else(|| element["initial_value"].clone(), |given| json!(given)),
        }
        values[block_id][action_id] = value;
    }
    match fields.iter().find(|(name, _)| !known.contains(name)) {
        Some((name, _)) => {
            let shown = message::render(blocks, &BTreeMap::new());
            Err(Impossible::NoElement { id: (*name).to_owned(), shown })
        }
        None => Ok(values),
    }
}
