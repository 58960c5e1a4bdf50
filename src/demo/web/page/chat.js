// The channel as one person sees it on Slack or on Discord, with what they can do there.

import { make, markdown, mrkdwn, plainText } from './text.js';

const EPOCH = 1420070400000n;

/// The time of the day in the page's language. To make one takes longer than to draw a message.
let clock = null;
function timeOfDay(at) {
  const { lang } = document.documentElement;
  if (clock?.lang !== lang) {
    clock = { lang, format: new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }) };
  }
  return clock.format.format(at);
}

/// When a message was posted, by its id.
function when(on, id) {
  return timeOfDay(on === 'slack' ? Number(id) * 1000 : Number((BigInt(id) >> 22n) + EPOCH));
}

/// Draws the channel, and keeps what did not change: its focus, and which threads are open.
export class Chat {
  #nodes = new Map();
  #shown = '';

  constructor(list, act) {
    this.list = list;
    this.act = act;
  }

  /// `me` is whoever looks: platform, account, channel, words and names.
  draw(things, me) {
    const view = JSON.stringify([me.on, me.account, me.channel, me.language, me.names]);
    if (view !== this.#shown) {
      const open = new Set([...this.#nodes].filter(([, node]) => node.thread.open).map(([key]) => key));
      this.#nodes.clear();
      this.list.replaceChildren();
      this.#shown = view;
      this.reopen = open;
    }
    const atEnd = this.list.scrollTop + this.list.clientHeight >= this.list.scrollHeight - 60;
    const prefix = `${me.on}/`;
    const mine = things.keys(prefix).filter(key => this.#isSeen(things.get(key), me));
    const top = mine.filter(key => !things.get(key).thread || things.get(key).to);
    const replies = Map.groupBy(mine.filter(key => !top.includes(key)), key => prefix + things.get(key).thread);
    for (const [key, node] of this.#nodes) {
      if (!mine.includes(key)) {
        node.wrapper.remove();
        this.#nodes.delete(key);
      }
    }
    let before = null;
    for (const key of top) {
      const node = this.#node(key, things, me);
      if (node.wrapper.previousElementSibling !== before || node.wrapper.parentNode !== this.list) {
        before ? before.after(node.wrapper) : this.list.prepend(node.wrapper);
      }
      before = node.wrapper;
      this.#thread(node, replies.get(key) ?? [], things, me);
    }
    this.list.querySelector(':scope > .quiet')?.remove();
    if (!top.length) this.list.append(make('p', { class: 'quiet' }, me.word(me.account ? 'play-silence' : 'play-not-here')));
    if (atEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  /// Where a message is drawn.
  find(key) { return this.#nodes.get(key)?.wrapper; }

  #isSeen(message, me) {
    const here = me.on === 'slack' ? message.channel === me.channel.id : message.place === me.channel.name;
    return me.account && here && (!message.to || message.to === me.account);
  }

  #thread(node, keys, things, me) {
    node.thread.hidden = !keys.length;
    if (!keys.length) return;
    node.summary.textContent = `${me.word('play-thread')} (${keys.length})`;
    const items = keys.map(key => this.#node(key, things, me).wrapper);
    if (items.some((item, place) => node.replies.children[place] !== item)) node.replies.replaceChildren(...items);
  }

  #node(key, things, me) {
    let node = this.#nodes.get(key);
    const message = things.get(key);
    const warnings = things.of('warning/').filter(one => me.on === 'slack' && one.person === me.account && key === `slack/${one.message}`);
    const seen = JSON.stringify(warnings);
    if (!node) {
      const summary = make('summary');
      const replies = make('div', { class: 'replies' });
      const thread = make('details', { hidden: true }, summary, replies);
      thread.open = this.reopen?.has(key) ?? false;
      const body = make('div');
      node = { body, thread, summary, replies, wrapper: make('article', { 'data-key': key, tabindex: '-1' }, body, thread) };
      this.#nodes.set(key, node);
    } else if (node.message === message && node.seen === seen) {
      return node;
    }
    const focused = node.body.contains(document.activeElement) ? document.activeElement.dataset.button : null;
    const body = this.#body(key.slice(me.on.length + 1), message, warnings, me);
    node.body.replaceWith(body);
    Object.assign(node, { body, message, seen });
    if (focused) [...body.querySelectorAll('button')].find(button => button.dataset.button === focused)?.focus();
    return node;
  }

  #body(id, message, warnings, me) {
    const face = make('span', { class: `face face-${message.bot ? 'bot' : [...message.author].reduce((sum, one) => sum + one.codePointAt(0), 0) % 5}`, 'aria-hidden': 'true' }, message.author[0]);
    const about = make('p', { class: 'about' }, make('b', {}, message.author), message.bot ? make('span', { class: 'app' }, 'APP') : null,
      ' ', make('time', {}, when(me.on, id)), message.edited ? make('small', {}, ` ${me.word('play-edited')}`) : null);
    const content = me.on === 'slack' ? this.#slack(id, message, me) : this.#discord(id, message, me);
    const only = message.to ? make('p', { class: 'only' }, `${me.word('play-only-you')} `,
      make('button', { type: 'button', class: 'link', 'data-button': 'dismiss', onclick: () => this.act({ do: 'dismiss', message: id }) }, me.word('play-dismiss'))) : null;
    return make('div', { class: message.to ? 'message private' : 'message' }, face, make('div', { class: 'said' }, about, only, ...content,
      ...warnings.map(warning => make('p', { class: 'warning', role: 'alert' }, `⚠ ${warning.text}`))));
  }

  #slack(id, message, me) {
    if (!message.blocks.length) return [make('p', { class: 'text' }, ...mrkdwn(message.text, me.names))];
    return message.blocks.map(block => this.#block(id, block, me));
  }

  #block(id, block, me) {
    const text = one => (one.type === 'mrkdwn' ? mrkdwn(one.text, me.names) : [plainText(one.text)]);
    switch (block.type) {
      case 'header': return make('p', { class: 'headline' }, plainText(block.text.text));
      case 'section': return make('div', { class: block.fields ? 'fields' : 'text' },
        ...(block.text ? text(block.text) : []),
        ...(block.fields ?? []).map(field => make('div', {}, ...text(field))));
      case 'context': return make('p', { class: 'context' }, ...block.elements.flatMap(text));
      case 'divider': return make('hr');
      case 'actions': return make('div', { class: 'actions' }, ...block.elements.filter(one => one.type === 'button').map(button =>
        make('button', { type: 'button', class: `chat-button ${button.style ?? ''}`, 'data-button': button.action_id, onclick: () => this.#press(id, button) }, plainText(button.text.text))));
      default: return make('p', { class: 'text' }, block.text?.text ?? '');
    }
  }

  /// What Slack asks first is asked here, and what was declined is not sent.
  #press(id, button) {
    const click = { do: 'click', message: id, button: button.action_id };
    const { confirm } = button;
    if (!confirm) return this.act(click);
    ask(plainText(confirm.title.text), [make('p', {}, plainText(confirm.text.text))], plainText(confirm.confirm.text), plainText(confirm.deny.text), button.style)
      .then(yes => this.act({ ...click, declined: !yes }));
  }

  #discord(id, message, me) {
    if (message.thinking) return [make('p', { class: 'quiet' }, me.word('play-thinking'))];
    const said = text => markdown(text, me.names);
    const embeds = message.embeds.map(embed => {
      const box = make('div', { class: 'embed' },
        embed.title ? make('p', { class: 'embed-title' }, ...said(embed.title)) : null,
        embed.description ? make('div', { class: 'text' }, ...said(embed.description)) : null,
        embed.fields ? make('div', { class: 'fields' }, ...embed.fields.map(field => make('div', {}, make('strong', {}, ...said(field.name)), '\n', ...said(field.value)))) : null,
        embed.footer ? make('p', { class: 'context' }, embed.footer.text) : null);
      if (embed.color != null) box.style.borderInlineStartColor = `#${embed.color.toString(16).padStart(6, '0')}`;
      return box;
    });
    const styles = { 1: 'blurple', 3: 'primary', 4: 'danger' };
    const rows = message.components.map(row => make('div', { class: 'actions' }, ...row.components.filter(one => one.type === 2).map(button =>
      make('button', { type: 'button', class: `chat-button ${styles[button.style] ?? ''}`, 'data-button': button.custom_id, onclick: () => this.act({ do: 'click', message: id, button: button.custom_id }) }, button.label))));
    return [message.content ? make('div', { class: 'text' }, ...said(message.content)) : null, ...embeds, ...rows];
  }
}

const dialog = () => document.getElementById('dialog');

/// Puts a question, and tells whether it was answered with yes.
function ask(title, content, yes, no, style) {
  return new Promise(answer => {
    const form = make('form', { method: 'dialog' },
      make('h2', { id: 'dialog-title' }, title), ...content,
      make('div', { class: 'actions' },
        make('button', { class: 'chat-button', value: 'no' }, no),
        make('button', { class: `chat-button ${style ?? 'primary'}`, value: 'yes', 'data-button': 'yes' }, yes)));
    dialog().replaceChildren(form);
    dialog().returnValue = '';
    dialog().onclose = () => answer(dialog().returnValue === 'yes');
    dialog().showModal();
  });
}

let asked = null;

/// Shows the form that the app opened for this person, if there is one, and sends it in or closes it.
export function drawForm(things, me, act) {
  const key = things.keys(`form-${me.on}/`).filter(one => things.get(one).person === me.account).at(-1) ?? null;
  if (key === asked) return;
  asked = key;
  if (!key) {
    if (dialog().open) dialog().close('gone');
    return;
  }
  const { content } = things.get(key);
  const { title, texts, field, label, yes, no } = me.on === 'slack' ? slackForm(content, me) : discordForm(content, me);
  const area = make('textarea', { id: 'reason', rows: '3', maxlength: '2000' });
  const inside = [...texts.map(parts => make('div', { class: 'text' }, ...parts)), make('label', { for: 'reason' }, label), area];
  ask(title, inside, yes, no).then(sent => {
    if (asked !== key) return;
    act(sent ? { do: 'submit', field, text: area.value } : { do: 'close-form' });
  });
  area.focus();
}

function slackForm(form, me) {
  const input = form.blocks.find(block => block.type === 'input');
  const texts = form.blocks.filter(block => block.type === 'section').map(block =>
    (block.text.type === 'mrkdwn' ? mrkdwn(block.text.text, me.names) : [plainText(block.text.text)]));
  return {
    title: plainText(form.title.text), texts, field: input.element.action_id, label: plainText(input.label.text),
    yes: plainText(form.submit?.text ?? me.word('play-send')), no: plainText(form.close?.text ?? me.word('play-cancel')),
  };
}

function discordForm(form, me) {
  const input = form.components.flatMap(row => row.components ?? []).find(one => one.type === 4);
  const texts = form.components.filter(row => row.type === 10).map(row => markdown(row.content, me.names));
  return { title: form.title, texts, field: input.custom_id, label: input.label, yes: me.word('play-send'), no: me.word('play-cancel') };
}
