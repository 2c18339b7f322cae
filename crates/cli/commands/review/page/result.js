// The result of the framing that is edited, as destinations show it.

import { image, masked } from './views.js';

const GROUNDS = [['light', 'large'], ['dark', 'large'], ['light', 'small'], ['dark', 'small']];

export class Result {
  constructor(place) {
    this.images = GROUNDS.map(([ground, size]) => {
      // The small ones show the same.
      const made = image(null, size === 'large' ? `Result on a ${ground} ground` : '');
      const view = masked(made, ground);
      view.classList.add(size);
      place.append(view);
      return made;
    });
  }

  /** Shows a picture behind a `circle` or `square`. */
  show(address, mask) {
    for (const made of this.images) {
      made.closest('figure').classList.toggle('square', mask === 'square');
      made.src = address;
    }
  }
}
