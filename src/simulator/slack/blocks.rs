//! Slack's limits on what may be shown, and its words when they are broken.

use serde_json::Value;

/// Where blocks are to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
}

/// Everything wrong with the blocks, in Slack's words; nothing if Slack takes them.
pub(super) fn problems(_blocks: &[Value], _surface: Surface) -> Vec<String> {
    Vec::new()
}
pub(super) fn view_problems(_view: &Value) -> Vec<String> {
    Vec::new()
}
pub(super) fn too_long(_blocks: &[Value]) -> bool {
    false
}
