// Every file of the corpus through the package in Node: its result is that of the command, byte for byte, and so is its
// failure. Takes longer than a change should wait; `check corpus` runs it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { compared, counted, described } from './compared.mjs';
import { commanded, CORPUS, files, gathered, PACKAGE } from './support.mjs';

const { Preparer } = await import(join(PACKAGE, 'index.js'));

const skip = !existsSync(CORPUS) && `there is no corpus at ${CORPUS}`;

/**
 * Most levels, of 255, by which a sample may differ where a colour profile has tables, and most in the mean: their
 * library interpolates in floating point, and the last bit depends on the processor's instructions. Measured in results
 * of quality 100, which include the loss of that quality.
 */
const LEVELS = 1;
const MEAN = 0.01;

/** The signature of tables in a colour profile, from device values to colours. */
const TABLES = 'A2B0';

let all;
let expected;
let rows;

/** All files that are gathered, compared. */
async function made(options, flags, out) {
  expected = commanded(all, flags, out);
  const preparer = await Preparer.create(options);
  const compares = await compared(preparer, all, expected);
  preparer.close();
  return compares;
}

before(async () => {
  if (skip) return;
  all = gathered(files(CORPUS));
  rows = await made({}, [], 'out');
  console.log(`# ${rows.length} files: ${JSON.stringify(counted(rows))}`);
});

/** The samples of a JPEG, by a decoder that is not part of this project. */
function samples(jpeg) {
  const ran = spawnSync('djpeg', ['-ppm'], { input: jpeg, maxBuffer: 2 ** 28 });
  if (ran.status !== 0) throw new Error(`djpeg: ${ran.error ?? ran.stderr}`);
  return ran.stdout;
}

/** The differences between samples of two results, in levels: the largest, and the mean. */
function difference([one, other]) {
  const [a, b] = [samples(one), samples(other)];
  assert.equal(a.length, b.length);
  let [most, sum] = [0, 0];
  for (let at = 0; at < a.length; at += 1) {
    const levels = Math.abs(a[at] - b[at]);
    most = Math.max(most, levels);
    sum += levels;
  }
  return { most, mean: sum / a.length };
}

test('results and failures are those of the command', { skip }, () => {
  assert.deepEqual(described(rows, ['wrong']), []);
  const counts = counted(rows);
  assert.ok(counts.same >= 300 && counts.failed >= 40, JSON.stringify(counts));
});

test('what is left out is refused with the name of its format', { skip }, () => {
  const isRight = ({ name, found }) => {
    const { format, status } = expected.get(name);
    // The command names none where a limit is exceeded.
    const named = format === null && status === 'failed' ? '(AVIF|TIFF)' : format;
    return new RegExp(`^unsupported ${named}: this build was made without the feature \`[a-z0-9]+\`$`).test(found);
  };
  const wrong = rows.filter((row) => row.kind === 'leftOut' && !isRight(row));
  assert.deepEqual(described(wrong, ['leftOut']), []);
});

test('other bytes come from tables of a colour profile, and differ little', { skip }, async () => {
  const differ = rows.filter(({ kind }) => kind === 'bytes').map(({ name }) => join(all.top, 'in', name));
  for (const path of differ) assert.ok(readFileSync(path).includes(TABLES), `${path} has no tables`);
  all = gathered(differ);
  const options = { quality: [100, 100], maxBytes: '10MB' };
  const again = await made(options, ['--quality', '100..100', '--max-bytes', '10MB'], 'out');
  assert.deepEqual(described(again, ['wrong', 'failed', 'skipped', 'leftOut', 'otherwise']), []);
  for (const { name, jpegs } of again.filter(({ kind }) => kind === 'bytes')) {
    const { most, mean } = difference(jpegs);
    console.log(`# ${name}: at most ${most} levels, ${mean.toFixed(2)} in the mean`);
    assert.ok(most <= LEVELS && mean <= MEAN, `${name}: ${most} levels, ${mean} in the mean`);
  }
});
