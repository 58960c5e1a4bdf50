// The simulated platforms as a process, and the people in them.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export const PATIENCE = 20_000;

export async function start() {
  // Built beforehand, by the first argument of every program here.
  const child = spawn(process.argv[2], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map();
  let places;
  const ready = new Promise((resolve) => { places = resolve; });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line);
    if (said.id === undefined) return places(said);
    waiting.get(said.id)(said);
  });
  let count = 0;
  return {
    places: await ready,
    // Somebody does something; resolves with what became of it.
    act: (on, does, what) => within(`${on} ${does}`, new Promise((resolve) => {
      waiting.set(++count, resolve);
      child.stdin.write(`${JSON.stringify({ id: count, on, does, ...what })}\n`);
    })),
    close: () => child.stdin.end(),
  };
}

export function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not in time: ${what}`)), PATIENCE); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
