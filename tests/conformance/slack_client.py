"""Python's official Slack SDK against the simulated workspace: the Web API, Socket Mode and signed requests."""

import json
import queue
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook import WebhookClient

from simulators import PATIENCE, Simulators, until

simulators = Simulators()
place = simulators.places["slack"]
api = place["api_url"] + "/"
web = WebClient(token=place["bot_token"], base_url=api)
channel = place["channel"]


def refused(call, error):
    try:
        call()
    except SlackApiError as said:
        assert said.response["error"] == error, said.response
        return said.response
    raise AssertionError(f"{error} was expected")


def button(action):
    return {"type": "actions", "block_id": "b", "elements": [
        {"type": "button", "action_id": action, "value": "1/abc", "text": {"type": "plain_text", "text": "Go"}}]}


# The Web API.
me = web.auth_test()
assert me["ok"] and me["user_id"].startswith("U") and me["team_id"].startswith("T"), me
posted = web.chat_postMessage(channel=channel, text="one", blocks=[button("go")], metadata={
    "event_type": "card", "event_payload": {"key": "1"}})
assert posted["message"]["blocks"][0]["elements"][0]["action_id"] == "go", posted
reply = web.chat_postMessage(channel=channel, thread_ts=posted["ts"], text="two")
assert reply["message"]["thread_ts"] == posted["ts"], reply
changed = web.chat_update(channel=channel, ts=posted["ts"], text="three", blocks=[button("go")])
assert changed["ts"] == posted["ts"] and changed["text"] == "three", changed
web.chat_postEphemeral(channel=channel, user=web.users_info(user="U0000000001")["user"]["id"], text="four")

# Its errors, as the SDK sees them.
refused(lambda: WebClient(token="xoxb-nobodys", base_url=api).auth_test(), "invalid_auth")
refused(lambda: web.chat_postMessage(channel="C0NOWHERE", text="x"), "channel_not_found")
refused(lambda: web.chat_update(channel=channel, ts="1.000000", text="x"), "message_not_found")
refused(lambda: web.chat_postMessage(channel=channel), "no_text")
long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
refused(lambda: web.chat_postMessage(channel=channel, text="x", blocks=[long]), "invalid_blocks")
refused(lambda: web.apps_connections_open(app_token=place["bot_token"]), "not_allowed_token_type")
simulators.do("slack", "limits", method="chat.postMessage")
limited = refused(lambda: web.chat_postMessage(channel=channel, text="x"), "ratelimited")
assert limited.status_code == 429 and int(limited.headers["Retry-After"]) >= 1, limited.headers
simulators.do("slack", "limits", method="chat.postMessage")
patient = WebClient(token=place["bot_token"], base_url=api, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=1)])
assert patient.chat_postMessage(channel=channel, text="after the pause")["ok"]

# Socket Mode.
socket = SocketModeClient(app_token=place["app_token"], web_client=WebClient(token=place["bot_token"], base_url=api))
requests = queue.Queue()


def acknowledge(client, request):
    payload = {"response_type": "ephemeral", "text": "heard"} if request.type == "slash_commands" else None
    client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))
    requests.put(request)


socket.socket_mode_request_listeners.append(acknowledge)
socket.connect()
until("the socket is open", socket.is_connected)


def heard(does, kind, **what):
    became = simulators.begin("slack", does, who="anna", **what)
    request = requests.get(timeout=PATIENCE)
    assert request.type == kind, request.type
    became = became.get(timeout=PATIENCE)
    assert became.get("delivered") and became["acked"], became
    return request.payload


command = heard("types", "slash_commands", text="/stager check prod")
assert (command["command"], command["text"]) == ("/stager", "check prod"), command
assert "heard" in simulators.do("slack", "sees", who="anna")["text"]
assert "heard" not in simulators.do("slack", "sees", who="ben")["text"]
WebhookClient(command["response_url"]).send(text="by its URL", response_type="in_channel")
assert "by its URL" in simulators.do("slack", "sees", who="ben")["text"]

click = heard("clicks", "interactive", message=posted["ts"], action="go")
assert click["type"] == "block_actions" and click["actions"][0]["value"] == "1/abc", click
assert click["message"]["ts"] == posted["ts"] and click["channel"]["id"] == channel, click
view = {"type": "modal", "callback_id": "why", "title": {"type": "plain_text", "text": "Why"},
        "submit": {"type": "plain_text", "text": "Send"}, "private_metadata": "1",
        "blocks": [{"type": "input", "block_id": "reason", "label": {"type": "plain_text", "text": "Reason"},
                    "element": {"type": "plain_text_input", "action_id": "text"}}]}
opened = web.views_open(trigger_id=click["trigger_id"], view=view)
assert opened["view"]["id"].startswith("V"), opened
refused(lambda: web.views_open(trigger_id=click["trigger_id"], view=view), "exchanged_trigger_id")
form = heard("submits", "interactive", fields={"text": "staging fails"})
assert form["type"] == "view_submission", form
assert form["view"]["state"]["values"]["reason"]["text"]["value"] == "staging fails", form

event = heard("types", "events_api", text="has anybody seen 170010?")
assert event["event"]["type"] == "message" and "170010" in event["event"]["text"], event

# A socket that is to be replaced: the client comes back by itself, and hears.
session = socket.current_session
simulators.do("slack", "refreshes")
until("another socket", lambda: socket.current_session is not session and socket.is_connected())
assert heard("types", "slash_commands", text="/stager status")["text"] == "status"
socket.close()

# Requests over HTTP, as the SDK verifies them.
verifier = SignatureVerifier(place["signing_secret"])


class App(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        valid = verifier.is_valid_request(body, dict(self.headers))
        said = json.loads(body) if self.headers["Content-Type"] == "application/json" else dict(urllib.parse.parse_qsl(body))
        requests.put((valid, said))
        answer = str(said.get("challenge", "")).encode()
        self.send_response(200 if valid else 401)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


app = HTTPServer(("127.0.0.1", 0), App)
threading.Thread(target=app.serve_forever, daemon=True).start()
assert simulators.do("slack", "requests", url=f"http://127.0.0.1:{app.server_port}/")["verified"]
valid, challenge = requests.get(timeout=PATIENCE)
assert valid and challenge["type"] == "url_verification", challenge


def requested(does, **what):
    became = simulators.do("slack", does, who="anna", **what)
    assert became["delivered"] and became["acked"], became
    valid, said = requests.get(timeout=PATIENCE)
    assert valid, said
    return said


assert requested("types", text="/stager check a & b")["text"] == "check a &amp; b"
assert json.loads(requested("clicks", message=posted["ts"], action="go")["payload"])["type"] == "block_actions"
assert requested("types", text="has anybody seen 170010?")["type"] == "event_callback"
simulators.close()
print("slack_sdk: Web API, its errors, Socket Mode, signed requests: accepted")
