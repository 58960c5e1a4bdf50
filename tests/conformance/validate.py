"""Validates every message that the bot sent while the tests ran: `validate.py FOLDER`.

`cargo test` writes them to the folder that STAGERBOT_RECORD_SENT names, a JSON object a line. Slack's are judged by the models of
Slack's own SDK, Discord's by Discord's published OpenAPI description; and both by the documented limits that those do not know.
Before that it judges messages that are known to be right and wrong, so that it can be told from one that lets everything pass.
"""

import collections
import inspect
import json
import logging
import pathlib
import sys

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View

logging.disable(logging.WARNING)  # The SDK's own remarks on unknown keys: they are errors here.

# https://docs.slack.dev/reference/block-kit/blocks
BLOCKS = 50
# https://docs.slack.dev/reference/methods/chat.postMessage: what is longer is cut off.
TEXT = 40_000
# Not documented: from about 13 200 characters on Slack answers msg_blocks_too_long.
BLOCKS_SUM = 12_000
# What may stand beside text and blocks in an answer by a response URL, which takes what an incoming webhook takes.
ANSWER = {"text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts", "metadata",
          "link_names", "mrkdwn", "parse", "unfurl_links", "unfurl_media"}
# https://discord.com/developers/docs/resources/message
CONTENT = 2_000
EMBEDS_SUM = 6_000

