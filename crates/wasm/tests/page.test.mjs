// The page that is one file, opened from the disk in a real Chromium.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { Browser } from './browser.mjs';
import { commanded, folder, gathered, LEFT_OUT, PACKAGE, pictures } from './support.mjs';

const PAGE = String(pathToFileURL(join(PACKAGE, 'avatar-prep.html')));

/** The files of a zip, read by its directory. */
function unzipped(zip) {
  const end = zip.length - 22;
  assert.equal(zip.readUInt32LE(end), 0x06054b50);
  let at = zip.readUInt32LE(end + 16);
  assert.equal(at + zip.readUInt32LE(end + 12), end, 'the directory is last');
  const files = new Map();
  for (let left = zip.readUInt16LE(end + 10); left; left -= 1) {
    const [length, start] = [zip.readUInt16LE(at + 28), zip.readUInt32LE(at + 42)];
    const name = zip.subarray(at + 46, at + 46 + length).toString();
    // Version, flags, method, time, checksum, sizes, length of the name.
    assert.deepEqual(zip.subarray(start + 4, start + 30), zip.subarray(at + 6, at + 32));
    const from = start + 30 + length;
    const content = zip.subarray(from, from + zip.readUInt32LE(at + 24));
    if (crc32) assert.equal(zip.readUInt32LE(at + 16), crc32(content), name);
    assert.ok(!files.has(name), `${name} is there once`);
    files.set(name, content);
    at += 46 + length;
  }
  return files;
}

async function ready() {
  const browser = await Browser.open();
  await browser.visit(PAGE);
  await browser.until("document.body?.dataset.ready === 'true'");
  return browser;
}

