// What is known of a picture, in words.

import { bytes, element, fileName, shown } from './text.js';

/** The status in words, and how serious it is. */
export const status = (picture) => {
  if (picture.status === 'failed') return ['failed', 'bad'];
  if (picture.code === 'up_to_date') return ['up to date', 'good'];
  if (picture.status === 'skipped') return ['skipped', ''];
  if (picture.status === 'planned') return ['planned', ''];
  return ['made', 'good'];
};

/** How the square was chosen. */
export const framing = ({ framing: chosen }) => (chosen ? `${chosen.fit} by ${chosen.by}` : '');

/** Its numbers in one line. */
export const numbers = (picture) => [
  picture.preset,
  picture.size && `${picture.size} px`,
  picture.bytes && bytes(picture.bytes),
  picture.quality && `quality ${picture.quality}`,
  picture.score !== null && picture.score !== undefined && `score ${picture.score}`,
  framing(picture),
].filter(Boolean).join(' · ');

const marks = (picture) => {
  const [word, kind] = status(picture);
  const all = element('div', 'marks', element('span', `mark ${kind}`, word));
  if (picture.code && picture.status === 'failed') {
    all.append(element('span', 'mark bad', picture.code));
  }
  for (const flag of picture.flags) all.append(element('span', 'mark warn', flag || 'note'));
  return all;
};

/** What went wrong, with what to try, or what is to be noted. */
export const why = (picture) => {
  const failure = picture.status === 'failed'
    ? [picture.message, picture.hint && `Hint: ${picture.hint}`]
    : [picture.code === 'up_to_date' ? null : picture.message];
  return [...failure, ...picture.notes].filter(Boolean).map(shown).join(' — ');
};

/** The facts of a picture; `actions` are buttons. */
export const facts = (picture, actions) => element(
  'div', 'facts',
  element('div', 'name', fileName(picture.source)),
  element('div', 'path', shown(picture.source)),
  marks(picture),
  element('div', 'numbers', numbers(picture)),
  element('div', 'why', why(picture)),
  element('div', 'actions', ...actions),
);

/** Everything that is known, as names and values. */
export const details = (picture) => [
  ['Source', picture.source], ['Result', picture.output],
  ['Status', [status(picture)[0], picture.code].filter(Boolean).join(' · ')],
  ['Message', picture.message], ['Hint', picture.hint],
  ['Format', picture.format],
  ['Size', picture.width && `${picture.width} × ${picture.height} px`],
  ['Numbers', numbers(picture)], ['Chroma', picture.subsampling],
  ['Background', picture.background], ['Padding', picture.framing?.padding],
  ['Flags', picture.flags.filter(Boolean).join(', ')], ['Notes', picture.notes.join('\n')],
].filter(([, value]) => value);
