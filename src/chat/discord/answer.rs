//! Answers to one person: by the token of what they did while it lives, in the channel otherwise.

use axum::http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::client::{CallError, codes};
use super::{Discord, embeds, is_unreachable};
use crate::chat::ChatError;
use crate::clock;
use crate::request::ReplyTo;

/// How long an interaction's token is used: Discord lets it live for 15 minutes.
const TOKEN_LIVES: SignedDuration = SignedDuration::from_secs(14 * 60 + 45);
/// So long after a click another replica may still be acknowledging it.
const JUST_NOW: SignedDuration = SignedDuration::from_secs(5);
/// The first millisecond of 2015, from which ids count.
const EPOCH: i64 = 1_420_070_400_000;

impl Discord {
    /// By the interaction's token, which lives 15 minutes; afterwards, where it was never acknowledged, or where there was
    /// none, in the channel.
    pub(super) async fn answer_alone(&self, to: &ReplyTo, text: &str) -> Result<(), ChatError> {
        let handle = to.handle.as_deref().and_then(|handle| handle.split_once('/'));
        let Some((id, token)) = handle else {
            return self.answer_publicly(to, &to.channel, text, text).await;
        };
        // What was written is answered where it was written, which may be a thread.
        if let Some(channel) = token.strip_prefix('#') {
            return match self.answer_publicly(to, channel, id, text).await {
                // Somebody closed the thread meanwhile, or it takes nothing.
                Err(ChatError::Gone(_) | ChatError::Closed(_)) if channel != to.channel => {
                    self.answer_publicly(to, &to.channel, id, text).await
                }
                answered => answered,
            };
        }
        if token.is_empty() {
            return self.answer_publicly(to, &to.channel, id, text).await;
        }
        self.acknowledging.over(id).await;
        let age = age(id);
        if age > TOKEN_LIVES {
            return self.answer_publicly(to, &to.channel, id, text).await;
        }
        let path = format!("/webhooks/{}/{token}", self.us.application);
        for (place, mut body) in embeds::texts(text).into_iter().enumerate() {
            let answered = if place == 0 {
                body["components"] = json!([]);
                let original = format!("{path}/messages/@original");
                self.client.by_token("edit_original", Method::PATCH, &original, Some(&body)).await
            } else {
                body["flags"] = json!(embeds::EPHEMERAL);
                self.client.by_token("create_followup", Method::POST, &path, Some(&body)).await
            };
            match answered {
                Ok(_) => {}
                // Perhaps another replica is still acknowledging it.
                Err(error) if error.code() == Some(codes::UNKNOWN_WEBHOOK) && age < JUST_NOW => {
                    return Err(ChatError::passing("the interaction is not acknowledged yet".to_owned()));
                }
                Err(error) if is_no_way(&error) => return self.answer_publicly(to, &to.channel, id, text).await,
                Err(error) => return Err(error.about("edit_original", &to.channel)),
            }
        }
        Ok(())
    }

    /// Answers in the channel, for everybody to see, where no token leads to the person alone: naming them, without a
    /// ping.
    async fn answer_publicly(&self, to: &ReplyTo, channel: &str, key: &str, text: &str) -> Result<(), ChatError> {
        for (place, mut body) in embeds::texts(text).into_iter().enumerate() {
            if place == 0 {
                let answer = body["content"].as_str().unwrap_or_default();
                body["content"] = json!(format!("<@{}> {answer}", to.account.user));
            }
            match self.create(channel, &format!("answer/{key}/{place}"), &body).await {
                Ok(_) => {}
                Err(CallError::Refused(refusal)) if is_unreachable(refusal.code) => {
                    return Err(ChatError::Gone(format!("the way to {} on Discord", to.account.user)));
                }
                Err(error) => return Err(error.about("create_message", channel)),
            }
        }
        Ok(())
    }
}

/// How long ago something with this id came about, by Discord's clock against ours.
fn age(id: &str) -> SignedDuration {
    let born = id.parse::<u64>().ok().and_then(|id| i64::try_from(id >> 22).ok());
    let born = born.and_then(|since| Timestamp::from_millisecond(since + EPOCH).ok());
    born.map_or(SignedDuration::MAX, |born| clock::now().duration_since(born))
}

/// Whether no answer gets there by the interaction's token: it has run out, was never acknowledged, or its message was
/// dismissed.
fn is_no_way(error: &CallError) -> bool {
    matches!(error.code(), Some(codes::UNKNOWN_WEBHOOK | codes::UNKNOWN_MESSAGE | codes::INVALID_TOKEN))
}
