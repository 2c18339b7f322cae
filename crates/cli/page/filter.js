"use strict";
// Which pictures are shown, and in which order.
globalThis.AvatarPrep = globalThis.AvatarPrep || {};
(() => {
  const { status, framing } = globalThis.AvatarPrep;
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  /** Failures first, then what has most flags. */
  const gravity = (picture) => (picture.status === "failed" ? 1000 : 0) + picture.flags.length;

  const ORDERS = {
    plan: null,
    flagged: (a, b) => gravity(b) - gravity(a),
    name: (a, b) => collator.compare(a.source, b.source),
    bytes: (a, b) => (b.bytes ?? -1) - (a.bytes ?? -1),
    quality: (a, b) => (a.quality ?? 101) - (b.quality ?? 101),
  };

  const text = (picture) => [
    picture.source, picture.output, picture.code, picture.message, ...picture.flags,
    ...picture.notes,
  ].filter(Boolean).join("\n").toLowerCase();

  /** The pictures that match `wanted`, in its order; the given ones stay as they are. */
  const filter = (pictures, wanted) => {
    const words = (wanted.search ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const found = pictures.filter((picture) => {
      if (wanted.status && status(picture)[0] !== wanted.status) return false;
      if (wanted.framing && framing(picture) !== wanted.framing) return false;
      if (wanted.flag === "none" && picture.flags.length > 0) return false;
      if (wanted.flag === "any" && picture.flags.length === 0) return false;
      const isCode = wanted.flag && wanted.flag !== "none" && wanted.flag !== "any";
      if (isCode && !picture.flags.includes(wanted.flag)) return false;
      if (words.length === 0) return true;
      const whole = text(picture);
      return words.every((word) => whole.includes(word));
    });
    const order = ORDERS[wanted.sort] ?? null;
    return order ? found.sort(order) : found;
  };

  /** Each value that occurs, with its count, the most frequent first. */
  const counts = (pictures, values) => {
    const all = new Map();
    for (const picture of pictures) {
      for (const value of values(picture)) {
        if (value) all.set(value, (all.get(value) ?? 0) + 1);
      }
    }
    return [...all].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
  };

  /** Adds an option for each value to a menu. */
  const offer = (menu, values) => {
    for (const [value, count] of values) {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = `${value} (${count})`;
      menu.append(option);
    }
  };

  Object.assign(globalThis.AvatarPrep, { filter, counts, offer });
})();