async function downloaded(browser) {
  const to = folder();
  await browser.call('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: to });
  await browser.eval("document.querySelector('#zip').click()");
  const file = join(to, 'avatars.zip');
  for (let tried = 0; tried < 600 && !existsSync(file); tried += 1) await browser.eval('new Promise((done) => setTimeout(done, 50))');
  return readFileSync(file);
}

const DONE = "!document.querySelector('#next').hidden && document.body.dataset.busy === 'false'";

test('a folder becomes a zip of the results of the command, and nothing is sent', async () => {
  const all = gathered(pictures());
  const expected = commanded(all, ['--for', 'slack', '--fit', 'auto', '--gravity', 'auto'], 'out');
  const browser = await ready();
  await browser.drop('#zone', [join(all.top, 'in')]);
  await browser.until("!document.querySelector('#make').disabled");
  await browser.eval(`(() => { const it = document.querySelector('#platform'); it.value = 'slack';
    it.dispatchEvent(new Event('change')); document.querySelector('#framed').checked = true; })()`);
  await browser.eval("document.querySelector('#make').click()");
  await browser.until(DONE);
  const files = unzipped(await downloaded(browser));
  const rows = await browser.eval(`[...document.querySelectorAll('#rows li')].map((row) => ({ outcome: row.dataset.outcome,
    name: row.querySelector('.name').textContent, text: row.querySelector('.facts').textContent }))`);
  assert.equal(rows.length, expected.size);
  let same = 0;
  for (const row of rows) {
    const record = expected.get(row.name.slice('in/'.length));
    const isLeftOut = /Not made: unsupported .*feature/.test(row.text);
    if (row.outcome === 'ok') {
      const output = record.output.slice(join(all.top, 'out').length + 1);
      const isSame = record.jpeg.equals(files.get(`in/${output}`));
      assert.ok(isSame || /svgz?$/.test(row.name) && /Look at it: (font|text|picture|a picture|embedded)/i.test(row.text), `${row.name}: ${row.text}`);
      same += Number(isSame);
    } else if (row.outcome === 'failed' && !isLeftOut) {
      assert.ok(row.text.includes(`Not made: ${record.message}`), `${row.name}: ${row.text}; the command: ${record.message}`);
      assert.match(row.text, new RegExp(`What helps: .* \\(${record.code}\\)`), row.name);
    } else if (row.outcome === 'skipped') {
      assert.equal(record.status, 'skipped', row.name);
    }
  }
  assert.ok(same >= 30, `${same} results are the same`);
  assert.equal(files.size, rows.filter((row) => row.outcome === 'ok').length);
  assert.deepEqual(browser.complaints(), []);
  assert.deepEqual(browser.requests(), [PAGE]);
  await browser.close();
});

test('the page cannot open a connection', async () => {
  let asked = 0;
  const server = createServer((_, answer) => {
    asked += 1;
    answer.setHeader('access-control-allow-origin', '*');
    answer.end();
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  const address = `http://127.0.0.1:${server.address().port}/`;
  const browser = await ready();
  const tries = `Promise.allSettled([
    fetch('${address}').then(() => 'sent'),
    new Promise((done, failed) => { const it = new Image(); it.onload = done; it.onerror = failed; it.src = '${address}a.png'; }),
    new Promise((done, failed) => { const it = new XMLHttpRequest(); it.onload = done; it.onerror = failed; it.open('GET', '${address}'); it.send(); }),
    new Promise((done, failed) => { const it = new EventSource('${address}'); it.onopen = done; it.onerror = failed; }),
    new Promise((done, failed) => { const it = new WebSocket('${address}'.replace('http', 'ws')); it.onopen = done; it.onerror = failed; }),
  ]).then((all) => all.map((it) => it.status))`;
  assert.deepEqual(await browser.eval(tries), Array(5).fill('rejected'));
  assert.equal(asked, 0);
  await browser.close();
  server.close();
});

test('names are kept apart, hostile ones are text, and what cannot be made says why', async () => {
  const top = folder();
  const picture = (gray) => Buffer.concat([Buffer.from('P5 50 40 255\n'), Buffer.alloc(2_000, gray)]);
  mkdirSync(join(top, 'team'));
  const hostile = '<img src=x onerror=alert(1)>&amp;.pgm';
  const files = { 'team/a.pgm': picture(1), 'team/A.PGM': picture(2), 'team/a.b': Buffer.from('no picture'),
    'team/broken.png': Buffer.from('\x89PNG\r\n\x1a\nnothing', 'latin1'), [hostile]: picture(3),
    'team/x.toml': Buffer.from('size = 1'), 'team/.hidden.pgm': picture(4) };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(top, name), content);
  const browser = await ready();
  // Not in the folder: Chromium lists no such name to a page that was opened from the disk.
  await browser.drop('#zone', [join(top, 'team'), join(top, hostile)]);
  await browser.until("document.querySelector('#arrived-text').textContent === '5 files are here'");
  const refused = await browser.eval("document.querySelector('#refused').innerText");
  assert.match(refused, /team\/x\.toml: options for single pictures are not used here/);
  assert.match(refused, /another picture has this name; it is called team\/[aA]-2\.(pgm|PGM) here/);
  await browser.eval("document.querySelector('#make').click()");
  await browser.until(DONE);
  assert.equal(await browser.eval("document.querySelector('#summary').textContent"), '3 made, 1 not made, 1 left out');
  const failed = await browser.eval("document.querySelector('[data-outcome=failed]').textContent");
  assert.match(failed, /team\/broken\.png.*Not made: .*What helps: .* \((truncated|malformed)\)/s);
  assert.equal(await browser.eval("document.querySelectorAll('[onerror], [src=x]').length"), 0);
  assert.equal(await browser.eval("[...document.querySelectorAll('#review, #approved, #copy')].every((it) => it.hidden)"), true);
  const names = Array.from(unzipped(await downloaded(browser)).keys());
  assert.equal(names.length, 3);
  assert.ok(names.includes(`${hostile.replace('.pgm', '.jpg')}`), String(names));
  assert.deepEqual(new Set(names.map((name) => name.toLowerCase())).size, 3);
  await browser.eval("document.querySelector('#over').click()");
  await browser.until("document.querySelector('#results').hidden");
  assert.deepEqual(browser.complaints(), []);
  await browser.close();
});
