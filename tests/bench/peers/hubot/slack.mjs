// Hubot's Slack adapter, with the API at another address: for that it takes clients, and has no setting.
import { SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { SlackBot } from '@hubot-friends/hubot-slack/src/Bot.mjs';

const slackApiUrl = process.env.PEER_SLACK_API;
const [botToken, appToken] = [process.env.PEER_BOT_TOKEN, process.env.PEER_APP_TOKEN];

export default {
  use: robot => new SlackBot(robot, {
    botToken,
    appToken,
    // The simulated workspace has no list of all of its people; they are asked for one by one.
    disableUserSync: true,
    socket: new SocketModeClient({ appToken, clientOptions: { slackApiUrl } }),
    web: new WebClient(botToken, { slackApiUrl, maxRequestConcurrency: 1, logLevel: 'error' }),
  }),
};
