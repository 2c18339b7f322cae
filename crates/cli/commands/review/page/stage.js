// The picture under the mask: dragged and zoomed with mouse, touch, wheel and keys.

import { centered, moved, zoomed } from './crop.js';

const STEP = 0.01;
const LARGE_STEP = 0.1;
const KEY_ZOOM = 1.1;

export class Stage {
  /** `changed` is called with each new crop, `released` at the end of a drag. */
  constructor(changed, released) {
    this.root = document.getElementById('stage');
    this.whole = document.getElementById('whole');
    this.contained = document.getElementById('contained');
    this.changed = changed;
    this.released = released;
    this.pointers = new Map();
    const on = (event, handle) => this.root.addEventListener(event, handle.bind(this));
    on('pointerdown', this.down);
    on('pointermove', this.move);
    on('pointerup', this.up);
    on('pointercancel', this.up);
    on('keydown', this.key);
    this.root.addEventListener('wheel', this.wheel.bind(this), { passive: false });
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  /** Shows a picture: its size, the address of its copy, and where it lies in that copy. */
  open({ size, address, placed, edge }) {
    Object.assign(this, { size, placed, edge });
    this.whole.src = address;
    this.pointers.clear();
  }

  /** Shows a crop; `null` if the picture is shown whole and cannot be moved. */
  show(crop) {
    this.crop = crop;
    this.root.dataset.fit = crop ? 'cover' : 'contain';
    this.whole.hidden = !crop;
    this.contained.hidden = Boolean(crop);
    this.draw();
  }

  draw() {
    if (!this.crop || !this.placed) return;
    const screen = this.root.clientWidth / this.crop[2];
    const copy = this.placed[2] / this.size[0];
    const scale = screen / copy;
    const [x, y] = [0, 1].map((axis) => -(this.crop[axis] * copy + this.placed[axis]) * scale);
    this.whole.style.width = `${this.edge}px`;
    this.whole.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  }

  change(crop) {
    if (crop.every((value, index) => value === this.crop[index])) return;
    this.crop = crop;
    this.draw();
    this.changed(crop);
  }

  /** Zooms around the middle. */
  zoom(factor) {
    if (this.crop) this.change(zoomed(this.crop, factor, [0.5, 0.5], this.size));
  }

  reset() {
    if (this.crop) this.change(centered(this.size));
  }

  /** A point of the screen as a share of the square. */
  place({ clientX, clientY }) {
    const box = this.root.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  down(event) {
    if (!this.crop || event.button > 0) return;
    this.root.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, event);
  }

  up(event) {
    if (this.pointers.delete(event.pointerId) && !this.pointers.size) this.released();
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before || !this.crop) return;
    const others = [...this.pointers.values()].filter((it) => it.pointerId !== event.pointerId);
    this.pointers.set(event.pointerId, event);
    const scale = this.crop[2] / this.root.clientWidth;
    // With two fingers, each moves the middle by half.
    const share = scale / (others.length + 1);
    let crop = moved(
      this.crop,
      (before.clientX - event.clientX) * share,
      (before.clientY - event.clientY) * share,
      this.size,
    );
    if (others.length === 1) {
      const apart = (it) => Math.hypot(it.clientX - others[0].clientX, it.clientY - others[0].clientY);
      const factor = apart(event) / Math.max(apart(before), 1);
      const [a, b] = [this.place(event), this.place(others[0])];
      crop = zoomed(crop, factor || 1, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], this.size);
    }
    this.change(crop);
  }

  wheel(event) {
    if (!this.crop || event.ctrlKey && !event.deltaY) return;
    event.preventDefault();
    const lines = event.deltaMode === 0 ? 1 : 16;
    const factor = Math.exp(-event.deltaY * lines / 500);
    this.change(zoomed(this.crop, factor, this.place(event), this.size));
  }

  key(event) {
    if (!this.crop || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = this.crop[2] * (event.shiftKey ? LARGE_STEP : STEP);
    const keys = {
      ArrowLeft: () => moved(this.crop, -step, 0, this.size),
      ArrowRight: () => moved(this.crop, step, 0, this.size),
      ArrowUp: () => moved(this.crop, 0, -step, this.size),
      ArrowDown: () => moved(this.crop, 0, step, this.size),
      '+': () => zoomed(this.crop, KEY_ZOOM, [0.5, 0.5], this.size),
      '=': () => zoomed(this.crop, KEY_ZOOM, [0.5, 0.5], this.size),
      '-': () => zoomed(this.crop, 1 / KEY_ZOOM, [0.5, 0.5], this.size),
      0: () => centered(this.size),
    };
    const next = keys[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    this.change(next());
  }
}
