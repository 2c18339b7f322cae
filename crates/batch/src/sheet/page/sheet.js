// The contact sheet: connects the list, the filters, the details and the keyboard.

import { element, fileName, shown } from './text.js';
import { after, before, image, masked } from './views.js';
import { Rows } from './rows.js';
import { compare, counts, filter, hasFlag, offer } from './filter.js';
import { theme } from './theme.js';
import { details, facts, framing, status, why } from './facts.js';

const byId = (id) => document.getElementById(id);
const { pictures, mask } = JSON.parse(byId('data').textContent);
const sticky = document.querySelector('.bar');

/** Failures first, then what has most flags. */
const gravity = (picture) => (picture.status === 'failed' ? 1000 : 0) + picture.flags.length;

const KIND = {
  tests: {
    status: (picture, wanted) => status(picture)[0] === wanted,
    framing: (picture, wanted) => framing(picture) === wanted,
    flag: (picture, wanted) => hasFlag(picture.flags, wanted),
  },
  orders: {
    flagged: (a, b) => gravity(b) - gravity(a),
    name: (a, b) => compare(a.source, b.source),
    bytes: (a, b) => (b.bytes ?? -1) - (a.bytes ?? -1),
    quality: (a, b) => (a.quality ?? 101) - (b.quality ?? 101),
  },
  text: (picture) => [
    picture.source, picture.output, picture.code, picture.message, ...picture.flags,
    ...picture.notes,
  ],
};

/** All views of a picture: before, after, and masked on light and dark ground. */
const views = (picture) => [
  before(picture), after(picture),
  ...['light', 'dark'].map((ground) => {
    const result = picture.after && image(picture.after, `Masked, on a ${ground} ground`);
    return masked(result, ground, mask);
  }),
];

const button = (label, name, act) => {
  const made = element('button', '', label);
  made.type = 'button';
  made.setAttribute('aria-label', `${label}: ${name}`);
  made.addEventListener('click', act);
  return made;
};

const copyPath = async (picture) => {
  try {
    await navigator.clipboard.writeText(picture.source);
  } catch {
    // Some browsers allow this only for pages of a server.
    const field = element('textarea', 'visually-hidden');
    field.value = picture.source;
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
    focused?.focus({ preventScroll: true });
  }
  byId('said').textContent = `Copied ${shown(picture.source)}`;
};

const open = (picture) => {
  const table = element('dl', '');
  for (const [name, value] of details(picture)) {
    const text = String(value).split('\n').map(shown).join('\n');
    table.append(element('dt', '', name), element('dd', '', text));
  }
  byId('details-title').textContent = fileName(picture.source);
  byId('details-body').replaceChildren(element('div', 'views', ...views(picture)), table);
  byId('details').showModal();
};

const row = (picture) => {
  const name = fileName(picture.source);
  const actions = [
    button('Details', name, () => open(picture)),
    button('Copy path', name, () => copyPath(picture)),
  ];
  const made = element('div', 'picture', ...views(picture), facts(picture, actions));
  made.classList.toggle('failed', picture.status === 'failed');
  made.setAttribute('role', 'listitem');
  made.setAttribute('aria-label', [name, status(picture)[0], why(picture)].join(', '));
  made.addEventListener('focusin', () => select(picture));
  return made;
};

/** The picture that Tab reaches and the keys act on. */
let current;

const rows = new Rows(byId('list'), {
  make: row,
  fill: (made, picture) => { made.tabIndex = picture === current ? 0 : -1; },
});

const select = (picture) => {
  rows.of(current)?.setAttribute('tabindex', '-1');
  current = picture;
  rows.of(current)?.setAttribute('tabindex', '0');
};

/** Brings a picture into view and focuses it. */
const go = (index) => {
  const picture = rows.items[Math.min(rows.items.length - 1, Math.max(0, index))];
  if (!picture) return;
  select(picture);
  const isSticky = getComputedStyle(sticky).position === 'sticky';
  rows.reveal(rows.items.indexOf(picture), isSticky ? sticky.offsetHeight : 0);
  rows.of(picture).focus({ preventScroll: true });
};

const fields = ['search', 'status', 'flag', 'framing', 'sort'];
const update = () => {
  const wanted = Object.fromEntries(fields.map((id) => [id, byId(id).value]));
  const found = filter(pictures, wanted, KIND);
  if (!found.includes(current)) [current] = found;
  rows.setItems(found);
  byId('count').textContent = `${found.length} of ${pictures.length} pictures`;
  byId('empty').hidden = found.length > 0;
};

const statuses = counts(pictures, (picture) => [status(picture)[0]]);
offer(byId('status'), statuses);
offer(byId('flag'), counts(pictures, (picture) => new Set(picture.flags)));
offer(byId('framing'), counts(pictures, (picture) => [framing(picture)]));
for (const id of fields) byId(id).addEventListener('input', update);
byId('summary').textContent = statuses.map(([word, count]) => `${count} ${word}`).join(', ');
theme(byId('theme'));

const step = (by) => go(rows.items.indexOf(current) + by);
const keys = {
  ArrowDown: () => step(1), j: () => step(1),
  ArrowUp: () => step(-1), k: () => step(-1),
  Home: () => go(0), End: () => go(rows.items.length - 1),
  c: () => current && copyPath(current),
  t: () => byId('theme').click(),
  '/': () => byId('search').focus(),
};
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('details').open) return;
  if (event.target.closest('input, select, textarea')) {
    if (event.key === 'Escape') {
      byId('search').value = '';
      update();
      step(0);
    }
    return;
  }
  if (event.key === 'Enter' && event.target.classList.contains('picture')) {
    open(current);
  } else if (keys[event.key]) {
    keys[event.key]();
  } else {
    return;
  }
  event.preventDefault();
});
update();
document.documentElement.dataset.ready = 'true';
