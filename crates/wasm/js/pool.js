// Workers that prepare one picture each. One that takes too long, or whose engine ended, is replaced.

import { engine, worker } from './platform.js';

/** Most memory that a worker keeps for the next picture, in bytes. */
const KEPT = 512 * 2 ** 20;

/** Time beyond the limit of a picture until its worker is ended, in milliseconds: an engine that looks at its clock comes first. */
const GRACE = 250;

const CLOSED = 'the preparer was closed';

/** The options were refused. */
export class OptionError extends TypeError {}

/** A started worker. */
class Preparing {
  static async start(settings) {
    const preparing = new Preparing();
    preparing.thread = await worker();
    preparing.answered = null;
    preparing.thread.onmessage = ({ data }) => preparing.answer(data);
    // The script of the worker could not be loaded, or has a fault of its own.
    preparing.thread.onerror = (error) => {
      error.preventDefault?.();
      preparing.isBroken = true;
      preparing.answer({ broken: error.message ?? 'its script could not be loaded' });
    };
    const answer = await preparing.ask(settings);
    if (answer.about) {
      preparing.about = answer.about;
      return preparing;
    }
    preparing.end();
    if (answer.refused) throw new OptionError(answer.refused);
    throw new Error(`the worker did not start: ${answer.broken}`);
  }

  answer(data) {
    const answered = this.answered;
    this.answered = null;
    // A worker of Node that waits for pictures does not keep the program alive.
    this.thread.unref?.();
    answered?.(data);
  }

  ask(message) {
    return new Promise((done) => {
      this.answered = done;
      this.thread.ref?.();
      this.thread.postMessage(message);
    });
  }

  /** The answer for one picture. */
  async prepare(message) {
    const { time, timed_out: failure, panicked } = this.about;
    let timer;
    const late = new Promise((done) => {
      timer = setTimeout(() => done({ failure, isOver: true }), time + GRACE);
    });
    let answer;
    try {
      answer = await Promise.race([this.ask(message), late]);
    } finally {
      clearTimeout(timer);
    }
    if (answer.broken === undefined || answer.isClosed) return answer;
    return { failure: { ...panicked, message: panicked.message + answer.broken }, isOver: true };
  }

  end() {
    this.answered = null;
    this.thread.terminate();
  }
}

/** Prepares pictures in at most `size` workers, first come, first served. */
export class Pool {
  constructor(options, budget, size) {
    Object.assign(this, { size, waiting: [], idle: [], all: new Set(), opening: 0, isClosed: false });
    this.settings = engine().then((module) => ({ module, options, budget }));
  }

  /** Starts the first worker, and says what its engine is. */
  async about() {
    const first = await this.open();
    this.idle.push(first);
    return first.about;
  }

  /** What became of a picture: `made`, `failure` or `isOther`. */
  prepare(picture, extension) {
    return new Promise((done, failed) => {
      if (this.isClosed) {
        failed(new Error(CLOSED));
        return;
      }
      this.waiting.push({ message: { picture, extension }, done, failed });
      this.next();
    });
  }

  async open() {
    this.opening += 1;
    try {
      const opened = await Preparing.start(await this.settings);
      this.all.add(opened);
      if (this.isClosed) this.drop(opened);
      return opened;
    } finally {
      this.opening -= 1;
    }
  }

  next() {
    while (this.waiting.length && this.idle.length) {
      const preparing = this.idle.pop();
      // It ended while it had nothing to do.
      if (preparing.isBroken) this.drop(preparing);
      else this.run(preparing, this.waiting.shift());
    }
    const missing = Math.min(this.waiting.length - this.opening, this.size - this.all.size - this.opening);
    for (let more = 0; more < missing; more += 1) this.grow();
  }

  async grow() {
    try {
      this.idle.push(await this.open());
    } catch (error) {
      // Pictures wait for workers that run; without any, nothing would ever answer.
      if (this.all.size === 0) for (const { failed } of this.waiting.splice(0)) failed(error);
      return;
    }
    this.next();
  }

  async run(preparing, { message, done, failed }) {
    let answer;
    try {
      answer = await preparing.prepare(message);
    } catch (error) {
      // The picture cannot be passed to a worker.
      this.drop(preparing);
      failed(error);
      this.next();
      return;
    }
    if (answer.isClosed) {
      failed(new Error(CLOSED));
      return;
    }
    if (answer.isOver || answer.held > KEPT) this.drop(preparing);
    else if (this.all.has(preparing)) this.idle.push(preparing);
    done(answer);
    this.next();
  }

  drop(preparing) {
    this.all.delete(preparing);
    preparing.end();
  }

  /** Ends all workers. Pictures that are not finished fail. */
  close() {
    this.isClosed = true;
    for (const { failed } of this.waiting.splice(0)) failed(new Error(CLOSED));
    for (const preparing of this.all) {
      preparing.answer({ broken: CLOSED, isClosed: true });
      this.drop(preparing);
    }
    this.idle = [];
  }
}
