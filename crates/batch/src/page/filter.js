// Which pictures are shown, and in which order.

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Compares two texts as people sort them. */
export const compare = collator.compare;

/**
 * The pictures that are `wanted`, in its order; the given ones stay as they are. Of each picture
 * kind, `tests` has a function for each menu, `orders` one for each order, and `text` returns what
 * is searched.
 */
export const filter = (pictures, wanted, { tests, orders, text }) => {
  const words = (wanted.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = Object.entries(tests).filter(([name]) => wanted[name]);
  const found = pictures.filter((picture) => {
    if (!chosen.every(([name, test]) => test(picture, wanted[name]))) return false;
    if (words.length === 0) return true;
    const whole = text(picture).filter(Boolean).join('\n').toLowerCase();
    return words.every((word) => whole.includes(word));
  });
  const order = orders[wanted.sort];
  return order ? found.sort(order) : found;
};

/** Whether these flags are `any`, `none`, or contain one. */
export const hasFlag = (flags, wanted) => {
  if (wanted === 'none') return flags.length === 0;
  return wanted === 'any' ? flags.length > 0 : flags.includes(wanted);
};

/** Each value that occurs, with its count, the most frequent first. */
export const counts = (pictures, values) => {
  const all = new Map();
  for (const picture of pictures) {
    for (const value of values(picture)) {
      if (value) all.set(value, (all.get(value) ?? 0) + 1);
    }
  }
  return [...all].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
};

/** Offers these values in a menu, after its first options, and keeps what is chosen. */
export const offer = (menu, values) => {
  const { value: chosen } = menu;
  menu.querySelectorAll('[data-count]').forEach((option) => option.remove());
  for (const [value, count] of values) {
    const option = document.createElement('option');
    option.value = value;
    option.textContent = `${value} (${count})`;
    option.dataset.count = count;
    menu.append(option);
  }
  menu.value = chosen;
  if (menu.selectedIndex < 0) menu.value = '';
};
