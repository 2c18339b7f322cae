// One picture: its framing, its result at once, and the decision about it.

import { actionKey, json, picture, decide, Refusal } from './server.js';
import { say, warn, clear } from './status.js';
import { centered, squared, whole } from './crop.js';
import { draftOf, keepDraft } from './drafts.js';
import { STANDINGS } from './pictures.js';
import { Failure } from './failure.js';
import { Result } from './result.js';
import { Stage } from './stage.js';
import { bytes as inWords, element, shown } from './text.js';

const PAUSE = 60;
const PAGE = crypto.randomUUID();
const by = (id) => document.getElementById(id);
export class Editor {
  /** `next` goes on in the list, `choose` opens the picture with an id. */
  constructor(pictures, next, choose) {
    this.pictures = pictures;
    this.next = next;
    this.stage = new Stage((crop) => this.edit({ crop: whole(crop) }, true), () => this.hurry());
    this.result = new Result(by('samples'));
    this.failure = new Failure(pictures, () => this.id, choose);
    this.turn = 0;
    /** Whether the list changes because of what was done on this page. */
    this.own = false;
    for (const radio of document.getElementsByName('fit')) {
      radio.addEventListener('change', () => this.edit({ fit: radio.value }));
    }
    by('trim').addEventListener('change', (event) => this.edit({ trim: event.target.checked }));
    by('background').addEventListener('change', () => this.ground());
    by('color').addEventListener('input', () => this.ground());
    by('closer').addEventListener('click', () => this.stage.zoom(1.2));
    by('wider').addEventListener('click', () => this.stage.zoom(1 / 1.2));
    by('reset').addEventListener('click', () => this.stage.reset());
    by('approve').addEventListener('click', () => this.decide('approved'));
    by('reject').addEventListener('click', () => this.decide('rejected'));
    by('save').addEventListener('click', () => this.decide(null));
    by('discard').addEventListener('click', () => this.discard());
    pictures.onChange(() => {
      this.facts();
      this.renew();
    });
  }

  /** Opens a picture. Decisions about it wait until it is there. */
  open(id) {
    this.loading = this.load(id);
    return this.loading;
  }

  /** Loads a picture; answers of pictures opened before are ignored. */
  async load(id) {
    this.opening?.abort();
    // A preview of the picture before it is not wanted any more.
    clearTimeout(this.pause);
    this.asking?.abort();
    this.opening = new AbortController();
    const { signal } = this.opening;
    this.id = id;
    this.detail = null;
    this.draft = null;
    by('about').dataset.busy = 'true';
    this.facts();
    const entry = this.pictures.all.get(id);
    if (entry) this.output = entry.output;
    // A failure has no result, and what left the list has none any more.
    if (!entry || entry.failure) return;
    try {
      const detail = await json(`/api/pictures/${id}`, undefined, signal);
      // Decided while it was asked for. The list may also be older, then it is loaded again soon.
      if (detail.entry.version < (this.pictures.all.get(id)?.version ?? 0)) return this.load(id);
      const copy = await picture(`/api/pictures/${id}/source`, undefined, signal);
      if (this.id !== id) return URL.revokeObjectURL(copy.address);
      if (this.copy) URL.revokeObjectURL(this.copy);
      this.copy = copy.address;
      this.start(detail, copy);
    } catch (error) {
      if (error.name === 'AbortError') return;
      warn(error instanceof Refusal ? error.message : 'The picture could not be loaded; it is tried again when the connection is back.');
    }
  }

  /**
   * Loads the picture again if its entry in the list is another one now: nobody may decide about a
   * result that they have not seen. An unsaved framing is kept.
   */
  async renew() {
    const { id, own, detail } = this;
    const entry = this.pictures.all.get(id);
    if (!entry || !detail) return;
    const isSame = entry.result === detail.entry.result;
    if (isSame && entry.version === detail.entry.version) return;
    const edited = this.isEdited();
    await this.open(id);
    if (own || this.id !== id || (isSame && !edited)) return;
    const why = isSame ? 'Someone else decided about this picture' : 'This result was made again';
    warn(`${why} meanwhile. You see it as it is now${edited ? '; your unsaved framing is kept' : ''}.`);
  }

