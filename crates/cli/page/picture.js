"use strict";
// The elements of one picture. All text is set as text, so that no name can become markup.
globalThis.AvatarPrep = globalThis.AvatarPrep || {};
(() => {
  const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

  /** Text to show: characters that are invisible or turn the direction of writing are visible. */
  const shown = (text) => String(text ?? "").replace(HIDDEN, "\ufffd");

  /** An element with classes and children; strings become text. */
  const element = (name, classes, ...children) => {
    const made = document.createElement(name);
    if (classes) made.className = classes;
    made.append(...children.filter((child) => child !== null));
    return made;
  };

  const image = (address, description) => {
    const made = document.createElement("img");
    made.alt = description;
    made.decoding = "async";
    made.src = address;
    return made;
  };

  const nothing = (why) => element("span", "none", why);

  /** Width and height of the source after turning it upright. */
  const uprightSize = ({ width, height, orientation }) =>
    orientation >= 5 ? [height, width] : [width, height];

  /** The source, whole, with the part that the square shows. */
  const before = (picture) => {
    const view = element("figure", "view before");
    if (!picture.before) {
      view.append(nothing("no preview"));
      return view;
    }
    const { src, edge, placed: [x, y, width, height] } = picture.before;
    const scale = 100 / Math.max(width, height);
    const whole = element("div", "whole");
    whole.style.width = `${width * scale}%`;
    whole.style.height = `${height * scale}%`;
    const img = image(src, `Source ${shown(picture.source)}`);
    img.style.width = `${(100 * edge) / width}%`;
    img.style.height = `${(100 * edge) / height}%`;
    img.style.left = `${(-100 * x) / width}%`;
    img.style.top = `${(-100 * y) / height}%`;
    whole.append(img);
    const [across, down] = uprightSize(picture);
    if (picture.framing?.fit === "cover" && across && down) {
      const [left, top, cropWidth, cropHeight] = picture.framing.crop;
      const crop = element("div", "crop");
      crop.style.left = `${(100 * left) / across}%`;
      crop.style.top = `${(100 * top) / down}%`;
      crop.style.width = `${(100 * cropWidth) / across}%`;
      crop.style.height = `${(100 * cropHeight) / down}%`;
      if (cropWidth < across || cropHeight < down) whole.append(crop);
    }
    view.append(whole);
    return view;
  };

  const after = (picture) => {
    const made = picture.after
      ? image(picture.after, `Result for ${shown(picture.source)}`)
      : nothing(picture.status === "failed" ? "no result" : "not made");
    return element("figure", "view after", made);
  };

  /** The result as destinations show it, on a `light` or `dark` ground. */
  const masked = (picture, ground, mask) => {
    const shape = mask === "square" ? " square" : "";
    const view = element("figure", `view round on-${ground}${shape}`);
    if (picture.after) {
      view.append(element("div", "mask", image(picture.after, `Masked, on a ${ground} ground`)));
    }
    return view;
  };

  const bytes = (count) => (count >= 1e6
    ? `${(count / 1e6).toFixed(2)} MB`
    : `${(count / 1e3).toFixed(1)} kB`);

  /** The status in words, and how serious it is. */
  const status = (picture) => {
    if (picture.status === "failed") return ["failed", "bad"];
    if (picture.code === "up_to_date") return ["up to date", "good"];
    if (picture.status === "skipped") return ["skipped", ""];
    if (picture.status === "planned") return ["planned", ""];
    return ["made", "good"];
  };

  const framing = ({ framing }) => (framing ? `${framing.fit} by ${framing.by}` : "");

  const numbers = (picture) => [
    picture.preset,
    picture.size && `${picture.size} px`,
    picture.bytes && bytes(picture.bytes),
    picture.quality && `quality ${picture.quality}`,
    picture.score !== null && picture.score !== undefined && `score ${picture.score}`,
    framing(picture),
  ].filter(Boolean).join(" · ");

  const marks = (picture) => {
    const [word, kind] = status(picture);
    const all = element("div", "marks", element("span", `mark ${kind}`, word));
    if (picture.code && picture.status === "failed") {
      all.append(element("span", "mark bad", picture.code));
    }
    for (const flag of picture.flags) all.append(element("span", "mark warn", flag || "note"));
    return all;
  };

  /** What went wrong, with what to try, or what is to be noted. */
  const why = (picture) => {
    const failure = picture.status === "failed"
      ? [picture.message, picture.hint && `Hint: ${picture.hint}`]
      : [picture.code === "up_to_date" ? null : picture.message];
    return [...failure, ...picture.notes].filter(Boolean).map(shown).join(" — ");
  };

  const fileName = (path) => shown(path).split(/[/\\]/).pop();

  /** The facts of a picture; `actions` are buttons. */
  const facts = (picture, actions) => element(
    "div", "facts",
    element("div", "name", fileName(picture.source)),
    element("div", "path", shown(picture.source)),
    marks(picture),
    element("div", "numbers", numbers(picture)),
    element("div", "why", why(picture)),
    element("div", "actions", ...actions),
  );

  /** All views of a picture: before, after, and masked on light and dark ground. */
  const views = (picture, mask) => [
    before(picture), after(picture),
    masked(picture, "light", mask), masked(picture, "dark", mask),
  ];

  Object.assign(globalThis.AvatarPrep, {
    shown, element, views, before, after, masked, facts, status, framing, numbers, why, fileName,
    bytes, uprightSize,
  });
})();
