// Turns pictures of any format into upright, square sRGB JPEGs under a byte cap.

import { cores } from './platform.js';
import { OptionError, Pool } from './pool.js';

export { OptionError };

/** Memory that one picture may need, in bytes. */
const MEMORY = 2 ** 31;

/** A picture has no result. */
export class PrepareError extends Error {
  constructor({ code, message, hint }) {
    super(message);
    this.name = 'PrepareError';
    this.code = code;
    this.hint = hint;
  }
}

/** The name of an option on the command line. */
const flag = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The value of an option as on the command line. */
function text(name, value) {
  if (Array.isArray(value)) return value.map((each) => text(name, each)).join(name === 'quality' ? '..' : ',');
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new OptionError(`${name} must be a string, number, boolean or array, got ${typeof value}`);
}

const whole = (name, value, most) => {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new OptionError(`${name} must be a whole number from 1 to ${most}, got ${value}`);
};

export class Preparer {
  #pool;

  /** Use `Preparer.create`. */
  constructor(pool, about) {
    this.#pool = pool;
    this.about = about;
  }

  static async create({ workers, memory = MEMORY, ...options } = {}) {
    const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null);
    const pairs = given.map(([name, value]) => [flag(name), text(name, value)]);
    const budget = whole('memory', memory, 2 ** 32 - 1);
    const size = whole('workers', workers ?? await cores(), 1024);
    const pool = new Pool(pairs, budget, size);
    const { version, platforms, extensions } = await pool.about();
    return new Preparer(pool, { version, platforms, extensions });
  }

  async prepare(picture) {
    const answer = await this.#pool.prepare(plain(picture));
    if (answer.made) return answer.made;
    throw new PrepareError(answer.failure);
  }

  /** As `prepare` for a file of a folder: null if it is not a picture, neither by its extension nor by its content. */
  async prepareFile(picture, name) {
    const extension = /\.([^./]*)$/.exec(name)?.[1] ?? '';
    const answer = await this.#pool.prepare(plain(picture), extension);
    if (answer.isOther) return null;
    if (answer.made) return answer.made;
    throw new PrepareError(answer.failure);
  }

  close() {
    this.#pool.close();
  }
}

/** Bytes or a blob, as workers take them. Bytes are copied now, because the caller may change or transfer them before a worker is free. */
function plain(picture) {
  if (picture instanceof Blob) return picture;
  if (picture instanceof ArrayBuffer) return new Uint8Array(picture).slice();
  // Not the buffer below a view, which can be much larger.
  if (ArrayBuffer.isView(picture)) return new Uint8Array(picture.buffer, picture.byteOffset, picture.byteLength).slice();
  throw new TypeError('a picture must be a Blob, an ArrayBuffer or a view of one');
}
