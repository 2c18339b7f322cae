// The rows of a list that are near the view. Others do not exist, so that thousands of pictures stay
// fast. All rows have the height that the style sheet calls `--row`.

/** Rows above and below the view that exist too. */
const SPARE = 4;

export class Rows {
  /**
   * Rows of `container`, which is scrolled by `scroller`, or by the page without one. `key(item)`
   * names an item, `make(item)` makes its row, and `fill(row, item)` shows the item in it. `drawn()`
   * is called when rows have come or gone.
   */
  constructor(container, { scroller = null, key = (item) => item, make, fill, drawn = () => {} }) {
    Object.assign(this, { container, scroller, key, make, fill, drawn, items: [], height: 1 });
    this.rows = new Map();
    let isWaiting = false;
    const later = () => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        this.draw();
      });
    };
    (scroller ?? window).addEventListener('scroll', later, { passive: true });
    addEventListener('resize', () => this.measure());
    if (scroller) new ResizeObserver(() => this.measure()).observe(scroller);
  }

  /** Replaces the items. Rows of items that stay are kept. */
  setItems(items) {
    this.items = items;
    this.measure();
  }

  /** The row of an item, if it exists. */
  of(item) {
    return item && this.rows.get(this.key(item));
  }

  /** Finds out how high rows are now. */
  measure() {
    const height = getComputedStyle(this.container).getPropertyValue('--row');
    this.height = parseFloat(height) || 200;
    this.container.style.height = `${this.items.length * this.height}px`;
    this.draw(true);
  }

  /** The part of the list in view: its upper edge and its height, in pixels. */
  view() {
    const top = this.container.getBoundingClientRect().top;
    const box = this.scroller?.getBoundingClientRect();
    return box ? [box.top - top, this.scroller.clientHeight] : [-top, innerHeight];
  }

  /** The indices that have rows: those near the view. */
  near() {
    const [top, height] = this.view();
    const first = Math.max(0, Math.floor(top / this.height) - SPARE);
    const last = Math.min(this.items.length, Math.ceil((top + height) / this.height) + SPARE);
    return Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
  }

  /** Makes and removes rows. With `renew`, shows all items again. */
  draw(renew = false) {
    const wanted = this.near();
    const isNear = new Set(wanted.map((index) => this.key(this.items[index])));
    for (const [key, row] of this.rows) {
      if (isNear.has(key)) continue;
      // The row that has the focus must not vanish, or the keyboard would lose its place.
      const index = row.contains(document.activeElement)
        ? this.items.findIndex((item) => this.key(item) === key) : -1;
      if (index < 0) {
        row.remove();
        this.rows.delete(key);
      } else {
        wanted.push(index);
      }
    }
    wanted.sort((a, b) => a - b);
    let previous = null;
    for (const index of wanted) previous = this.put(index, previous, renew);
    this.drawn();
  }

  /** Puts the row of an item after `previous`: readers follow the order in the document. */
  put(index, previous, renew) {
    const item = this.items[index];
    const key = this.key(item);
    let row = this.rows.get(key);
    const isNew = !row;
    if (isNew) {
      row = this.make(item);
      this.rows.set(key, row);
    }
    if (isNew || renew) {
      row.setAttribute('aria-posinset', index + 1);
      row.setAttribute('aria-setsize', this.items.length);
      row.style.transform = `translateY(${index * this.height}px)`;
      this.fill(row, item);
    }
    if (isNew || row.previousElementSibling !== previous) {
      this.container.insertBefore(row, previous ? previous.nextSibling : this.container.firstChild);
    }
    return row;
  }

  /** Scrolls until an item is in view, below what covers the upper edge. */
  reveal(index, covered = 0) {
    const [top, height] = this.view();
    const start = index * this.height - top;
    const scrolled = this.scroller ?? window;
    if (start < covered) scrolled.scrollBy(0, start - covered);
    else if (start + this.height > height) scrolled.scrollBy(0, start + this.height - height);
    this.draw();
  }
}
