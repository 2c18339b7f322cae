// Connects the drop zone, the choices, the run and its results.

import { refusal, send, Refusal, TOKEN } from './client.js';
import { ofDrop, ofInput } from './dropped.js';
import { Results } from './results.js';
import { element, shown } from './text.js';
import { theme } from './theme.js';
import { Uploads } from './upload.js';

const KEY = 'batch';
const POLL = 300;
const POLL_LOST = 1500;
const by = (id) => document.getElementById(id);
const results = new Results(by('rows'));
let uploads;
let start;
let batch = sessionStorage.getItem(KEY);
let beginning;
let run = 0;
let isWorking = false;

function warn(text) {
  by('alert').hidden = !text;
  by('alert').textContent = text ?? '';
  by('saved').hidden = true;
}

let saying = 0;
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => { by('status').textContent = text; }, 400);
}

async function ask(path, body) {
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const answer = await send(path, options);
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

/** The address of this page's batch, which begins with its first file. */
async function address() {
  if (!batch) {
    beginning ??= ask('/api/batches', null);
    try {
      batch = await beginning;
    } finally {
      beginning = undefined;
    }
    sessionStorage.setItem(KEY, batch);
  }
  return `/api/batches/${batch}`;
}

function showArrived() {
  const { total, done, refused, renamed, isBusy } = uploads;
  by('arriving').hidden = total === 0;
  by('arrived').max = Math.max(total, 1);
  by('arrived').value = done;
  by('arrived').hidden = !isBusy;
  const text = isBusy ? `${done} of ${total} files received …` : `${uploads.known + done - refused.length} files are here`;
  by('arrived-text').textContent = text;
  if (!isBusy && total) say(text);
  const line = (path, message) => element('li', '', shown(`${path}: ${message}`));
  const lines = [
    ...refused.map(({ path, message }) => line(path, message)),
    ...renamed.map(({ path, name }) => line(path, `another picture has this name; it is called ${name} here`)),
  ];
  by('refused').hidden = lines.length === 0;
  if (by('refused').childElementCount !== lines.length) by('refused').replaceChildren(...lines);
  enable();
}

function enable() {
  const here = uploads.known + uploads.done - uploads.refused.length;
  by('make').disabled = isWorking || uploads.isBusy || here <= 0;
  by('over').hidden = isWorking || (uploads.total === 0 && uploads.known === 0);
  document.body.dataset.busy = String(isWorking || uploads.isBusy);
}

function take(list) {
  warn();
  uploads.add(list).catch((error) => warn(error.message));
}

function choose() {
  const { offer } = start;
  const own = new Option('a size of my own', '');
  const options = offer.platforms.map(({ name, text }) => new Option(text, name));
  by('platform').replaceChildren(own, ...options);
  by('platform').value = offer.platform ?? '';
  by('size').value = offer.size;
  by('framed').checked = offer.is_framed;
  showSize();
}

function showSize() {
  const isOwn = by('platform').value === '';
  by('size-label').hidden = !isOwn;
  by('size').disabled = !isOwn;
}

async function makePictures(event) {
  event.preventDefault();
  warn();
  const platform = by('platform').value || null;
  const wanted = platform ? null : Number(by('size').value);
  try {
    const choice = { platform, size: wanted, is_framed: by('framed').checked };
    await ask(`${await address()}/make`, choice);
  } catch (error) {
    warn(error.message);
    return;
  }
  isWorking = true;
  enable();
  follow();
}

/** Shows what is new until the run has ended. */
async function follow() {
  for (;;) {
    let now;
    try {
      now = await ask(`/api/batches/${batch}/since/${run}/${results.count}`);
      if (by('alert').dataset.lost) warn();
      delete by('alert').dataset.lost;
    } catch (error) {
      if (error instanceof Refusal) {
        isWorking = false;
        enable();
        return warn(error.message);
      }
      warn('The connection to avatar-prep is lost: trying again');
      by('alert').dataset.lost = 'true';
      await new Promise((done) => setTimeout(done, POLL_LOST));
      continue;
    }
    if (now.run !== run) {
      run = now.run;
      results.clear();
    }
    results.add(`/api/batches/${batch}`, now.rows);
    showRun(now);
    if (!isWorking) return undefined;
    await new Promise((done) => setTimeout(done, POLL));
  }
}

function showRun({ phase, found, trouble, files }) {
  if (phase === 'collecting') {
    uploads.known = files;
    by('arriving').hidden = files === 0;
    by('arrived').hidden = true;
    by('arrived-text').textContent = `${files} files are here`;
    isWorking = false;
    return enable();
  }
  isWorking = phase !== 'done';
  if (uploads.total === 0) uploads.known = files;
  const { ok, failed, skipped, warned } = results.counts;
  by('results').hidden = false;
  by('made').max = Math.max(found, 1);
  by('made').value = results.count;
  by('made').hidden = !isWorking;
  const parts = [`${ok} made`];
  if (failed) parts.push(`${failed} not made`);
  if (skipped) parts.push(`${skipped} left out`);
  if (warned) parts.push(`${warned} to look at`);
  const lead = { waiting: 'Waiting for another page … ', working: `${results.count} of ${found}: `, done: '' }[phase];
  by('summary').textContent = phase === 'waiting' ? lead.trim() : lead + parts.join(', ');
  by('next').hidden = isWorking || ok === 0;
  by('review').href = `review/${batch}/#${TOKEN}`;
  document.querySelector('.filter').hidden = failed + skipped + warned === 0;
  if (trouble) warn(`${trouble.message} (what helps: ${trouble.hint})`);
  if (!isWorking) say(`Finished: ${parts.join(', ')}`);
  return enable();
}

/** Says what was given back, until something else is asked for. */
function saved(text) {
  by('saved').hidden = false;
  by('saved').textContent = text;
  say(text);
}

const pictures = (count) => (count === 1 ? '1 picture' : `${count} pictures`);

async function download(isApproved) {
  warn();
  try {
    const zip = await ask(`${await address()}/zip`, { is_approved: isApproved });
    const link = document.createElement('a');
    link.href = zip.address;
    link.download = 'avatars.zip';
    link.click();
    const left = !isApproved && zip.rejected ? `; ${zip.rejected} rejected left out` : '';
    saved(`The zip contains ${pictures(zip.pictures)}${left}`);
  } catch (error) {
    warn(error.message);
  }
}

async function copyApproved() {
  warn();
  try {
    const copied = await ask(`${await address()}/copy`, null);
    saved(`Copied ${pictures(copied.pictures)} into ${copied.folder}`);
  } catch (error) {
    warn(error.message);
  }
}

async function startOver() {
  warn();
  try {
    if (batch) await ask(`/api/batches/${batch}/end`, null);
  } catch (error) {
    if (error.code !== 'unknown_batch') return warn(error.message);
  }
  sessionStorage.removeItem(KEY);
  batch = null;
  run = 0;
  results.clear();
  uploads.clear();
  uploads.known = 0;
  by('results').hidden = true;
  showArrived();
  by('files').focus();
  return undefined;
}

function listen() {
  for (const kind of ['files', 'folder']) {
    const input = by(`${kind}-input`);
    by(kind).addEventListener('click', () => input.click());
    input.addEventListener('change', () => {
      take(ofInput({ files: Array.from(input.files) }));
      // So that the same file can be chosen again.
      input.value = '';
    });
  }
  addEventListener('dragover', (event) => {
    event.preventDefault();
    by('zone').dataset.over = 'true';
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) by('zone').dataset.over = 'false';
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    by('zone').dataset.over = 'false';
    take(ofDrop(event.dataTransfer));
  });
  by('platform').addEventListener('change', showSize);
  by('form').addEventListener('submit', makePictures);
  by('filter').addEventListener('change', (event) => { by('rows').dataset.show = event.target.value; });
  by('zip').addEventListener('click', () => download(false));
  by('approved').addEventListener('click', () => download(true));
  by('copy').addEventListener('click', copyApproved);
  by('over').addEventListener('click', startOver);
  addEventListener('beforeunload', (event) => {
    if (uploads.isBusy) event.preventDefault();
  });
}

async function open() {
  try {
    start = await ask('/api/start');
  } catch (error) {
    return warn(error instanceof Refusal ? error.message : 'avatar-prep does not answer: start it again');
  }
  uploads = new Uploads(start.bounds, address, showArrived);
  uploads.known = 0;
  by('bounds').textContent = start.bounds_text;
  by('where').hidden = !start.out;
  by('copy').hidden = !start.out;
  for (const id of ['review', 'approved']) by(id).hidden = start.has_review === false;
  by('where').textContent = start.out ? `They are put into the folder ${start.out}` : '';
  choose();
  listen();
  theme(by('theme'));
  if (batch) {
    isWorking = true;
    try {
      await ask(`/api/batches/${batch}/since/0/0`);
      follow();
    } catch {
      // The server was started again.
      isWorking = false;
      sessionStorage.removeItem(KEY);
      batch = null;
    }
  }
  enable();
  document.body.dataset.ready = 'true';
  return undefined;
}

open();
