// The pictures of the folder, as the server listed them last.

import { json } from './server.js';

const WARNED = (it) => it.flags.some((flag) => flag.warning);

const FILTERS = {
  all: () => true,
  warned: WARNED,
  undecided: (it) => !['approved', 'rejected'].includes(it.standing),
  approved: (it) => it.standing === 'approved',
  rejected: (it) => it.standing === 'rejected',
  changed: (it) => it.source_state !== 'same' || it.standing.endsWith('change') || it.standing === 'look_changed',
};

export const STANDINGS = {
  undecided: '',
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
    this.filter = 'all';
    this.search = '';
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
    // Those that need a look come first; the order does not change when they are decided.
    const rank = (it) => (WARNED(it) || it.source_state !== 'same' ? 0 : 1);
    list.pictures.sort((a, b) => rank(a) - rank(b) || (a.output < b.output ? -1 : 1));
    this.all = new Map(list.pictures.map((it) => [it.id, it]));
    this.update();
  }

  /** Puts in place what a decision changed. */
  replace(entries) {
    for (const entry of entries) this.all.set(entry.id, entry);
    this.update();
  }

  choose({ filter = this.filter, search = this.search }) {
    Object.assign(this, { filter, search });
    this.update();
  }

  update() {
    const words = this.search.toLowerCase();
    const fits = FILTERS[this.filter];
    const has = (it) => !words || `${it.output}\n${it.source}`.toLowerCase().includes(words);
    this.shown = [...this.all.values()].filter((it) => fits(it) && has(it));
    this.listeners.forEach((listener) => listener());
  }

  /** Without a warning and without a decision. */
  clean() {
    return [...this.all.values()].filter((it) => !WARNED(it) && it.standing === 'undecided' && it.source_state === 'same');
  }

  counts() {
    const count = (name) => [...this.all.values()].filter(FILTERS[name]).length;
    return { all: this.all.size, shown: this.shown.length, warned: count('warned'), undecided: count('undecided') };
  }
}
