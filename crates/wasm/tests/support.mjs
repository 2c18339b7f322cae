// What the tests share: the command, pictures, and how results are compared.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const PACKAGE = process.env.AVATAR_PREP_PACKAGE ?? join(ROOT, 'target/wasm');
const COMMAND = process.env.AVATAR_PREP_COMMAND ?? join(ROOT, 'target/release/avatar-prep');
export const CORPUS = process.env.AVATAR_PREP_CORPUS ?? join(ROOT, '../shared/corpus');
/** Of the corpus, every so manyth file is compared. */
const EVERY = Number(process.env.AVATAR_PREP_EVERY ?? 40);

/** Extensions of formats that the package reads. */
const READ = ['.jpg', '.jpeg', '.jfif', '.png', '.gif', '.webp', '.heic', '.heif', '.svg', '.svgz', '.bmp', '.ico',
  '.pgm', '.ppm', '.tga', '.hdr', '.txt'];

/** Formats that only the command reads. */
export const LEFT_OUT = /^unsupported [^:]+: .*feature/;

/** A new folder that is removed at the end. */
export function folder() {
  const made = mkdtempSync(join(tmpdir(), 'avatar-prep-wasm-'));
  process.on('exit', () => rmSync(made, { recursive: true, force: true, maxRetries: 5 }));
  return made;
}

/** The files below a folder, sorted by path, but for hidden ones. */
export const files = (top) => readdirSync(top, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

/** The samples, and a part of the corpus where there is one. */
export function pictures() {
  const samples = files(join(ROOT, 'samples/pictures'));
  let corpus = [];
  try {
    corpus = files(CORPUS).filter((path) => READ.includes(extname(path).toLowerCase()));
  } catch {
    console.log(`# there is no corpus at ${CORPUS}: only the samples are compared`);
  }
  return [...samples, ...corpus.filter((_, index) => index % EVERY === 0)];
}

/** Copies files into a folder, each in a folder of its own, so that no two results have one name. */
export function gathered(paths) {
  const top = folder();
  const names = paths.map((path, index) => {
    const name = `${String(index).padStart(4, '0')}/${basename(path)}`;
    mkdirSync(join(top, 'in', name, '..'), { recursive: true });
    cpSync(path, join(top, 'in', name));
    return name;
  });
  return { top, names };
}

/** What the command makes of the files in a folder: its records, and the results by their names. */
export function commanded({ top }, flags, out) {
  const args = [join(top, 'in'), join(top, out), '--json', '--force', ...flags];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AVATAR_PREP_')));
  const ran = spawnSync(COMMAND, args, { encoding: 'utf8', maxBuffer: 2 ** 28, env });
  if (ran.status !== 0 && ran.status !== 1) throw new Error(`${COMMAND} ${args.join(' ')}: ${ran.error ?? ran.stderr}`);
  const lines = ran.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const records = new Map();
  for (const record of lines.filter((line) => line.source)) {
    const name = record.source.slice(join(top, 'in').length + 1);
    const jpeg = record.status === 'ok' ? readFileSync(record.output) : null;
    records.set(name, { ...record, jpeg });
  }
  return records;
}
