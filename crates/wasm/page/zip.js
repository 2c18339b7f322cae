// Writes a zip as `avatar-prep open` does: entries are stored, because JPEGs do not become smaller, and the same
// results give the same zip at any time.
// <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>

const VERSION = 20;
const UNIX = 3 << 8;
const UTF8 = 1 << 11;
const DAY = (1 << 5) | 1;
const MODE = (0o100644 << 16) >>> 0;
const MOST_ENTRIES = 0xffff;
const MOST_BYTES = 0xffff_ffff;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb8_8320 : sum >>> 1;
  return sum;
});

/** The CRC-32 of bytes. */
export function checksum(bytes) {
  let sum = 0xffff_ffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 0xff];
  return ~sum >>> 0;
}

/** Little-endian fields: pairs of a length in bytes and a value. */
function fields(...pairs) {
  const bytes = [];
  for (const [length, value] of pairs) {
    for (let at = 0; at < length; at += 1) bytes.push(Math.floor(value / 2 ** (8 * at)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** A zip of entries with a name, a blob and a checksum. */
export function zip(entries) {
  if (entries.length > MOST_ENTRIES) throw new Error(`a zip holds at most ${MOST_ENTRIES} pictures`);
  const pieces = [];
  const directory = [];
  let at = 0;
  let length = 0;
  for (const { name, blob, sum } of entries) {
    const path = new TextEncoder().encode(name);
    const shared = fields([2, VERSION], [2, UTF8], [2, 0], [2, 0], [2, DAY], [4, sum], [4, blob.size], [4, blob.size],
      [2, path.length], [2, 0]);
    directory.push(fields([4, 0x0201_4b50], [2, UNIX | VERSION]), shared, new Uint8Array(6),
      fields([4, MODE], [4, at]), path);
    length += 46 + path.length;
    pieces.push(fields([4, 0x0403_4b50]), shared, path, blob);
    at += 30 + path.length + blob.size;
  }
  if (at + length + 22 > MOST_BYTES) throw new Error('a zip holds at most 4 GB');
  const count = [2, entries.length];
  const end = fields([4, 0x0605_4b50], [4, 0], count, count, [4, length], [4, at], [2, 0]);
  return new Blob([...pieces, ...directory, end], { type: 'application/zip' });
}