  start(detail, copy) {
    this.detail = detail;
    const [, , width, height] = copy.about.placed;
    this.stage.open({ size: detail.size, address: copy.address, placed: copy.about.placed, edge: Math.max(width, height) });
    if (detail.is_changed) warn('The file has changed since its result was made. You see it as it is now.');
    const saved = {
      fit: detail.fit,
      crop: whole(detail.fit === 'cover' ? squared(detail.crop, detail.size) : centered(detail.size)),
      trim: detail.trim,
      background: detail.background,
      padding: detail.padding,
    };
    this.saved = saved;
    const draft = draftOf(this.id);
    if (draft && draft.source !== detail.source_hash) {
      keepDraft(this.id, null);
      warn('Your unsaved framing was for other content of this file and is dropped.');
    }
    this.draft = { ...(draftOf(this.id)?.framing ?? saved) };
    this.turn += 1;
    this.controls();
    this.facts();
    this.preview();
  }

  /** Shows the draft in the controls. */
  controls() {
    const { fit, crop, trim, background, padding } = this.draft;
    for (const radio of document.getElementsByName('fit')) radio.checked = radio.value === fit;
    by('trim').checked = trim;
    const same = background === this.detail.usual[0] && padding === this.detail.usual[1];
    const named = { '#ffffff': 'white', '#000000': 'black' };
    const color = background === padding && background.startsWith('#');
    by('background').value = same ? 'usual' : padding === 'blur' ? 'blur' : color ? named[background] ?? 'color' : 'usual';
    if (color) by('color').value = background;
    by('color').hidden = by('background').value !== 'color';
    this.stage.root.dataset.shape = this.mask();
    this.stage.show(fit === 'cover' ? crop : null);
    for (const id of ['closer', 'wider', 'reset']) by(id).disabled = fit !== 'cover';
  }

  ground() {
    const choice = by('background').value;
    const [usual, padding] = this.detail.usual;
    const colors = { white: '#ffffff', black: '#000000', color: by('color').value };
    by('color').hidden = choice !== 'color';
    const color = colors[choice];
    const change = {
      usual: { background: usual, padding },
      blur: { background: usual, padding: 'blur' },
    }[choice] ?? { background: color, padding: color };
    // The menu stays as it is: a colour can be the same as another choice.
    this.edit(change, true);
  }

