// Lists the outcome of each file. Names and messages are text, never markup.

import { send } from './client.js';
import { bytes, element, shown } from './text.js';

export class Results {
  constructor(list) {
    this.list = list;
    this.seen = new IntersectionObserver((all) => {
      for (const { target, isIntersecting } of all) {
        if (isIntersecting) this.load(target);
      }
    }, { rootMargin: '300px' });
    this.clear();
  }

  clear() {
    this.seen.disconnect();
    for (const image of this.list.querySelectorAll('img[src]')) URL.revokeObjectURL(image.src);
    this.list.replaceChildren();
    this.count = 0;
    this.counts = { ok: 0, failed: 0, skipped: 0, warned: 0 };
  }

  /** Adds rows of the batch with this address. */
  add(batch, rows) {
    const all = rows.map((row) => this.row(batch, row));
    this.list.append(...all);
    for (const image of all.flatMap((it) => Array.from(it.querySelectorAll('img')))) this.seen.observe(image);
  }

  row(batch, row) {
    const item = element('li', '');
    item.dataset.outcome = row.outcome;
    const facts = element('div', 'facts', element('span', 'name', shown(row.name)));
    const add = (classes, text) => facts.append(element('span', classes, shown(text)));
    if (row.outcome === 'ok') {
      const image = element('img', 'thumb');
      image.alt = '';
      image.dataset.address = `${batch}/pictures/${this.count}`;
      item.append(image);
      add('soft', `${row.output} · ${row.edge} × ${row.edge} pixels · ${bytes(row.bytes)}`);
    } else {
      const isFailed = row.outcome === 'failed';
      item.append(element('span', ''));
      add(isFailed ? 'bad' : 'soft', `${isFailed ? 'Not made' : 'Left out'}: ${row.message ?? ''}`);
      if (row.hint) add('soft', `What helps: ${row.hint}${row.code ? ` (${row.code})` : ''}`);
    }
    for (const warning of row.warnings) add('warn', `Look at it: ${warning}`);
    if (row.warnings.length) {
      item.dataset.warned = '';
      this.counts.warned += 1;
    }
    item.append(facts);
    this.counts[row.outcome] += 1;
    this.count += 1;
    return item;
  }

  async load(image) {
    this.seen.unobserve(image);
    try {
      const answer = await send(image.dataset.address);
      if (answer.ok) image.src = URL.createObjectURL(await answer.blob());
    } catch {
      // The connection is lost, which the page says elsewhere.
    }
  }
}
