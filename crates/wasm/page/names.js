// Names of files and of their results, with the rules of `avatar-prep open`.

const PATH_BYTES = 1000;
const PART_BYTES = 200;
const PARTS = 32;
const NUMBERS = 10_000;

const lengthOf = (text) => new TextEncoder().encode(text).length;

/** Why a file with this path is not taken; null if it is. */
export function trouble(path) {
  const bad = (why) => ({ code: 'bad_name', message: `the name ${why}` });
  if (lengthOf(path) > PATH_BYTES) {
    return bad(`must have at most ${PATH_BYTES} bytes with its folders, got ${lengthOf(path)}`);
  }
  if (/[\u0000-\u001f\u007f-\u009f\\]/.test(path)) return bad('must not contain control characters or backslashes');
  const parts = path.split('/');
  if (parts.length > PARTS) return bad(`must have at most ${PARTS} parts`);
  for (const part of parts) {
    if (part === '') return bad('must be relative, without empty parts');
    if (part.startsWith('.')) return { code: 'hidden_file', message: 'names that start with a dot are left out' };
    if (lengthOf(part) > PART_BYTES) {
      return bad(`must have at most ${PART_BYTES} bytes in each part, got ${lengthOf(part)}`);
    }
  }
  if (/\.toml$/i.test(path)) {
    return { code: 'options_file', message: 'options for single pictures are not used here' };
  }
  return null;
}

/** The name without its last extension, and that extension; null if there is none. */
function split(path) {
  const [, stem, extension] = /^(.*[^/])\.([^./]*)$/s.exec(path) ?? [];
  return stem === undefined ? [path, null] : [stem, extension];
}

/** The name of the result. An extension that is not one of pictures is a part of it. */
export function result(path, extensions) {
  const [stem, extension] = split(path);
  const isPicture = extension !== null && extensions.includes(extension.toLowerCase());
  return `${isPicture ? stem : path}.jpg`;
}

/** The same text for all names that are one file on some system. */
export function fold(path) {
  const part = (name) => {
    const kept = name.replace(/[. ]+$/, '') || name;
    // Letter by letter, since the lower case of a word can depend on where a letter stands.
    const upper = Array.from(kept.normalize('NFD'), (letter) => letter.toUpperCase()).join('');
    return Array.from(upper, (letter) => letter.toLowerCase()).join('').normalize('NFC');
  };
  return path.split('/').map(part).join('/');
}

/** The name itself, then the name with each number. */
export function* numbered(path) {
  yield path;
  const [stem, extension] = split(path);
  for (let number = 2; number < NUMBERS; number += 1) {
    yield extension === null ? `${path}-${number}` : `${stem}-${number}.${extension}`;
  }
}
