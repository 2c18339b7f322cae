// Sends files to the server, a few at a time.

import { refusal, send } from './client.js';
import { bytes } from './text.js';

const AT_ONCE = 3;
const TRIES = 4;
const PAUSE = 1000;

/** A name as JSON in ASCII, because headers carry nothing else. */
const ascii = (name) => JSON.stringify(name)
  .replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

export class Uploads {
  /** `batch` gives the address of the batch; `changed` is called when a count changes. */
  constructor(bounds, batch, changed) {
    Object.assign(this, { bounds, batch, changed });
    this.clear();
  }

  clear() {
    this.round = (this.round ?? 0) + 1;
    this.queue = [];
    this.active = 0;
    this.total = 0;
    this.done = 0;
    this.refused = [];
    this.renamed = [];
  }

  get isBusy() {
    return this.active > 0 || this.queue.length > 0 || this.listing > 0;
  }

  /** Sends all files of a list, which can still be growing. */
  async add(list) {
    this.listing = (this.listing ?? 0) + 1;
    const { round } = this;
    try {
      for await (const one of list) {
        // What is still being listed belongs to the files before the new start.
        if (round !== this.round) return;
        this.total += 1;
        this.queue.push(one);
        this.next();
      }
    } finally {
      this.listing -= 1;
      this.changed();
    }
  }

  next() {
    this.changed();
    while (this.active < AT_ONCE && this.queue.length) {
      this.active += 1;
      const { round } = this;
      this.one(this.queue.shift(), round).finally(() => {
        if (round !== this.round) return;
        this.active -= 1;
        this.done += 1;
        this.next();
      });
    }
  }

  async one({ path, file, error }, round) {
    const refuse = (message) => {
      if (round === this.round) this.refused.push({ path, message });
    };
    if (error) return refuse(`could not be read: ${error.message}`);
    if (file.size > this.bounds.file) {
      return refuse(`has ${bytes(file.size)}; a file must have at most ${bytes(this.bounds.file)}`);
    }
    try {
      await file.slice(0, 1).arrayBuffer();
    } catch (why) {
      return refuse(`could not be read: ${why.message}`);
    }
    for (let tried = 1; ; tried += 1) {
      try {
        const headers = { 'x-name': ascii(path), 'content-type': 'application/octet-stream' };
        if (round !== this.round) return undefined;
        const batch = await this.batch();
        // Files from before a new start do not go to the batch that it began.
        if (round !== this.round) return undefined;
        const answer = await send(`${batch}/files`, { method: 'POST', headers, body: file });
        if (!answer.ok) return refuse((await refusal(answer)).message);
        const { name } = await answer.json();
        if (name !== path && round === this.round) this.renamed.push({ path, name });
        return undefined;
      } catch (why) {
        if (tried === TRIES) return refuse(`did not arrive: ${why.message}`);
        await new Promise((done) => setTimeout(done, PAUSE));
      }
    }
  }
}
