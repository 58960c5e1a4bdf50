// The playground's page in a real browser: each scene by two people in two windows, in English and in Japanese, with what the
// channel, the cluster and the timeline show; no violations for axe-core; dark, and as narrow as a phone. Usage:
//
//     node playground.mjs STAGERBOT FOLDER [PICTURES]
//
// FOLDER gets a picture of every scene; PICTURES, if it is given, the README's own, and shown.txt: the words in them, by which
// CI tells that those in deploy/pictures are out of date.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [stagerbot, folder, pictures] = process.argv.slice(2);
const PATIENCE = Number(process.env.PATIENCE ?? 60_000);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(folder, { recursive: true });

/// Starts the playground, and tells its address.
async function open(language) {
  const child = spawn(stagerbot, ['demo', '--web', '--fast', '--lang', language], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  for await (const line of createInterface(child.stdout)) {
    const address = /http:\/\/\S+/.exec(line);
    if (address) return { child, address: address[0] };
  }
  throw new Error('the playground did not start');
}

async function close({ child }) {
  const begun = Date.now();
  const ended = new Promise(end => child.on('exit', end));
  child.kill('SIGINT');
  assert.equal(await ended, 0, 'the playground ends well');
  const took = Date.now() - begun;
  console.log(`the playground ended within ${took} ms`);
  // On an idle machine that is well under two seconds.
  assert(took < 10_000, `it took ${took} ms to end`);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-lcd-text'],
});

/// A window of somebody's.
async function sit(address, who, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 1150 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.errors = [];
  page.on('pageerror', error => page.errors.push(String(error)));
  page.on('console', message => message.type() === 'error' && !/409/.test(message.text()) && page.errors.push(message.text()));
  page.on('request', request => request.url().startsWith(address) || request.url().startsWith('data:') || page.errors.push(`loads ${request.url()}`));
  await page.goto(`${address}#as=${who}`);
  await page.locator('#as option').first().waitFor({ state: 'attached' });
  return page;
}

/// An empty page, for what a browser takes by itself.
const empty = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end('<!doctype html><title>Empty</title><p>Empty');
}).listen(0, '127.0.0.1');

/// By the browser's own clock, in milliseconds since it set out for a page: when the server had answered, when something was painted,
/// and when the page was drawn and could be used (an empty one is once it is painted).
async function measured(page) {
  await until(page, 'something is painted', () => performance.getEntriesByName('first-contentful-paint').length > 0);
  return page.evaluate(() => {
    const at = name => performance.getEntriesByName(name)[0]?.startTime;
    const painted = at('first-contentful-paint');
    return [performance.getEntriesByType('navigation')[0].responseEnd, painted, at('drawn') ?? painted].map(Math.round);
  });
}

/// The same for windows of a browser that runs already: the least of each of some, since the machine may have other things to do.
async function warm(address) {
  const all = [];
  for (let count = 0; count < 6; count += 1) {
    const context = await browser.newContext({ viewport: { width: 1360, height: 1150 } });
    const page = await context.newPage();
    await page.goto(address);
    all.push(await measured(page));
    await context.close();
  }
  return all[0].map((_, place) => Math.min(...all.map(one => one[place])));
}

const told = ([answered, painted, usable]) => `answered after ${answered} ms, painted after ${painted}, used after ${usable}`;

const button = (page, action) => page.locator(`#messages [data-button="${action}"]`).last();
const seen = (page, text) => page.locator('#messages .private').getByText(text).first().waitFor();
const ended = page => page.locator('#state.well').waitFor();

/// Asks the page again and again; its policy keeps Playwright's own ways of waiting for a function out.
async function until(page, what, holds, argument) {
  const end = Date.now() + PATIENCE;
  while (!await page.evaluate(holds, argument)) {
    assert(Date.now() < end, `not seen: ${what}`);
    await new Promise(wake => setTimeout(wake, 50));
  }
}

async function choose(pages, scene) {
  const before = await pages[0].locator('#kubeconfig').textContent();
  await pages[0].selectOption('#scene', scene);
  for (const page of pages) {
    await until(page, 'another stage', before => document.getElementById('kubeconfig').textContent !== before, before);
  }
}

async function request(page) {
  await button(page, 'stager-restart').click();
  await page.locator('dialog textarea').fill('cf push fails in every space');
  await page.locator('dialog [data-button=yes]').click();
  await button(page, 'stager-approve').waitFor();
}

