// The pictures of the folder, as the server listed them last.

import { json } from './server.js';
import { compare, filter, hasFlag } from './filter.js';

const FAILED = (it) => Boolean(it.failure);
/** Whether the file is another now, or gone. Sources in stores are not looked at. */
const MOVED = (it) => !['same', 'remote'].includes(it.source_state);
const WARNED = (it) => it.flags.some((flag) => flag.warning);

/** The codes of the notes about a picture. */
export const codes = (it) => it.flags.map((flag) => flag.code).filter(Boolean);

const SHOW = {
  failed: FAILED,
  warned: WARNED,
  undecided: (it) => !FAILED(it) && !['approved', 'rejected'].includes(it.standing),
  approved: (it) => it.standing === 'approved',
  rejected: (it) => it.standing === 'rejected',
  changed: (it) => MOVED(it) || it.standing.endsWith('change') || it.standing === 'look_changed',
};

/** Those that need a look come first; the order does not change when they are decided. */
const rank = (it) => {
  if (FAILED(it)) return 0;
  return WARNED(it) || MOVED(it) ? 1 : 2;
};

/** A failure as an entry of the list: there is no result, and nothing to decide. */
const failed = (failure) => ({
  id: failure.id, output: failure.output, source: failure.source, failure,
  source_state: failure.is_missing ? 'missing' : 'same',
  flags: [], standing: 'failed', version: 0, result: '', bytes: 0, quality: null, edited: false,
});

const KIND = {
  tests: {
    show: (it, wanted) => SHOW[wanted](it),
    flag: (it, wanted) => hasFlag(codes(it), wanted),
  },
  orders: {
    name: (a, b) => compare(a.output, b.output),
    bytes: (a, b) => b.bytes - a.bytes,
    quality: (a, b) => (a.quality ?? 101) - (b.quality ?? 101),
  },
  text: (it) => [it.output, it.source, it.failure?.code, it.failure?.message, ...it.flags.map((flag) => `${flag.code} ${flag.words}`)],
};

export const STANDINGS = {
  undecided: '',
  failed: 'failed',
  approved: 'approved',
  rejected: 'rejected',
  approved_before_change: 'approved, but the file has changed',
  rejected_before_change: 'rejected, but the file has changed',
  look_changed: 'approved, but looks different now',
};

export class Pictures {
  constructor() {
    this.all = new Map();
    this.shown = [];
    this.wanted = {};
    this.revision = '';
    this.undo = null;
    this.listeners = [];
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  async load() {
    const list = await json('/api/pictures');
    this.revision = list.revision;
    this.undo = list.undo;
    this.out = list.out;
    const all = [...list.pictures, ...list.failed.map(failed)];
    all.sort((a, b) => rank(a) - rank(b) || (a.output < b.output ? -1 : 1));
    this.all = new Map(all.map((it) => [it.id, it]));
    this.update();
  }

  /** Puts in place what a decision changed. */
  replace(entries) {
    for (const entry of entries) this.all.set(entry.id, entry);
    this.update();
  }

  /** Chooses which pictures are shown: `show`, `flag`, `search` and `sort`. */
  choose(wanted) {
    this.wanted = wanted;
    this.update();
  }

  update() {
    this.shown = filter([...this.all.values()], this.wanted, KIND);
    this.listeners.forEach((listener) => listener());
  }

  /** Without a warning and without a decision. */
  clean() {
    return [...this.all.values()].filter((it) => !WARNED(it) && it.standing === 'undecided' && !MOVED(it));
  }

  counts() {
    const count = (name) => [...this.all.values()].filter(SHOW[name]).length;
    return { all: this.all.size, shown: this.shown.length, warned: count('warned'), undecided: count('undecided'), failed: count('failed') };
  }
}