  /** Changes the draft. `isShown` says whether the stage shows it already. */
  edit(change, isShown = false) {
    if (!this.draft) return;
    this.draft = { ...this.draft, ...change };
    const draft = { source: this.detail.source_hash, framing: this.draft };
    keepDraft(this.id, this.isEdited() ? draft : null);
    if (!isShown) this.controls();
    this.facts();
    this.turn += 1;
    by('about').dataset.busy = 'true';
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.hurry(), PAUSE);
  }

  /** Asks for the result of the last change, unless that was done already. */
  hurry() {
    clearTimeout(this.pause);
    if (this.pause) this.preview();
    this.pause = null;
  }

  /** The shape that destinations show. */
  mask() {
    return this.detail.circle ? 'circle' : 'square';
  }

  isEdited() {
    return JSON.stringify(this.draft) !== JSON.stringify(this.saved);
  }

  sent() {
    const { fit, crop, trim, background, padding } = this.draft;
    return { fit, crop: fit === 'cover' ? crop : null, trim, background, padding };
  }

  /** Asks for the result of the draft, made exactly as it would be saved. */
  async preview() {
    const { id } = this;
    if (!this.draft) return;
    this.asking?.abort();
    this.asking = new AbortController();
    const { turn } = this;
    const started = performance.now();
    const wanted = { source: this.detail.source_hash, draft: this.sent(), page: PAGE, turn };
    by('about').dataset.busy = 'true';
    try {
      const made = await picture(`/api/pictures/${id}/preview`, wanted, this.asking.signal);
      if (!made) return;
      if (this.id !== id) return URL.revokeObjectURL(made.address);
      this.result.show(made.address, this.mask());
      this.stage.contained.src = made.address;
      if (this.made) URL.revokeObjectURL(this.made);
      this.made = made.address;
      const { edge, bytes, quality, flags } = made.about;
      const notes = flags.length ? flags.join(', ') : 'no notes';
      by('about').textContent = `${edge} px, ${inWords(bytes)}, quality ${quality}: ${notes}`;
      by('about').dataset.took = Math.round(performance.now() - started);
      say(`Result: ${by('about').textContent}`);
    } catch (error) {
      if (error.name === 'AbortError') return;
      by('about').textContent = error instanceof Refusal ? error.message : 'No preview: the connection is lost.';
      if (error.code === 'source_changed') this.changedMeanwhile(error);
    } finally {
      // A newer one may be wanted already.
      if (turn === this.turn) by('about').dataset.busy = 'false';
    }
  }

  async decide(verdict) {
    const { id } = this;
    // A key that is pressed while the picture loads counts.
    await this.loading;
    const { detail } = this;
    if (this.pictures.all.get(id)?.failure) return say('There is no result to decide about: repair the file and try again.');
    if (!detail || this.id !== id) return;
    const edited = this.isEdited();
    if (!verdict && !edited) return say('Nothing to save: the framing is as it was.');
    clear();
    const change = {
      key: actionKey(),
      id,
      // What is shown; the list may be newer.
      version: detail.entry.version,
      result: detail.entry.result,
      source: detail.source_hash,
      verdict,
      draft: edited ? this.sent() : null,
    };
    const framing = JSON.stringify(this.draft);
    if (verdict) this.next();
    await this.send(change, framing);
  }

  async send(change, framing) {
    try {
      const done = await decide('/api/decide', change);
      // What was changed after it was sent is still unsaved.
      if (JSON.stringify(draftOf(change.id)?.framing) === framing) keepDraft(change.id, null);
      this.pictures.undo = `review ${change.key}`;
      this.own = true;
      this.pictures.replace(done.entries);
      this.own = false;
      done.messages.forEach(warn);
      const words = { approved: 'Approved', rejected: 'Rejected' }[change.verdict] ?? 'Saved';
      say(`${words}: ${this.pictures.all.get(change.id)?.output}`);
      if (this.id === change.id) await this.open(change.id);
    } catch (error) {
      warn(`${this.pictures.all.get(change.id)?.output}: ${error.message}`);
      this.own = true;
      try {
        await this.pictures.load();
      } finally {
        this.own = false;
      }
      if (this.id === change.id) this.changedMeanwhile(error);
    }
  }

  /** Loads the picture again after a refusal, and keeps the warning. */
  async changedMeanwhile(error) {
    await this.open(this.id);
    warn(error.message);
  }

  discard() {
    keepDraft(this.id, null);
    this.draft = { ...this.saved };
    this.turn += 1;
    this.controls();
    this.facts();
    this.preview();
  }

  /** Shows what is known of the picture. */
  facts() {
    const entry = this.pictures.all.get(this.id);
    by('editor').hidden = !entry;
    this.failure.show(entry);
    if (!entry) return;
    by('editor').dataset.failed = Boolean(entry.failure);
    by('name').textContent = shown(entry.output);
    by('path').textContent = `${shown(entry.source)}${STANDINGS[entry.standing] ? ` · ${STANDINGS[entry.standing]}` : ''}`;
    by('flags').replaceChildren(...entry.flags.map((flag) => {
      const item = element('li', '', shown(flag.words));
      item.dataset.warning = flag.warning;
      return item;
    }));
    by('approve').setAttribute('aria-pressed', entry.standing === 'approved');
    by('reject').setAttribute('aria-pressed', entry.standing === 'rejected');
    by('editor').dataset.loading = !this.draft;
    by('framing').disabled = !this.draft;
    const edited = Boolean(this.draft) && this.isEdited();
    for (const id of ['save', 'discard']) by(id).disabled = !edited;
    by('editor').dataset.edited = edited;
  }
}
