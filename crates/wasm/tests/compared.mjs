// What the package made of files beside what the command made of them.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { LEFT_OUT, PACKAGE } from './support.mjs';

const { PrepareError } = await import(join(PACKAGE, 'index.js'));

/** Notes of drawings whose text is set in another font here, or with embedded pictures that are not read here. */
const OTHERWISE = ['font_replaced', 'text_left_out', 'picture_left_out'];

/** Kinds of notes that only a run over a folder has: they are about other files, or about the name. */
const OF_RUNS = ['near_duplicate', 'name_not_portable'];

/** How a failure compares with the record of the command. */
function failure(error, record) {
  if (!(error instanceof PrepareError)) throw error;
  const found = `${error.code}: ${error.message}; the command: ${record.status} ${record.code ?? ''} ${record.message ?? ''}`;
  if (!error.hint) return { kind: 'wrong', found: `no hint: ${found}` };
  if (record.status === 'failed' && record.code === error.code && record.message === error.message) return { kind: 'failed', found };
  if (error.code === 'unsupported' && LEFT_OUT.test(error.message)) return { kind: 'leftOut', found: error.message };
  return { kind: 'wrong', found };
}

/** How a result compares with the record of the command. */
function result(made, record) {
  if (record.status !== 'ok') return { kind: 'wrong', found: `made; the command: ${record.code} ${record.message}` };
  const codes = made.notes.map((note) => note.code);
  if (made.format === 'SVG' && codes.some((code) => OTHERWISE.includes(code))) {
    if (!record.jpeg.equals(made.jpeg)) return { kind: 'otherwise', found: codes.join(', ') };
  }
  const expected = record.flags.filter((code) => !OF_RUNS.includes(code));
  if (String(codes) !== String(expected)) return { kind: 'wrong', found: `notes ${codes}; the command: ${expected}` };
  if (record.jpeg.equals(made.jpeg)) return { kind: 'same', found: made.format };
  return { kind: 'bytes', found: `other bytes (${made.format})`, jpegs: [record.jpeg, Buffer.from(made.jpeg)], made, record };
}

async function one(preparer, file, name, record) {
  let made;
  try {
    made = await preparer.prepareFile(file, name);
  } catch (error) {
    return failure(error, record);
  }
  if (made) return result(made, record);
  if (record.code === 'not_a_picture') return { kind: 'skipped', found: record.message };
  return { kind: 'wrong', found: `not a picture; the command: ${record.status} ${record.code}` };
}

/**
 * For each gathered file, its name and how it compares: `same` bytes and notes, `failed` in the same words, `skipped`
 * as no picture, `leftOut` because only the command reads the format, `otherwise` where a note says why, other
 * `bytes`, or `wrong`.
 */
export function compared(preparer, all, expected) {
  return Promise.all(all.names.map(async (name) => {
    const record = expected.get(name);
    if (!record) return { name, kind: 'wrong', found: 'the command has no record' };
    return { name, ...await one(preparer, readFileSync(join(all.top, 'in', name)), basename(name), record) };
  }));
}

/** How many files compare in each way. */
export function counted(rows) {
  const counts = {};
  for (const { kind } of rows) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Lines about rows of these kinds. */
export const described = (rows, kinds) => rows
  .filter(({ kind }) => kinds.includes(kind))
  .map(({ name, found }) => `${name}: ${found}`);
