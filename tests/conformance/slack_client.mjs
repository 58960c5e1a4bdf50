// Slack's own Socket Mode client for Node against the simulated workspace.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { SocketModeClient, LogLevel } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { start, within } from './simulators.mjs';

const simulators = await start();
const place = simulators.places.slack;
const slackApiUrl = `${place.api_url}/`;
const web = new WebClient(place.bot_token, { slackApiUrl, logLevel: LogLevel.ERROR });
const socket = new SocketModeClient({ appToken: place.app_token, clientOptions: { slackApiUrl }, logLevel: LogLevel.ERROR });
const connected = once(socket, 'connected');
await socket.start();
await within('the socket is open', connected);

const posted = await web.chat.postMessage({
  channel: place.channel,
  text: 'one',
  blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'go', value: '1', text: { type: 'plain_text', text: 'Go' } }] }],
});

async function heard(kind, does, what, answer) {
  const came = once(socket, kind);
  const became = simulators.act('slack', does, { who: 'anna', ...what });
  const [{ ack, body }] = await within(kind, came);
  await ack(answer);
  const { delivered, acked } = await became;
  assert.ok(delivered && acked, `${kind} was not acknowledged`);
  return body;
}

const command = await heard('slash_commands', 'types', { text: '/stager check' }, { text: 'heard' });
assert.equal(command.text, 'check');
assert.match((await simulators.act('slack', 'sees', { who: 'anna' })).text, /heard/);
const click = await heard('interactive', 'clicks', { message: posted.ts, action: 'go' });
assert.equal(click.actions[0].action_id, 'go');
const message = await heard('message', 'types', { text: '170010 again' });
assert.equal(message.event.text, '170010 again');

const again = once(socket, 'connected');
await simulators.act('slack', 'refreshes', {});
await within('another socket', again);
assert.equal((await heard('slash_commands', 'types', { text: '/stager status' })).text, 'status');
await assert.rejects(web.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }), /channel_not_found/);

await socket.disconnect();
simulators.close();
console.log('@slack/socket-mode: accepted');
