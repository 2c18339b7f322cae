// The list of pictures, one of which is chosen.

import { picture } from './server.js';
import { element, shown } from './text.js';
import { Rows } from './rows.js';
import { STANDINGS } from './pictures.js';

/** Thumbnails that are kept, also of rows that are not in view. */
const KEPT = 300;

export class List {
  /** `chosen` is called with the id of a picture. */
  constructor(pictures, chosen) {
    this.root = document.getElementById('list');
    this.pictures = pictures;
    this.chosen = chosen;
    this.current = null;
    this.addresses = new Map();
    this.rows = new Rows(document.getElementById('rows'), {
      scroller: this.root,
      key: (entry) => entry.id,
      make: (entry) => this.row(entry),
      fill: (row, entry) => this.fill(row, entry),
      drawn: () => this.activate(),
    });
    this.root.addEventListener('keydown', (event) => this.key(event));
    pictures.onChange(() => this.rows.setItems(pictures.shown));
  }

  choose(id) {
    this.current = id;
    const at = this.at();
    if (at >= 0) this.rows.reveal(at);
    this.rows.draw(true);
    this.chosen(id);
  }

  /** The place of the chosen picture; -1 if it is filtered out. */
  at() {
    return this.pictures.shown.findIndex((it) => it.id === this.current);
  }

  /** Goes to the next picture in the list, or with -1 to the one before. */
  step(by) {
    const { shown: all } = this.pictures;
    const at = this.at();
    const next = all[at < 0 ? 0 : Math.min(Math.max(0, at + by), all.length - 1)];
    if (next && next.id !== this.current) this.choose(next.id);
    return next;
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.rows.height) - 1);
    const { length } = this.pictures.shown;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -length, End: length };
    const by = steps[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.step(by);
  }

  /** Names the chosen row for those who hear the page. */
  activate() {
    const active = this.rows.of({ id: this.current });
    if (active) this.root.setAttribute('aria-activedescendant', active.id);
    else this.root.removeAttribute('aria-activedescendant');
  }

  row({ id }) {
    const image = element('img', '');
    image.alt = '';
    const parts = ['name', 'notes', 'standing'].map((name) => element('span', name));
    const row = element('div', 'option', image, element('div', '', ...parts));
    row.id = `row-${id}`;
    row.setAttribute('role', 'option');
    row.addEventListener('click', () => this.choose(id));
    return row;
  }

  fill(row, entry) {
    const part = (name) => row.querySelector(`.${name}`);
    part('name').textContent = shown(entry.output);
    part('name').title = shown(entry.output);
    const notes = entry.flags.filter((flag) => flag.warning).map((flag) => flag.code || flag.words);
    if (entry.failure) notes.push(entry.failure.code, entry.failure.message ?? '');
    const isRemote = entry.source_state === 'remote';
    if (entry.source_state !== 'same' && !isRemote) notes.push(`source ${entry.source_state}`);
    row.dataset.warned = notes.length > 0;
    if (isRemote) notes.push('source in a store');
    part('notes').textContent = notes.filter(Boolean).map(shown).join(', ');
    part('standing').textContent = STANDINGS[entry.standing] + (entry.edited ? ' · framed by hand' : '');
    row.dataset.standing = entry.standing;
    row.setAttribute('aria-selected', entry.id === this.current);
    this.thumbnail(row, entry);
  }

  async thumbnail(row, entry) {
    const image = row.querySelector('img');
    if (entry.failure) return;
    const key = `${entry.id}/${entry.result}`;
    if (image.dataset.key === key) return;
    image.dataset.key = key;
    let address = this.addresses.get(key);
    if (!address) {
      try {
        ({ address } = await picture(`/api/pictures/${entry.id}/result`));
      } catch {
        image.removeAttribute('src');
        delete image.dataset.key;
        return;
      }
      this.keep(key, address);
    }
    if (image.dataset.key === key) image.src = address;
  }

  /** Keeps the newest pictures, and frees the memory of others. */
  keep(key, address) {
    this.addresses.set(key, address);
    if (this.addresses.size <= KEPT) return;
    const [oldest, old] = this.addresses.entries().next().value;
    this.addresses.delete(oldest);
    URL.revokeObjectURL(old);
  }
}
