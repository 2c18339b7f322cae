"use strict";
// A list of which only the rows near the view exist, so that thousands of pictures stay fast.
globalThis.AvatarPrep = globalThis.AvatarPrep || {};
(() => {
  /** Rows above and below the view that exist too. */
  const SPARE = 4;

  /**
   * Shows `items` in `container`; `make(item)` returns the element of a row. All rows have the
   * height that the style sheet calls `--row`. One row can be reached with Tab, the current one.
   */
  const list = (container, make) => {
    let items = [];
    let current = 0;
    let height = 1;
    const rows = new Map();
    container.setAttribute("role", "list");

    const measure = () => {
      const value = getComputedStyle(container).getPropertyValue("--row");
      height = parseFloat(value) || 200;
      container.style.height = `${items.length * height}px`;
    };

    const row = (index) => {
      const made = make(items[index], index);
      made.setAttribute("role", "listitem");
      made.setAttribute("aria-setsize", items.length);
      made.setAttribute("aria-posinset", index + 1);
      made.dataset.index = index;
      made.style.transform = `translateY(${index * height}px)`;
      made.tabIndex = index === current ? 0 : -1;
      return made;
    };

    const render = () => {
      const top = -container.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(top / height) - SPARE);
      const last = Math.min(items.length, Math.ceil((top + innerHeight) / height) + SPARE);
      for (const [index, made] of rows) {
        // The row that has the focus must not vanish, or the keyboard would lose its place.
        const isFocused = made.contains(document.activeElement);
        if ((index < first || index >= last) && !isFocused) {
          made.remove();
          rows.delete(index);
        }
      }
      for (let index = first; index < last; index += 1) {
        if (rows.has(index)) continue;
        const made = row(index);
        rows.set(index, made);
        const next = [...rows.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
        container.insertBefore(made, rows.get(next) ?? null);
      }
    };

    const clear = () => {
      for (const made of rows.values()) made.remove();
      rows.clear();
    };

    /** Replaces the items; the current one stays current if it is still there. */
    const setItems = (next) => {
      const item = items[current];
      items = next;
      current = Math.max(0, items.indexOf(item));
      clear();
      measure();
      render();
    };

    /** Makes the row of an item again, after the item has changed. */
    const refresh = (item) => {
      const index = items.indexOf(item);
      const old = rows.get(index);
      if (!old) return;
      const hadFocus = old.contains(document.activeElement);
      const made = row(index);
      old.replaceWith(made);
      rows.set(index, made);
      if (hadFocus) made.focus({ preventScroll: true });
    };

    /** Makes a row current, brings it into view and focuses it. */
    const go = (index) => {
      if (items.length === 0) return;
      const target = Math.min(items.length - 1, Math.max(0, index));
      rows.get(current)?.setAttribute("tabindex", "-1");
      current = target;
      const start = container.getBoundingClientRect().top + scrollY + target * height;
      const bar = document.querySelector(".bar");
      const isSticky = bar && getComputedStyle(bar).position === "sticky";
      const covered = isSticky ? bar.offsetHeight : 0;
      if (start < scrollY + covered) scrollTo(scrollX, start - covered);
      if (start + height > scrollY + innerHeight) scrollTo(scrollX, start + height - innerHeight);
      render();
      const made = rows.get(target);
      made.tabIndex = 0;
      made.focus({ preventScroll: true });
    };

    container.addEventListener("focusin", (event) => {
      const made = event.target.closest("[data-index]");
      if (made) {
        rows.get(current)?.setAttribute("tabindex", "-1");
        current = Number(made.dataset.index);
        made.tabIndex = 0;
      }
    });
    let isWaiting = false;
    const later = () => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        render();
      });
    };
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", () => {
      clear();
      measure();
      render();
    });
    return {
      setItems, refresh, go,
      current: () => items[current],
      index: () => current,
      length: () => items.length,
    };
  };

  Object.assign(globalThis.AvatarPrep, { list });
})();
