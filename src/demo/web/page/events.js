// Hears what there is and what changes. It asks before the rest of the page has arrived, and needs none of it.

/// Everything that is shown, by its key.
export const things = {
  all: new Map(),
  get(key) { return this.all.get(key); },
  keys(prefix) { return [...this.all.keys()].filter(key => key.startsWith(prefix)).sort(); },
  of(prefix) { return this.keys(prefix).map(key => this.all.get(key)); },
};

let events = null;
let changed = () => {};
let lost = () => {};

/// As long as the window is in sight: a browser has few connections for all of its windows.
function listen() {
  events?.close();
  events = document.hidden ? null : new EventSource('events');
  if (!events) return;
  let first = true;
  events.onmessage = event => {
    if (first) things.all.clear();
    first = false;
    const { set, gone } = JSON.parse(event.data);
    for (const key of gone) things.all.delete(key);
    for (const [key, value] of Object.entries(set)) things.all.set(key, value);
    changed();
  };
  events.onerror = () => {
    // The browser tries again by itself, and is told everything anew.
    first = true;
    lost();
  };
}

/// Has somebody told of every change, and of every loss of the connection.
export function tell(whenChanged, whenLost) {
  changed = whenChanged;
  lost = whenLost;
  if (things.get('show')) changed();
}

document.addEventListener('visibilitychange', listen);
listen();