OPENAPI = pathlib.Path(__file__).parent.parent / "data/discord/openapi.json"
CALLS = {
    "create_message": ("post", "/channels/{channel_id}/messages"),
    "edit_message": ("patch", "/channels/{channel_id}/messages/{message_id}"),
    "create_response": ("post", "/interactions/{interaction_id}/{interaction_token}/callback"),
    "create_followup": ("post", "/webhooks/{webhook_id}/{webhook_token}"),
    "edit_original": ("patch", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"),
    "start_thread": ("post", "/channels/{channel_id}/messages/{message_id}/threads"),
    "set_commands": ("put", "/applications/{application_id}/guilds/{guild_id}/commands"),
}


def beyond(given, known, at=""):
    """What is in one and not in the other: keys that a model does not know vanish in it."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key not in known:
                yield f"{at}.{key} is not known"
            else:
                yield from beyond(value, known[key], f"{at}.{key}")
    elif isinstance(given, list) and isinstance(known, list):
        if len(given) != len(known):
            yield f"{at}: {len(given)} given, {len(known)} known"
        for place, (one, other) in enumerate(zip(given, known)):
            yield from beyond(one, other, f"{at}[{place}]")
    elif given != known:
        yield f"{at}: {given!r} is read as {known!r}"


def texts(value):
    """Every text that is shown."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def modelled(model, given, at):
    try:
        return list(beyond(given, model(given), at))
    except Exception as error:  # Each model has errors of its own.
        return [f"{at}: {error}"]


def block_flaws(blocks, most):
    flaws = []
    if len(blocks) > most:
        flaws.append(f"{len(blocks)} blocks")
    for place, block in enumerate(blocks):
        parsed = Block.parse(block)
        if parsed is None:
            flaws.append(f"blocks[{place}]: no block is a {block.get('type')}")
        else:
            flaws += modelled(lambda given: Block.parse(given).to_dict(), block, f"blocks[{place}]")
    if (length := sum(map(len, texts(blocks)))) > BLOCKS_SUM:
        flaws.append(f"the blocks' texts are {length} characters long")
    for name in ("block_id", "action_id"):
        ids = [one[name] for one in flat(blocks) if name in one]
        if len(ids) != len(set(ids)) and name == "block_id":
            flaws.append(f"a {name} twice: {ids}")
    return flaws


def flat(value):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from flat(inner)


def slack_flaws(call, body):
    if call == "views.open":
        view = body["view"]
        flaws = modelled(lambda given: View(**given).to_dict(), view, "view") + block_flaws(view["blocks"], 100)
        return flaws + [f"{key} is not known" for key in body.keys() - {"view", "trigger_id"}]
    known = ANSWER
    if "." in call:
        method = getattr(WebClient, call.replace(".", "_"), None)
        if method is None:
            return [f"the SDK has no {call}"]
        known = set(inspect.signature(method).parameters) - {"self", "kwargs"}
    flaws = [f"{key} is not known" for key in body.keys() - known]
    blocks, text = body.get("blocks") or [], body.get("text") or body.get("initial_comment") or ""
    flaws += block_flaws(blocks, BLOCKS)
    if len(text) > TEXT:
        flaws.append(f"the text is {len(text)} characters long")
    if not text and not blocks and not body.get("delete_original"):
        flaws.append("it says nothing")
    if (metadata := body.get("metadata")) is not None:
        flaws += modelled(lambda given: Metadata(**given).to_dict(), metadata, "metadata")
    return flaws


class Discord:
    def __init__(self):
        self.described = json.loads(OPENAPI.read_text())
        registry = Registry().with_resource("urn:discord", DRAFT202012.create_resource(self.described))
        self.validators = {}
        for call, (method, path) in CALLS.items():
            pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in
                               ["", "paths", path, method, "requestBody", "content", "application/json", "schema"])
            schema = {"$ref": f"urn:discord#{pointer.replace('{', '%7B').replace('}', '%7D')}"}
            self.validators[call] = Draft202012Validator(schema, registry=registry)

    def schema(self, call):
        method, path = CALLS[call]
        return self.described["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]

    def branches(self, schema):
        """Every schema that one may mean, references followed."""
        if "$ref" in schema:
            found = self.described
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            yield from self.branches(found)
            return
        yield schema
        for word in ("anyOf", "oneOf", "allOf"):
            for branch in schema.get(word, []):
                yield from self.branches(branch)

    def unknown(self, value, schemas, at=""):
        """Keys that no schema which may be meant knows: the description does not forbid them."""
        branches = [branch for schema in schemas for branch in self.branches(schema)]
        if isinstance(value, dict):
            known = collections.defaultdict(list)
            for branch in branches:
                for key, inner in branch.get("properties", {}).items():
                    known[key].append(inner)
            if not known:
                return
            for key, inner in value.items():
                if key not in known:
                    yield f"{at}.{key} is not known"
                else:
                    yield from self.unknown(inner, known[key], f"{at}.{key}")
        elif isinstance(value, list):
            items = [branch["items"] for branch in branches if "items" in branch]
            for place, inner in enumerate(value):
                yield from self.unknown(inner, items, f"{at}[{place}]")

    def flaws(self, call, body):
        if call not in CALLS:
            return [f"nothing describes {call}"]
        flaws = [f"{error.json_path}: {error.message[:200]}" for error in self.validators[call].iter_errors(body)]
        flaws += self.unknown(body, [self.schema(call)])
        message = body.get("data") or {} if call == "create_response" else body
        if isinstance(message, dict):
            if isinstance(content := message.get("content"), str) and len(content) > CONTENT:
                flaws.append(f"the content is {len(content)} characters long")
            length = sum(map(len, self.shown(message.get("embeds") or [])))
            if length > EMBEDS_SUM:
                flaws.append(f"the embeds are {length} characters long")
            ids = [one["custom_id"] for one in flat(message.get("components") or []) if "custom_id" in one]
            if len(ids) != len(set(ids)):
                flaws.append(f"a custom_id twice: {ids}")
        return flaws

    @staticmethod
    def shown(embeds):
        for embed in embeds:
            for one in [embed, embed.get("footer") or {}, embed.get("author") or {}, *(embed.get("fields") or [])]:
                yield from (one.get(name) or "" for name in ("title", "description", "text", "name", "value"))


def self_test(judge):
    """Right messages pass, and each of these is caught."""
    section = lambda text: {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    button = {"type": "button", "action_id": "a", "value": "1", "text": {"type": "plain_text", "text": "Go"}}
    actions = lambda **more: {"type": "actions", "elements": [{**button, **more}]}
    slack = lambda blocks, **more: ("slack", "chat.postMessage", {"channel": "C1", "text": "t", "blocks": blocks, **more})
    send = lambda **body: ("discord", "create_message", body)
    press = lambda **more: {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "a", **more}]}
    right = [
        slack([section("x" * 3000), actions(style="danger")], thread_ts="1.2"),
        ("slack", "response_url", {"text": "t", "response_type": "ephemeral", "replace_original": False}),
        send(content="x" * 2000, components=[press()], embeds=[{"title": "t", "description": "x" * 4096}]),
        ("discord", "create_response", {"type": 5, "data": {"flags": 64}}),
    ]
    wrong = [
        slack([section("x" * 3001)]),
        slack([section("x")] * 51),
        slack([section("x" * 2500)] * 5),
        slack([{"type": "sektion"}]),
        slack([{**section("x"), "colour": "red"}]),
        slack([actions(value="x" * 2001)]),
        slack([actions(emoji="x")]),
        slack([actions(style="green")]),
        slack([section("x")], chanel="C1"),
        slack([], text=""),
        slack([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]),
        ("slack", "chat.postMassage", {"text": "x"}),
        ("slack", "response_url", {"text": "x", "respnse_type": "ephemeral"}),
        ("slack", "views.open", {"trigger_id": "1", "view": {
            "type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": [section("x")]}}),
        send(content="x" * 2001),
        send(content="x", colour="red"),
        send(embeds=[{"titel": "x"}]),
        send(embeds=[{"description": "x" * 4097}]),
        send(embeds=[{"description": "x" * 3001}, {"description": "x" * 3000}]),
        send(content="x", components=[press(label="x" * 81)]),
        send(content="x", components=[press(custom_id="x" * 101)]),
        send(content="x", components=[press(), press()]),
        send(content="x", components=[press()] * 41),
        send(content=7),
        ("discord", "create_response", {"type": 99}),
        ("discord", "create_response", {"type": 4, "data": {"content": "x" * 2001}}),
        ("discord", "set_commands", [{"name": "x" * 33, "description": "x"}]),
        ("discord", "start_thread", {"name": "x" * 101}),
    ]
    for message in right:
        assert not (flaws := judge(*message)), f"it takes a right message for a wrong one: {message}: {flaws}"
    for message in wrong:
        assert judge(*message), f"it does not catch {json.dumps(message)[:300]}"
    return len(right), len(wrong)


def main(folder):
    discord = Discord()

    def judge(platform, call, body):
        return slack_flaws(call, body) if platform == "slack" else discord.flaws(call, body)

    right, wrong = self_test(judge)
    print(f"self-test: {right} right messages pass, {wrong} wrong ones are caught")
    counts, bad = collections.Counter(), 0
    for file in sorted(pathlib.Path(folder).glob("*.jsonl")):
        for line in file.read_text().splitlines():
            sent = json.loads(line)
            counts[sent["platform"], sent["call"]] += 1
            if flaws := judge(sent["platform"], sent["call"], sent["body"]):
                bad += 1
                if bad <= 20:
                    print(f"{sent['test']}: {sent['platform']} {sent['call']}: {'; '.join(flaws[:5])}\n    {line[:1000]}")
    for (platform, call), count in sorted(counts.items()):
        print(f"{platform:8} {call:22} {count:6}")
    for platform in ("slack", "discord"):
        assert any(seen == platform for seen, _ in counts), f"no message on {platform} was recorded"
    print(f"{counts.total()} messages validated, {bad} of them not valid")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
