// A picture that could not be made: why, and another try.

import { json } from './server.js';
import { say, warn, clear } from './status.js';
import { shown } from './text.js';

const by = (id) => document.getElementById(id);

export class Failure {
  /** `current()` is the id that is open; `done` is called with the one to open after another try. */
  constructor(pictures, current, done) {
    Object.assign(this, { pictures, current, done });
    by('retry').addEventListener('click', () => this.retry());
  }

  /** Shows why a picture failed, or nothing if it did not. */
  show(entry) {
    const failure = entry?.failure;
    by('failure').hidden = !failure;
    if (!failure) return;
    by('code').textContent = failure.code;
    by('message').textContent = shown(failure.message ?? 'The next run says why.');
    by('hint').textContent = failure.hint ? `Hint: ${shown(failure.hint)}` : '';
    by('since').textContent = `Fails like this since ${failure.since}.`;
    by('retry').hidden = !failure.can_retry;
    by('next-run').hidden = failure.can_retry;
  }

  /** Tries the picture again. */
  async retry() {
    const id = this.current();
    if (by('retry').disabled) return;
    clear();
    by('retry').disabled = true;
    say('Trying again …');
    try {
      const tried = await json('/api/retry', { id });
      await this.pictures.load();
      tried.messages.forEach(warn);
      const [made] = tried.entries;
      if (tried.failure) {
        warn(`${shown(tried.failure.output)} failed again: ${shown(tried.failure.message)}`);
      } else if (made) {
        say(`Made: ${shown(made.output)}`);
        if (this.current() === id) this.done(made.id);
      }
    } catch (error) {
      warn(error.message);
      await this.pictures.load().catch(() => {});
    } finally {
      by('retry').disabled = false;
    }
  }
}
