// The list: only the rows in view exist, so that thousands of pictures are no more work than ten.

import { picture } from './server.js';
import { STANDINGS } from './pictures.js';

const ROW = 68;
const SPARE = 4;
const KEPT = 300;

export class List {
  /** `chosen` is called with the id of a picture. */
  constructor(pictures, chosen) {
    this.root = document.getElementById('list');
    this.rows = document.getElementById('rows');
    this.pictures = pictures;
    this.chosen = chosen;
    this.current = null;
    this.elements = new Map();
    this.addresses = new Map();
    this.root.addEventListener('scroll', () => this.draw(), { passive: true });
    this.root.addEventListener('keydown', (event) => this.key(event));
    this.rows.addEventListener('click', (event) => {
      const row = event.target.closest('[role=option]');
      if (row) this.choose(row.dataset.id);
    });
    new ResizeObserver(() => this.draw()).observe(this.root);
    pictures.onChange(() => this.draw(true));
  }

  choose(id, focus = false) {
    this.current = id;
    this.reveal();
    this.draw(true);
    if (focus) this.root.focus({ preventScroll: true });
    this.chosen(id);
  }

  /** Goes to the next picture in the list, or with -1 to the one before. */
  step(by) {
    const shown = this.pictures.shown;
    const at = shown.findIndex((it) => it.id === this.current);
    const next = shown[at < 0 ? 0 : Math.min(Math.max(0, at + by), shown.length - 1)];
    if (next && next.id !== this.current) this.choose(next.id);
    return next;
  }

  reveal() {
    const at = this.pictures.shown.findIndex((it) => it.id === this.current);
    if (at < 0) return;
    const [top, height] = [this.root.scrollTop, this.root.clientHeight];
    if (at * ROW < top) this.root.scrollTop = at * ROW;
    if ((at + 1) * ROW > top + height) this.root.scrollTop = (at + 1) * ROW - height;
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.root.clientHeight / ROW) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const by = steps[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.step(Number.isFinite(by) ? by : Math.sign(by) * this.pictures.shown.length);
  }

  draw(renew = false) {
    const { shown } = this.pictures;
    this.rows.style.height = `${shown.length * ROW}px`;
    const first = Math.max(0, Math.floor(this.root.scrollTop / ROW) - SPARE);
    const last = Math.min(shown.length, Math.ceil((this.root.scrollTop + this.root.clientHeight) / ROW) + SPARE);
    const wanted = new Set();
    for (let at = first; at < last; at += 1) {
      const entry = shown[at];
      wanted.add(entry.id);
      let row = this.elements.get(entry.id);
      if (!row) {
        row = this.row(entry.id);
        this.elements.set(entry.id, row);
        this.rows.append(row);
        this.fill(row, entry);
      } else if (renew) {
        this.fill(row, entry);
      }
      row.style.transform = `translateY(${at * ROW}px)`;
      row.setAttribute('aria-posinset', at + 1);
      row.setAttribute('aria-setsize', shown.length);
      row.setAttribute('aria-selected', entry.id === this.current);
    }
    for (const [id, row] of this.elements) {
      if (!wanted.has(id)) {
        row.remove();
        this.elements.delete(id);
      }
    }
    const active = this.elements.get(this.current);
    if (active) this.root.setAttribute('aria-activedescendant', active.id);
    else this.root.removeAttribute('aria-activedescendant');
  }

  row(id) {
    const row = document.createElement('div');
    row.id = `row-${id}`;
    row.dataset.id = id;
    row.setAttribute('role', 'option');
    const image = document.createElement('img');
    image.alt = '';
    const text = document.createElement('div');
    const parts = ['name', 'notes', 'standing'].map((name) => {
      const part = document.createElement('span');
      part.className = name;
      return part;
    });
    text.append(...parts);
    row.append(image, text);
    return row;
  }

  fill(row, entry) {
    const part = (name) => row.querySelector(`.${name}`);
    part('name').textContent = entry.output;
    part('name').title = entry.output;
    const notes = entry.flags.filter((flag) => flag.warning).map((flag) => flag.code || flag.words);
    if (entry.source_state !== 'same') notes.push(`source ${entry.source_state}`);
    part('notes').textContent = notes.join(', ');
    part('standing').textContent = STANDINGS[entry.standing] + (entry.edited ? ' · framed by hand' : '');
    row.dataset.standing = entry.standing;
    row.dataset.warned = notes.length > 0;
    this.thumbnail(row, entry);
  }

  async thumbnail(row, entry) {
    const image = row.querySelector('img');
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
