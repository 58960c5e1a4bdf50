// discord.js against the simulated server: it logs in, hears commands, buttons and forms, and answers them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, Events, GatewayIntentBits, MessageFlags, ModalBuilder,
  SlashCommandBuilder, TextInputBuilder, TextInputStyle,
} from 'discord.js';
import { start, within } from './simulators.mjs';

const simulators = await start();
const place = simulators.places.discord;
const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: place.api_url } });
const ready = once(client, Events.ClientReady);
await client.login(place.token);
await within('ready', ready);
assert.equal(client.user.id, place.application);
const guild = await client.guilds.fetch(place.guild);
await guild.commands.set([
  new SlashCommandBuilder().setName('stager').setDescription('Staging')
    .addSubcommand((check) => check.setName('check').setDescription('Looks')
      .addStringOption((option) => option.setName('environment').setDescription('Where'))),
]);

async function heard(does, what, answer) {
  const came = once(client, Events.InteractionCreate);
  const became = simulators.act('discord', does, { who: 'anna', ...what });
  const [interaction] = await within(does, came);
  await answer(interaction);
  const said = await became;
  assert.ok(said.delivered && said.acked, JSON.stringify(said));
  return said;
}

// A command, deferred, answered later, and followed up.
await heard('types', { text: '/stager check prod' }, async (interaction) => {
  assert.ok(interaction.isChatInputCommand());
  assert.equal(interaction.commandName, 'stager');
  assert.equal(interaction.options.getSubcommand(), 'check');
  assert.equal(interaction.options.getString('environment'), 'prod');
  assert.equal(interaction.user.username, 'anna');
  assert.equal(interaction.locale, 'en-US');
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  await interaction.editReply('looking');
  await interaction.followUp({ content: 'for everybody' });
});
assert.match((await simulators.act('discord', 'sees', { who: 'anna' })).text, /looking/);
const others = (await simulators.act('discord', 'sees', { who: 'ben' })).text;
assert.match(others, /for everybody/);
assert.doesNotMatch(others, /looking/);

// A message with a button; its click opens a form; the form is answered by changing the message.
const channel = await client.channels.fetch(place.channel);
const button = new ButtonBuilder().setCustomId('go:1').setLabel('Go').setStyle(ButtonStyle.Danger);
const card = await channel.send({ content: 'a card', components: [new ActionRowBuilder().addComponents(button)] });
await heard('clicks', { message: card.id, action: 'go:1' }, async (interaction) => {
  assert.ok(interaction.isButton());
  assert.equal(interaction.message.id, card.id);
  const field = new TextInputBuilder().setCustomId('reason').setLabel('Why').setStyle(TextInputStyle.Short);
  await interaction.showModal(new ModalBuilder().setCustomId('why:1').setTitle('Why')
    .addComponents(new ActionRowBuilder().addComponents(field)));
});
await heard('submits', { fields: { reason: 'staging fails' } }, async (interaction) => {
  assert.ok(interaction.isModalSubmit());
  assert.equal(interaction.customId, 'why:1');
  assert.equal(interaction.fields.getTextInputValue('reason'), 'staging fails');
  assert.ok(interaction.isFromMessage());
  await interaction.update({ content: 'asked for', components: [] });
});
assert.match((await simulators.act('discord', 'sees', { who: 'ben' })).text, /asked for/);
const thread = await card.startThread({ name: 'incident 1' });
await thread.send('told in the thread');
await card.edit('over');

// Its errors, as discord.js sees them.
await assert.rejects(client.channels.fetch('900000000000000404'), (error) => error.code === 10003);
await assert.rejects(channel.send('x'.repeat(2001)), (error) => error.code === 50035);
await assert.rejects(channel.messages.edit('900000000000000405', 'x'), (error) => error.code === 10008);
await assert.rejects(new Client({ intents: [], rest: { api: place.api_url } }).login('a.b.c'));

// Asked to reconnect, it resumes, and hears.
const resumed = once(client, Events.ShardResume);
await simulators.act('discord', 'reconnects', {});
await within('resumed', resumed);
await heard('types', { text: '/stager check' }, (interaction) => interaction.reply('here'));
await client.destroy();
simulators.close();
console.log('discord.js: accepted');
