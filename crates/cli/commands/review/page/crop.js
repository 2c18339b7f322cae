// Squares inside a picture: plain arithmetic in its pixels. A crop is [left, top, edge, edge].

/** Fewest pixels of a crop; less cannot be seen. */
const LEAST = 8;

const between = (low, value, high) => Math.min(Math.max(low, value), Math.max(low, high));

/** The same square, not larger than the picture and inside it. */
export function inside([x, y, edge], [width, height]) {
  const most = Math.min(width, height);
  const side = between(Math.min(LEAST, most), edge, most);
  return [between(0, x, width - side), between(0, y, height - side), side, side];
}

/** The largest square in the middle. */
export function centered([width, height]) {
  const edge = Math.min(width, height);
  return [(width - edge) / 2, (height - edge) / 2, edge, edge];
}

export function moved([x, y, edge], across, down, size) {
  return inside([x + across, y + down, edge], size);
}

/** Shows less if `factor` is above 1. The point at [across, down] of the square, 0 to 1, stays. */
export function zoomed([x, y, edge], factor, [across, down], size) {
  const [, , side] = inside([x, y, edge / factor], size);
  return inside([x + (edge - side) * across, y + (edge - side) * down, side], size);
}

/** A square around what shows, for pictures that were not cropped to a square. */
export function squared([x, y, width, height], size) {
  const edge = Math.min(width, height);
  return inside([x + (width - edge) / 2, y + (height - edge) / 2, edge], size);
}

export const whole = (crop) => crop.map(Math.round);
