// Connects the list, the editor, the keys and the server.

import { actionKey, json, decide, unsaved, setPending, Refusal } from './server.js';
import { say, warn, clear } from './status.js';
import { shown as visible } from './text.js';
import { counts, offer } from './filter.js';
import { theme } from './theme.js';
import { codes, Pictures } from './pictures.js';
import { List } from './list.js';
import { Editor } from './editor.js';

const POLL = 2000;
const POLL_HIDDEN = 15000;
const by = (id) => document.getElementById(id);
const MENUS = { show: 'filter', flag: 'flag', search: 'search', sort: 'sort' };

const pictures = new Pictures();
let offered = null;
const editor = new Editor(pictures, () => list.step(1), (id) => list.choose(id));
const list = new List(pictures, (id) => {
  document.body.dataset.view = 'editor';
  editor.open(id);
});

pictures.onChange(() => {
  const { all, shown, warned, undecided, failed } = pictures.counts();
  by('count').textContent = `${shown} of ${all} pictures; ${failed ? `${failed} failed, ` : ''}${warned} with warnings, ${undecided} undecided`;
  by('folder').textContent = visible(pictures.out);
  const clean = pictures.clean().length;
  by('approve-clean').textContent = `Approve all without warnings (${clean})`;
  by('approve-clean').disabled = clean === 0;
  by('undo').disabled = !pictures.undo;
  offerFlags();
});

for (const id of Object.values(MENUS)) by(id).addEventListener('input', choose);
theme(by('theme'));
by('approve-clean').addEventListener('click', approveClean);
by('undo').addEventListener('click', undo);
by('back').addEventListener('click', () => {
  document.body.dataset.view = 'list';
  by('list').focus();
});

/** Shows what the menus say. */
function choose() {
  const wanted = Object.entries(MENUS).map(([name, id]) => [name, by(id).value]);
  pictures.choose(Object.fromEntries(wanted));
}

/** Offers the flags that occur, once for each list. */
function offerFlags() {
  if (offered === pictures.all) return;
  offered = pictures.all;
  const before = by('flag').value;
  offer(by('flag'), counts(offered.values(), (it) => new Set(codes(it))));
  if (by('flag').value !== before) choose();
}

async function approveClean() {
  clear();
  const wanted = pictures.clean().map(({ id, version, result }) => [id, version, result]);
  await act('/api/approve', { key: actionKey(), pictures: wanted });
}

async function undo() {
  if (!pictures.undo) return;
  clear();
  await act('/api/undo', pictures.undo);
  if (editor.id) await editor.open(editor.id);
}

async function act(path, body) {
  try {
    const done = await decide(path, body);
    if (path === '/api/undo') done.messages.forEach(warn);
    say(done.messages.join('; ') || 'Taken back');
  } catch (error) {
    warn(error.message);
  }
  editor.own = true;
  try {
    await pictures.load();
  } finally {
    editor.own = false;
  }
}

addEventListener('keydown', (event) => {
  const typing = event.target.closest('input:not([type=radio], [type=checkbox]), select, textarea');
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const keys = {
    j: () => list.step(1),
    k: () => list.step(-1),
    a: () => editor.decide('approved'),
    r: () => editor.decide('rejected'),
    s: () => editor.decide(null),
    u: undo,
    '/': () => by('search').focus(),
  };
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

addEventListener('beforeunload', (event) => {
  if (unsaved()) event.preventDefault();
});

/**
 * Opens what took the place of the entry that was open and left the list: the result under the same
 * name, as after another try of a failure, or the first picture.
 */
function follow() {
  const same = [...pictures.all.values()].find((it) => it.output === editor.output);
  if (same) list.choose(same.id);
  else list.step(0);
}

/** Asks whether something changed; so the page also notices that the connection is lost. */
async function poll() {
  try {
    const now = await json('/api/now');
    setPending(now.pending);
    if (now.revision !== pictures.revision && !unsaved()) {
      await pictures.load();
      if (editor.id && !pictures.all.has(editor.id)) follow();
      else if (editor.id && !editor.detail) await editor.open(editor.id);
    }
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'wrong_token') warn(error.message);
  }
  setTimeout(poll, document.hidden ? POLL_HIDDEN : POLL);
}

async function start() {
  by('dropped').hidden = !location.pathname.startsWith('/review/');
  try {
    await pictures.load();
    list.step(0);
    if (matchMedia('(max-width: 45rem)').matches) document.body.dataset.view = 'list';
    document.body.dataset.ready = Math.round(performance.now());
  } catch (error) {
    if (error instanceof Refusal) warn(error.message);
  }
  poll();
}

start();
