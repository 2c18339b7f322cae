// What the server of `avatar-prep open` does, in the page itself: it keeps the files, makes the pictures and packs
// the results.

import { PrepareError, Preparer } from './index.js';
import { fold, numbered, result, trouble } from './names.js';
import { bytes } from './text.js';
import { checksum, zip } from './zip.js';

const BOUNDS = { file: 256_000_000, files: 5_000, total: 4_000_000_000 };
const SIZE = 640;
const PIECE = 2 ** 22;

/** A request was refused; `code` is stable. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

const round = (count) => bytes(count).replace('.00 ', ' ').replace('.0 ', ' ');

const short = (count) => (count >= 1e9 ? `${count / 1e9} GB` : round(count));

async function isSame(one, other) {
  if (one.size !== other.size) return false;
  for (let at = 0; at < one.size; at += PIECE) {
    const pieces = [one, other].map((file) => file.slice(at, at + PIECE).arrayBuffer());
    const [a, b] = (await Promise.all(pieces)).map((piece) => new Uint8Array(piece));
    if (a.some((byte, index) => byte !== b[index])) return false;
  }
  return true;
}

export class Service {
  constructor() {
    this.files = new Map();
    this.taking = Promise.resolve();
    this.preparers = new Map();
    this.run = 0;
    this.forget();
  }

  forget() {
    this.files.clear();
    this.total = 0;
    Object.assign(this, { phase: 'collecting', found: 0, rows: [], made: [], problem: null });
    this.batch = null;
  }

  /** The preparer of a choice, with its workers; only the last one is kept. */
  async preparer(options) {
    const key = JSON.stringify(options);
    if (!this.preparers.has(key)) {
      for (const kept of this.preparers.values()) kept.close();
      this.preparers.clear();
      this.preparers.set(key, await Preparer.create(options));
    }
    return this.preparers.get(key);
  }

  async start() {
    const { about } = await this.preparer({ size: SIZE });
    this.extensions = about.extensions;
    const platforms = about.platforms.map(({ name, size, maxBytes }) => ({
      name, text: `${name} – ${size} × ${size}, at most ${short(maxBytes)}`,
    }));
    return {
      bounds: BOUNDS,
      bounds_text: `At most ${short(BOUNDS.file)} in a file, ${BOUNDS.files} files and ${short(BOUNDS.total)} in all.`,
      offer: { platforms, platform: null, size: SIZE, is_framed: false },
      out: null,
      has_review: false,
    };
  }

  begin() {
    this.batch ??= crypto.randomUUID();
    return this.batch;
  }

  /** Takes a file. One at a time, so that no two get one name. */
  take(path, file) {
    const taken = this.taking.then(() => this.name(path, file));
    this.taking = taken.catch(() => {});
    return taken;
  }

  async name(path, file) {
    const why = trouble(path);
    if (why) throw new Refused(422, why.code, why.message);
    if (this.phase === 'working') throw new Refused(409, 'busy', 'pictures are being made; drop it again afterwards');
    for (const name of numbered(path)) {
      const key = fold(result(name, this.extensions));
      const owner = this.files.get(key);
      if (!owner) {
        if (this.files.size >= BOUNDS.files) {
          throw new Refused(413, 'too_many_files', `at most ${BOUNDS.files} files can be here at once`);
        }
        if (this.total + file.size > BOUNDS.total) {
          throw new Refused(413, 'too_much', `the files have more than ${short(BOUNDS.total)} together`);
        }
        this.total += file.size;
        this.files.set(key, { name, file });
        return { name };
      }
      if (owner.name === name && await isSame(owner.file, file)) return { name };
    }
    throw new Refused(422, 'bad_name', 'too many files have this name');
  }

  async make({ platform, size, is_framed: isFramed }) {
    if (this.phase === 'working') throw new Refused(409, 'busy', 'the pictures are being made');
    const options = platform ? { for: platform } : { size };
    if (isFramed) Object.assign(options, { fit: 'auto', gravity: 'auto' });
    let preparer;
    try {
      preparer = await this.preparer(options);
    } catch (error) {
      throw new Refused(422, 'wrong_choice', error.message);
    }
    this.run += 1;
    Object.assign(this, { phase: 'working', found: this.files.size, rows: [], made: [], problem: null });
    const run = { preparer, rows: this.rows, made: this.made };
    const all = Array.from(this.files.values(), (owner) => this.one(run, owner));
    Promise.all(all)
      .catch((error) => {
        this.problem = { message: error.message, hint: 'load the page again, in a browser of this year' };
      })
      .finally(() => { this.phase = 'done'; });
    return null;
  }

  /** Makes one picture. What comes after the end of its run, because that had a fault, belongs to no other run. */
  async one({ preparer, rows, made: entries }, { name, file }) {
    const put = (row, entry = null) => {
      rows.push(row);
      entries.push(entry);
    };
    const row = { name, output: null, code: null, message: null, hint: null, warnings: [] };
    try {
      const made = await preparer.prepareFile(file, name);
      if (!made) {
        put({ ...row, outcome: 'skipped', code: 'not_a_picture', message: 'not an image (by content or by name)' });
        return;
      }
      const output = result(name, this.extensions);
      const blob = new Blob([made.jpeg], { type: 'image/jpeg' });
      const warnings = made.notes.filter((note) => note.isWarning).map((note) => note.message);
      const entry = { name: output, blob, sum: checksum(made.jpeg) };
      put({ ...row, outcome: 'ok', output, edge: made.size, bytes: blob.size, warnings }, entry);
    } catch (error) {
      // Anything but a failure of this picture ends the run.
      if (!(error instanceof PrepareError)) throw error;
      put({ ...row, outcome: 'failed', code: error.code, message: error.message, hint: error.hint });
    }
  }

  since(run, from) {
    return {
      run: this.run,
      phase: this.phase,
      found: this.found,
      rows: this.rows.slice(run === this.run ? from : 0),
      trouble: this.problem,
      files: this.files.size,
    };
  }

  picture(row) {
    const entry = this.made[row];
    if (!entry) throw new Refused(404, 'unknown_picture', 'there is no such result any more');
    return entry.blob;
  }

  /** The address of a zip of all results. */
  pack() {
    const entries = this.made.filter(Boolean).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (this.packed) URL.revokeObjectURL(this.packed);
    this.packed = URL.createObjectURL(zip(entries));
    return { address: this.packed, pictures: entries.length, rejected: 0 };
  }

  end() {
    if (this.phase === 'working') throw new Refused(409, 'busy', 'pictures are being made');
    this.forget();
    return null;
  }
}