async function approve(page, yes = true) {
  await button(page, 'stager-approve').click();
  await page.locator('dialog').waitFor();
  await page.locator(`dialog button[value=${yes ? 'yes' : 'no'}]`).click();
}

const everyPodReady = page => until(page, 'every pod is ready', () => document.querySelectorAll('#pods tr.well').length === 4 && document.querySelectorAll('#pods tr').length === 4);
const deletes = page => page.locator('#requests .verb-delete').count();

/// How long it takes until the page shows what was ordered by a click on it: the least and the median of some.
async function follows(page) {
  const took = await page.evaluate(async () => {
    const fault = document.querySelector('[data-fault=play-fault-exec-denied]');
    const all = [];
    for (let count = 0; count < 10; count += 1) {
      const begun = performance.now();
      const before = fault.getAttribute('aria-pressed');
      fault.click();
      while (fault.getAttribute('aria-pressed') === before) await new Promise(wake => setTimeout(wake, 1));
      all.push(performance.now() - begun);
    }
    all.sort((one, other) => one - other);
    return [all[0], all[5]].map(Math.round);
  });
  return took;
}

/// What two people do in each scene, and what they see.
const SCENES = {
  async outage(ada, grace) {
    await request(ada);
    await approve(grace, false);
    await approve(grace);
    await ended(ada);
    await ended(grace);
    await everyPodReady(grace);
    assert.equal(await deletes(ada), 2, 'two pods were deleted');
    await until(ada, 'five phases', () => document.querySelectorAll('#incidents .legend li').length === 5);
    await until(ada, 'they are drawn', () => document.querySelectorAll('#incidents svg rect').length === 5);
  },
  async 'own-request'(ada, grace, own) {
    await request(ada);
    await approve(ada);
    await seen(ada, own);
    await grace.selectOption('#as', 'ada2');
    await approve(grace);
    await seen(grace, own);
    await ended(ada);
    assert.equal(await deletes(ada), 0, 'nothing was deleted');
  },
  async escalation(ada, grace) {
    await request(ada);
    await grace.locator('#channels button', { hasText: 'cf-managers' }).click();
    await grace.locator('#messages article').first().waitFor();
    await grace.locator('#channels button', { hasText: 'cf-operations' }).click();
    await approve(grace);
    await ended(ada);
    assert.equal(await deletes(ada), 2);
  },
  async 'recovers-itself'(ada, grace) {
    await request(ada);
    await grace.locator('#heal').click();
    await ended(grace);
    await everyPodReady(ada);
    assert.equal(await deletes(ada), 0, 'nothing was deleted');
  },
  async 'database-down'(ada, grace) {
    await button(ada, 'stager-check-again').waitFor();
    assert.equal(await button(ada, 'stager-restart').count(), 0, 'no restart is offered');
    await ada.locator('#line').fill('/stager restart cf push fails');
    await ada.locator('#line').press('Enter');
    await ada.locator('#messages .private').first().waitFor();
    await grace.locator('#faults [data-fault=play-fault-database-down][aria-pressed=true]').click();
    await ended(grace);
    assert.equal(await deletes(ada), 0, 'nothing was deleted');
  },
  async 'bot-killed'(ada, grace) {
    await request(ada);
    await approve(grace);
    await ada.locator('#requests .verb-delete').first().waitFor();
    await ada.locator('#bot').click();
    await grace.locator('#bot[data-does=revive]').click();
    await ended(ada);
    await everyPodReady(ada);
    // What was healthy by the time that it came back was left alone.
    assert([1, 2].includes(await deletes(ada)), 'no pod was deleted twice');
  },
};

async function violations(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  const told = violations.map(one => `${one.id}: ${one.help}\n${one.nodes.map(node => `  ${node.html}\n  ${node.failureSummary}`).slice(0, 4).join('\n')}`);
  assert.equal(told.length, 0, `${where}: ${told.join('\n')}`);
}

/// The words that a person reads who approves their own request, up to where languages differ.
const OWN = { en: 'You requested this restart yourself', ja: 'あなた自身が依頼' };

