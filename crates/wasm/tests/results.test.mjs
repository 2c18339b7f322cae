// Results of the package in Node are those of the command, byte for byte, and so are its failures.

import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { compared, counted, described } from './compared.mjs';
import { commanded, folder, gathered, PACKAGE, pictures, ROOT } from './support.mjs';

const { OptionError, Preparer } = await import(join(PACKAGE, 'index.js'));

let all;
before(() => { all = gathered(pictures()); });

async function compare(options, flags, out) {
  const expected = commanded(all, flags, out);
  const preparer = await Preparer.create(options);
  const rows = await compared(preparer, all, expected);
  preparer.close();
  const counts = counted(rows);
  console.log(`# ${JSON.stringify(options)}: ${JSON.stringify(counts)}`);
  assert.deepEqual(described(rows, ['wrong', 'bytes']), []);
  assert.ok(counts.same >= 30, 'pictures were compared');
}

test('with the defaults', () => compare({}, [], 'out'));

test('for a platform, with faces and logos', () => {
  const options = { for: 'github', fit: 'auto', gravity: 'auto' };
  return compare(options, ['--for', 'github', '--fit', 'auto', '--gravity', 'auto'], 'github');
});

test('with the best effort and other options', () => {
  const options = { size: 200, effort: 'best', background: 'auto', quality: [50, 80], maxBytes: '20kB', progressive: true };
  const flags = ['--size', '200', '--effort', 'best', '--background', 'auto', '--quality', '50..80', '--max-bytes', '20kB',
    '--progressive'];
  return compare(options, flags, 'best');
});

test('wrong options are refused with the words of the command', async () => {
  const cases = [
    [{ size: 0 }, 'size must be 1 to 8192, got 0'],
    [{ quality: [90, 40] }, /^quality must be floor\.\.ceiling/],
    [{ for: 'nowhere' }, /^for must be one of whatsapp, .*, got "nowhere"$/],
    [{ height: 3 }, /^unknown option height; options are for, size, /],
    [{ workers: 0 }, 'workers must be a whole number from 1 to 1024, got 0'],
    [{ background: {} }, 'background must be a string, number, boolean or array, got object'],
  ];
  for (const [options, message] of cases) {
    await assert.rejects(Preparer.create(options), (error) => {
      assert.ok(error instanceof OptionError, String(error));
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });
  }
});

/** A gray PGM whose pixels take time. */
const large = () => Buffer.concat([Buffer.from('P5 6000 6000 255\n'), Buffer.alloc(36_000_000, 77)]);

test('what takes too long is stopped, and the next picture is made', async () => {
  const preparer = await Preparer.create({ timeout: 0.001, effort: 'best', workers: 1 });
  await assert.rejects(preparer.prepare(large()), { code: 'timed_out', message: 'not done within 0.001 s' });
  preparer.close();
  await assert.rejects(preparer.prepare(large()), { message: 'the preparer was closed' });
});

test('what needs more memory than allowed is refused', async () => {
  const preparer = await Preparer.create({ memory: 2 ** 24, workers: 1 });
  await assert.rejects(preparer.prepare(large()), { code: 'limit_exceeded' });
  const small = await preparer.prepare(Buffer.from('P5 3 2 255 \x00\x7f\xff\x00\x7f\xff', 'latin1'));
  assert.equal(small.size, 2);
  assert.deepEqual(small.notes.map((note) => note.code), ['low_resolution']);
  preparer.close();
});

test('a worker whose engine ends, or does not return, is replaced', async () => {
  // A package whose engine does so for some content.
  const copy = folder();
  cpSync(PACKAGE, copy, { recursive: true });
  appendFileSync(join(copy, 'engine.js'), `
    const prepare = Engine.prototype.prepare;
    Engine.prototype.prepare = function (bytes) {
      const text = new TextDecoder().decode(bytes);
      if (text === 'panic') globalThis.avatarPrepFault('row 7');
      if (text === 'panic' || text === 'space') throw new WebAssembly.RuntimeError('unreachable');
      while (text === 'loop');
      return prepare.call(this, bytes);
    };`);
  const other = await import(join(copy, 'index.js'));
  const preparer = await other.Preparer.create({ workers: 1, timeout: 1 });
  const all = ['panic', 'space', 'loop', 'P5 1 1 255 a'].map((text) => preparer.prepare(new TextEncoder().encode(text)));
  const [panic, space, loop, good] = await Promise.allSettled(all);
  assert.equal(panic.reason.code, 'panicked');
  assert.equal(panic.reason.message, 'internal fault while preparing: row 7');
  assert.equal(space.reason.code, 'out_of_memory');
  assert.equal(loop.reason.code, 'timed_out');
  assert.equal(loop.reason.message, 'not done within 1 s');
  for (const { reason } of [panic, space, loop]) assert.ok(reason.hint, reason.message);
  assert.equal(good.value.size, 1);
  preparer.close();
});

const gray = (value) => Uint8Array.from(Buffer.concat([Buffer.from('P5 1 1 255 '), Buffer.of(value)]));

test('bytes that wait for a worker are those of the call', async () => {
  const preparer = await Preparer.create({ workers: 1 });
  const wanted = await preparer.prepare(gray(200));
  const { buffer } = gray(200);
  const before = preparer.prepare(large());
  const changed = preparer.prepare(buffer);
  new Uint8Array(buffer).set(gray(77));
  const gone = preparer.prepare(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  await before;
  assert.deepEqual((await changed).jpeg, wanted.jpeg);
  assert.deepEqual((await gone).jpeg, (await preparer.prepare(gray(77))).jpeg);
  await assert.rejects(preparer.prepare(buffer), TypeError);
  preparer.close();
});

test('a worker that ended while it had nothing to do is replaced', async () => {
  const copy = folder();
  cpSync(PACKAGE, copy, { recursive: true });
  appendFileSync(join(copy, 'engine.js'), `
    const prepare = Engine.prototype.prepare;
    Engine.prototype.prepare = function (bytes) {
      if (bytes.length === 3) setTimeout(() => process.exit(7), 0);
      return prepare.call(this, bytes);
    };`);
  const other = await import(join(copy, 'index.js'));
  const preparer = await other.Preparer.create({ workers: 1, timeout: 5 });
  await assert.rejects(preparer.prepare(Uint8Array.of(1, 2, 3)), { code: 'unrecognized_format' });
  await new Promise((done) => { setTimeout(done, 1000); });
  assert.equal((await preparer.prepare(gray(1))).size, 1);
  preparer.close();
});

test('the codecs have the versions of the command', () => {
  const versions = (path) => {
    const blocks = readFileSync(path, 'utf8').split('[[package]]').slice(1);
    const pairs = blocks.map((block) => ['name', 'version'].map((key) => new RegExp(`^${key} = "(.*)"$`, 'm').exec(block)[1]));
    return new Set(pairs.map((pair) => pair.join(' ')));
  };
  const own = versions(join(ROOT, 'crates/wasm/Cargo.lock'));
  const root = versions(join(ROOT, 'Cargo.lock'));
  const names = new Set(Array.from(root, (it) => it.split(' ')[0]));
  const other = Array.from(own).filter((it) => names.has(it.split(' ')[0]) && !root.has(it));
  // What writes the package has some of its own.
  assert.deepEqual(other.filter((it) => !/^(base64|hashbrown) /.test(it)), []);
});
