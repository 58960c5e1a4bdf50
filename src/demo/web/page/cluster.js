// The cluster, and the timeline.

import { make } from './text.js';

const SVG = 'http://www.w3.org/2000/svg';
const PHASES = ['phase-diagnosis', 'phase-request', 'phase-approval', 'phase-deletes', 'phase-recovery'];

/// The pods, those behind the Service, and the lock.
export function drawCluster(things, word) {
  const pods = things.of('pod/');
  document.getElementById('pods').replaceChildren(...pods.map(pod => {
    const whole = pod.ready === pod.containers && !pod.terminating;
    const label = pod.active == null ? '–' : word(pod.active ? 'play-active' : 'play-passive');
    return make('tr', { class: pod.terminating ? 'leaving' : whole ? 'well' : 'coming' },
      make('th', { scope: 'row' }, pod.name),
      make('td', {}, make('span', { class: 'dot', 'aria-hidden': 'true' }), `${pod.ready}/${pod.containers}`),
      make('td', {}, pod.terminating ? word('play-terminating') : pod.phase),
      make('td', { class: pod.active ? 'active' : null }, label),
      make('td', { class: 'uid', title: pod.uid }, pod.uid.slice(0, 8)));
  }));
  const cluster = things.get('cluster');
  const put = (id, text) => { document.getElementById(id).textContent = text || word('leader-none'); };
  put('leader', cluster.leader);
  put('endpoints', cluster.endpoints.join(', '));
  const owner = pods.find(pod => pod.uid === cluster.lock || pod.name === cluster.lock);
  put('lock', owner?.name ?? cluster.lock);
  for (const button of document.querySelectorAll('#faults button')) {
    button.setAttribute('aria-pressed', cluster.faults.includes(button.dataset.fault));
  }
}

/// The requests, the newest at the end, which stays in sight.
export function drawRequests(things) {
  const list = document.getElementById('requests');
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 30;
  const shown = new Map([...list.children].map(item => [item.dataset.key, item]));
  list.replaceChildren(...things.keys('request/').map(key => {
    if (shown.has(key)) return shown.get(key);
    const { method, path, query, status } = things.get(key);
    const rest = query ? `?${query}` : '';
    const short = path.replace(/^\/apis?\//, '').replace(/^v1\/namespaces\/[^/]+\//, '');
    return make('li', { 'data-key': key, class: `verb-${method.toLowerCase()}${status >= 400 ? ' bad' : ''}`, title: path + rest },
      make('b', {}, method), ' ', short + rest.slice(0, 60), ' ', make('i', {}, String(status)));
  }));
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/// A length of time in the page's language.
function spell(milliseconds) {
  const said = (number, unit, digits) => new Intl.NumberFormat(document.documentElement.lang, {
    style: 'unit', unit, unitDisplay: 'narrow', minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(number);
  const seconds = milliseconds / 1000;
  return seconds < 60 ? said(seconds, 'second', 1) : `${said(Math.floor(seconds / 60), 'minute', 0)} ${said(Math.round(seconds % 60), 'second', 0)}`;
}

const svg = (name, attributes, ...children) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

/// The incidents' phases, each as long as it took; the one under way grows. Whether one is.
export function drawTimeline(things, word) {
  const incidents = things.of('incident/').reverse();
  const drawn = incidents.map(incident => draw(incident, word));
  const none = [make('p', { class: 'quiet' }, word('play-timeline-none'))];
  document.getElementById('incidents').replaceChildren(...(drawn.length ? drawn : none));
  return incidents.some(incident => !incident.closed);
}

function draw(incident, word) {
  const phases = incident.phases.map(([id, length]) => ({ id, length }));
  if (!incident.closed) {
    const told = phases.reduce((all, phase) => all + phase.length, 0);
    const next = PHASES[PHASES.indexOf(phases.at(-1)?.id) + 1] ?? PHASES.at(-1);
    phases.push({ id: next, length: Math.max(0, Date.now() - incident.opened - told), grows: true });
  }
  const all = phases.reduce((sum, phase) => sum + phase.length, 0) || 1;
  let from = 0;
  const bars = phases.map(({ id, length, grows }) => {
    // A phase is never so short that it is not seen.
    const width = Math.max(4, (length / all) * (1000 - 4 * phases.length));
    const bar = svg('rect', { x: from, y: 0, width, height: 22, class: `${id}${grows ? ' grows' : ''}` });
    from += width;
    return bar;
  });
  const name = `${word('play-incident')} ${incident.number}`;
  const told = phases.map(({ id, length }) => `${word(id)}: ${spell(length)}`).join(', ');
  const picture = svg('svg', { viewBox: `0 0 ${from} 22`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `${name}: ${told}` }, ...bars);
  const legend = make('ul', { class: 'legend' }, ...phases.map(({ id, length, grows }) => make('li', { class: grows ? 'grows' : null },
    make('span', { class: `key ${id}`, 'aria-hidden': 'true' }), `${word(id)} `, make('b', {}, spell(length)))));
  const outcome = incident.outcome ? make('p', { class: 'outcome' }, incident.outcome) : null;
  return make('article', {}, make('h3', {}, name), picture, legend, outcome);
}
