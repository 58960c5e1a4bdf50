// The playground's page. It shows what the simulators hold, which comes as events, and sends what its visitor does as somebody of the cast.

import { Chat, drawForm } from './chat.js';
import { drawCluster, drawRequests, drawTimeline } from './cluster.js';
import { things, tell } from './events.js';
import { make } from './text.js';

const byId = id => document.getElementById(id);

/// Who looks, and at what: each window its own, kept in its address.
const own = new URLSearchParams(location.hash.slice(1));
const remember = (key, value) => {
  own.set(key, value);
  history.replaceState(null, '', `#${own}`);
};

/// What the page came with: a language, and its words.
const given = JSON.parse(byId('words').textContent || '{}');
let words = {};
let spoken = null;
const word = id => words[id] ?? id;

/// Does something as the person that this window is; what went wrong is told.
async function act(what) {
  byId('failed').textContent = '';
  const mine = ['type', 'click', 'submit', 'close-form', 'dismiss'].includes(what.do);
  const speaks = ['type', 'click', 'submit'].includes(what.do);
  const body = JSON.stringify({ ...what, ...(mine && { by: own.get('as'), on: own.get('on') }), ...(speaks && { language: spoken }) });
  try {
    const answer = await fetch('act', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    if (answer.ok) return true;
    const { why } = await answer.json().catch(() => ({ why: answer.statusText }));
    byId('failed').textContent = `${word('play-failed')} ${why}`;
  } catch {
    byId('failed').textContent = word('play-lost');
  }
  return false;
}

const chat = new Chat(byId('messages'), act);

/// Whoever looks: the platform, their account there, and the channel.
function me(show) {
  const on = own.get('on') === 'discord' ? 'discord' : 'slack';
  const role = show.cast.find(one => one.key === own.get('as')) ?? show.cast[0];
  const account = role[on] ?? null;
  const channels = show[on].channels.filter(one => !one.name.startsWith('direct-') || one.name === `direct-${account}`);
  const channel = channels.find(one => one.id === own.get(`in-${on}`)) ?? channels[0];
  return { on, role, account, channels, channel, names: show[on].names, language: spoken, word };
}

async function speak(language) {
  if (language === spoken) return;
  if (language === given.language) {
    words = given.words;
  } else {
    const answer = await fetch(`words/${language}`);
    if (!answer.ok) return;
    words = await answer.json();
  }
  spoken = language;
  document.documentElement.lang = language;
  byId('language').value = language;
  document.title = word('play-title');
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = word(element.dataset.word);
  byId('line').placeholder = word('play-type');
  drawn = {};
  draw();
}

/// What was drawn last, so that only what is otherwise is drawn again.
let drawn = {};
const once = (name, now, drawing) => {
  const seen = JSON.stringify(now);
  if (drawn[name] === seen) return;
  drawn[name] = seen;
  drawing();
};

/// Lets the page be seen, once there is something to see: laid out once and not at every step of the first drawing, and at the end
/// of what scrolls.
function reveal() {
  if (!document.body.hidden) return;
  document.body.hidden = false;
  for (const list of [byId('messages'), byId('requests')]) list.scrollTop = list.scrollHeight;
}

const options = (select, all, chosen) => {
  select.replaceChildren(...all.map(([value, text]) => make('option', { value }, text)));
  select.value = chosen;
};

function draw() {
  const show = things.get('show');
  if (!show || !spoken) return;
  const look = me(show);
  once('choices', [show.cast, show.scenes, show.faults, show.scene, look.role.key], () => {
    options(byId('as'), show.cast.map(one => [one.key, `${one.name}: ${word(one.says)}`]), look.role.key);
    options(byId('scene'), [['', word('play-free')], ...show.scenes.map(name => [name, word(`play-scene-${name}`)])], show.scene ?? '');
    byId('faults').replaceChildren(...show.faults.map(fault => make('button', {
      type: 'button', 'aria-pressed': 'false', 'data-fault': fault,
      onclick: event => act({ do: event.currentTarget.getAttribute('aria-pressed') === 'true' ? 'heal' : 'break', fault }),
    }, word(fault))));
    byId('look').textContent = word(`play-look-${show.scene ?? 'free'}`);
    byId('kubeconfig').textContent = `export KUBECONFIG=${show.kubeconfig}`;
  });
  once('state', [show.scene, show.opened, show.playing, show.ended, show.running], () => {
    const state = show.ended ? (show.ended.well ? word('play-ended-well') : `${word('play-ended-ill')} ${show.ended.why}`)
      : !show.opened ? word('play-opening') : show.playing ? word('play-playing') : show.scene ? word('play-your-turn') : '';
    byId('state').textContent = state;
    byId('state').className = show.ended ? (show.ended.well ? 'well' : 'ill') : '';
    byId('people').hidden = !show.scene || show.playing || Boolean(show.ended);
    byId('bot').textContent = word(show.running ? 'play-kill' : 'play-revive');
    byId('bot').dataset.does = show.running ? 'kill' : 'revive';
  });
  once('channels', [look.on, look.channels, look.channel], () => {
    document.body.dataset.on = look.on;
    for (const button of byId('platforms').children) button.setAttribute('aria-pressed', button.dataset.on === look.on);
    byId('channels').replaceChildren(...look.channels.map(channel => make('button', {
      type: 'button', 'aria-pressed': String(channel.id === look.channel.id), 'data-channel': channel.id,
      onclick: () => { remember(`in-${look.on}`, channel.id); draw(); },
    }, channel.name.startsWith('direct-') ? word('play-direct') : `# ${channel.name}`)));
  });
  byId('line').disabled = !look.account;
  chat.draw(things, look);
  drawForm(things, look, act);
  drawCluster(things, word);
  drawRequests(things);
  growing = drawTimeline(things, word);
  reveal();
  // When the page could first be used; tests/conformance/playground.mjs prints it.
  if (!performance.getEntriesByName('drawn').length) performance.mark('drawn');
}

let growing = false;
setInterval(() => { if (growing && spoken) growing = drawTimeline(things, word); }, 500);

byId('as').addEventListener('change', event => { remember('as', event.target.value); draw(); });
byId('language').addEventListener('change', async event => {
  remember('lang', event.target.value);
  await speak(event.target.value);
  act({ do: 'speak', language: spoken });
});
byId('scene').addEventListener('change', event => act({ do: 'scene', name: event.target.value || null }));
byId('again').addEventListener('click', () => act({ do: 'scene', name: byId('scene').value || null }));
byId('people').addEventListener('click', () => act({ do: 'play' }));
byId('heal').addEventListener('click', () => act({ do: 'heal', fault: null }));
byId('alert').addEventListener('click', () => act({ do: 'alert' }));
byId('bot').addEventListener('click', event => act({ do: event.currentTarget.dataset.does }));
byId('platforms').addEventListener('click', event => {
  if (event.target.dataset.on) { remember('on', event.target.dataset.on); draw(); }
});
byId('messages').addEventListener('click', event => {
  const { goes } = event.target.dataset;
  if (!goes) return;
  event.preventDefault();
  const message = things.get(goes);
  if (!message) return;
  const [on] = goes.split('/');
  const channel = things.get('show')[on].channels.find(one => one.id === message.channel || one.name === message.place);
  remember(`in-${on}`, channel.id);
  draw();
  const there = chat.find(goes);
  there?.scrollIntoView();
  there?.focus();
});
byId('composer').addEventListener('submit', event => {
  event.preventDefault();
  const text = byId('line').value.trim();
  if (!text) return;
  const look = me(things.get('show'));
  byId('line').value = '';
  act({ do: 'type', channel: look.channel.name.startsWith('direct-') ? null : look.channel.id, text });
});

own.has('as') || own.set('as', 'ada');
own.has('on') || own.set('on', 'slack');
remember('as', own.get('as'));
const speakOnce = () => speak(own.get('lang') ?? given.language);
tell(() => (spoken ? draw() : speakOnce()), () => {
  byId('state').textContent = word('play-lost');
  drawn.state = null;
  reveal();
});
speakOnce();
