// Texts as Slack and Discord show them. Everything is put into the page as text: nothing that somebody wrote becomes markup.

/// An element with attributes and children; a text child is text.
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.filter(child => child != null));
  return element;
}

const ENTITIES = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
const plain = text => text.replace(/&(?:lt|gt|amp);/g, entity => ENTITIES[entity]);

const SLACK_LINK = /\/archives\/\w+\/p(\d{10})(\d{6})/;
const DISCORD_LINK = /\/channels\/\d+\/\d+\/(\d+)$/;

/// A link to a message leads there within the page; any other would lead out of it, and is a text.
function link(address, text) {
  const [, seconds, micros] = SLACK_LINK.exec(address) ?? [];
  const [, id] = DISCORD_LINK.exec(address) ?? [];
  const goes = seconds ? `slack/${seconds}.${micros}` : id ? `discord/${id}` : null;
  return goes ? make('a', { href: '#', 'data-goes': goes }, text) : document.createTextNode(text);
}

/// The parts of a text: what a pattern finds is made into an element, and the rest goes on to what comes next.
function split(text, pattern, found, rest) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) parts.push(...rest(text.slice(from, match.index)));
    parts.push(found(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(...rest(text.slice(from)));
  return parts;
}

/// Slack's mrkdwn.
export function mrkdwn(text, names) {
  const tag = match => {
    const [target, label] = match[1].split('|', 2);
    const name = plain(label ?? names[target.slice(1)] ?? target.slice(1));
    if (target.startsWith('@') || target.startsWith('#')) return make('span', { class: 'mention' }, target[0] + name);
    if (target.startsWith('!')) return make('span', { class: 'mention' }, '@' + name);
    return link(plain(target), plain(label ?? target));
  };
  const tags = part => split(part, /<([^<>]+)>/g, tag, rest => [plain(rest)]);
  const bold = part => split(part, /\*([^*\n]+)\*/g, match => make('strong', {}, ...tags(match[1])), tags);
  const code = part => split(part, /`([^`\n]+)`/g, match => make('code', {}, plain(match[1])), bold);
  return split(text, /```\n?([\s\S]*?)\n?```\n?/g, match => make('pre', {}, plain(match[1])), code);
}

/// A plain_text of Slack's.
export const plainText = text => plain(text ?? '');

const unescaped = text => text.replace(/\\([!-/:-@[-`{-~])/g, '$1');

/// Discord's markdown.
export function markdown(text, names) {
  const mention = match => make('span', { class: 'mention' }, match[1][0] + (names[match[2]] ?? match[2]));
  const mentions = part => split(part, /<(@&|@|#)(\d+)>/g, mention, rest => [unescaped(rest)]);
  const links = part => split(part, /(?<!\\)\[((?:\\.|[^\]\\])+)\]\((https?:[^)\s]+)\)/g, match => link(match[2], unescaped(match[1])), mentions);
  const bold = part => split(part, /(?<!\\)\*\*(.+?)(?<!\\)\*\*/g, match => make('strong', {}, ...links(match[1])), links);
  const code = part => split(part, /(?<!\\)`([^`\n]+)`/g, match => make('code', {}, match[1]), bold);
  const line = part => {
    const [, mark, rest] = /^(### |-# )?([\s\S]*)$/.exec(part);
    if (mark === '### ') return [make('span', { class: 'headline' }, ...code(rest))];
    if (mark === '-# ') return [make('small', {}, ...code(rest))];
    return code(rest);
  };
  const lines = part => part.split('\n').flatMap((one, place) => (place ? ['\n', ...line(one)] : line(one)));
  return split(text, /```\n?([\s\S]*?)\n?```\n?/g, match => make('pre', {}, match[1]), lines);
}