try {
  for (const language of ['en', 'ja']) {
    const playground = await open(language);
    const ada = await sit(playground.address, 'ada');
    const grace = await sit(playground.address, 'grace', { colorScheme: 'dark' });
    console.log(`${language}: the browser's first page: ${told(await measured(ada))}`);
    const reference = await warm(`http://127.0.0.1:${empty.address().port}/`);
    const page = await warm(`${playground.address}#as=zoe`);
    console.log(`${language}: another one: ${told(page)} (goal: 300 ms); an empty page beside it is painted after ${reference[1]} (${(page[2] / reference[1]).toFixed(1)} ×)`);
    const [least, median] = await follows(ada);
    console.log(`${language}: it follows a change within ${least} to ${median} ms (goal: 100 ms)`);
    assert.equal(await ada.locator('html').getAttribute('lang'), language);
    for (const [scene, play] of Object.entries(SCENES)) {
      const begun = Date.now();
      await grace.selectOption('#as', 'grace');
      await choose([ada, grace], scene);
      await play(ada, grace, OWN[language]).catch(async error => {
        for (const [who, page] of Object.entries({ ada, grace })) {
          console.error(`${who} sees: ${await page.locator('#state').textContent()} ${await page.locator('#failed').textContent()}`);
          await page.screenshot({ path: `${folder}/failed-${who}.png`, fullPage: true });
        }
        throw error;
      });
      await ada.screenshot({ path: `${folder}/${scene}-${language}.png`, fullPage: true });
      await grace.screenshot({ path: `${folder}/${scene}-${language}-dark.png`, fullPage: true });
      await violations(ada, `${scene}, ${language}`);
      await violations(grace, `${scene}, ${language}, dark`);
      console.log(`${language}: ${scene} took ${Date.now() - begun} ms`);
    }
    // The same incident on Discord, and both on a phone.
    await ada.locator('#platforms [data-on=discord]').click();
    await ada.locator('#messages .embed').first().waitFor();
    await ada.screenshot({ path: `${folder}/discord-${language}.png`, fullPage: true });
    await violations(ada, `Discord, ${language}`);
    for (const colorScheme of ['light', 'dark']) {
      const phone = await sit(playground.address, 'grace', { viewport: { width: 390, height: 844 }, colorScheme });
      await phone.locator('#messages article').first().waitFor();
      const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(wide <= 0, `on a phone the page is ${wide} px too wide`);
      await phone.screenshot({ path: `${folder}/phone-${language}-${colorScheme}.png`, fullPage: true });
      await violations(phone, `phone, ${language}, ${colorScheme}`);
      assert.deepEqual(phone.errors, []);
      await phone.context().close();
    }
    if (pictures && language === 'en') await paint(ada, grace);
    assert.deepEqual([...ada.errors, ...grace.errors], []);
    for (const page of [ada, grace]) await page.context().close();
    await close(playground);
  }
} finally {
  empty.close();
  await browser.close();
}
console.log('the playground is as it should be');

/// The README's pictures: the playground while somebody is needed, and a card.
async function paint(ada, grace) {
  mkdirSync(pictures, { recursive: true });
  await ada.locator('#platforms [data-on=slack]').click();
  await choose([ada, grace], 'outage');
  await request(ada);
  await ada.locator('#messages article').last().waitFor();
  await ada.setViewportSize({ width: 1240, height: 900 });
  await ada.screenshot({ path: `${pictures}/playground.png`, fullPage: true });
  // By then those who may approve were told.
  await ada.locator('#messages').getByText('Told', { exact: true }).last().waitFor();
  // All of the card, of which the channel shows the end; and a copy of it, since the page draws a card anew
  // when the bot changes it.
  await ada.evaluate(() => {
    document.getElementById('chat').style.height = 'auto';
    const messages = document.getElementById('messages');
    messages.replaceWith(messages.cloneNode(true));
  });
  const card = button(ada, 'stager-approve').locator('xpath=ancestor::div[contains(@class, "message")][1]');
  await card.screenshot({ path: `${pictures}/card.png` });
  // What is always there: names of parts, buttons and labels. Sentences depend on what was seen by then, numbers on the time.
  const always = line => line && line.length < 40 && !/\d|\(edited\)|Warning events|Further evidence/.test(line);
  const labels = await ada.locator('h1, h2, h3, legend, #faults button, #channels button').allInnerTexts();
  await ada.evaluate(() => document.querySelectorAll('#messages pre').forEach(one => one.remove()));
  const lines = [await card.innerText(), ...labels].flatMap(text => text.split('\n')).map(line => line.trim()).filter(always);
  writeFileSync(`${pictures}/shown.txt`, lines.map(line => `${line}\n`).join(''));
}
