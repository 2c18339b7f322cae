// A source beside its result, and the result as destinations show it.

import { element, shown } from './text.js';

/** A picture that is decoded without holding up the page; without an address, it stays empty. */
export const image = (address, description) => {
  const made = element('img', '');
  made.alt = description;
  made.decoding = 'async';
  if (address) made.src = address;
  return made;
};

const nothing = (why) => element('span', 'none', why);

const place = (made, [left, top, width, height]) => {
  const values = { left, top, width, height };
  for (const [name, value] of Object.entries(values)) made.style[name] = `${100 * value}%`;
};

/** Width and height of the source after turning it upright. */
const uprightSize = ({ width, height, orientation }) =>
  (orientation >= 5 ? [height, width] : [width, height]);

/** The frame around the part that the square shows; none if it shows all. */
const cropFrame = (picture) => {
  const [across, down] = uprightSize(picture);
  if (picture.framing?.fit !== 'cover' || !across || !down) return null;
  const [left, top, width, height] = picture.framing.crop;
  if (width >= across && height >= down) return null;
  const crop = element('div', 'crop');
  place(crop, [left / across, top / down, width / across, height / down]);
  return crop;
};

/** The source, whole, with the part that the square shows. */
export const before = (picture) => {
  const view = element('figure', 'view before');
  if (!picture.before) {
    view.append(nothing('no preview'));
    return view;
  }
  const { src, edge, placed: [x, y, width, height] } = picture.before;
  const longest = Math.max(width, height);
  const whole = element('div', 'whole');
  whole.style.width = `${(100 * width) / longest}%`;
  whole.style.height = `${(100 * height) / longest}%`;
  const copy = image(src, `Source ${shown(picture.source)}`);
  place(copy, [-x / width, -y / height, edge / width, edge / height]);
  whole.append(copy, ...[cropFrame(picture)].filter(Boolean));
  view.append(whole);
  return view;
};

/** The result as a square, or why there is none. */
export const after = (picture) => {
  const made = picture.after
    ? image(picture.after, `Result for ${shown(picture.source)}`)
    : nothing(picture.status === 'failed' ? 'no result' : 'not made');
  return element('figure', 'view after', made);
};

/** A picture as destinations show it, on a `light` or `dark` ground, behind a `circle` or `square`. */
export const masked = (shownPicture, ground, mask) => {
  const shape = mask === 'square' ? ' square' : '';
  const cut = shownPicture && element('div', 'mask', shownPicture);
  return element('figure', `view round on-${ground}${shape}`, cut);
};
