// Squares with sharp: node with_sharp.cjs IN OUT EDGE QUALITY WORKERS
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const [source, target] = process.argv.slice(2, 4);
const [edge, quality, workers] = process.argv.slice(4).map(Number);
process.env.UV_THREADPOOL_SIZE = String(Math.max(4, workers));
const sharp = require('sharp');
sharp.concurrency(1);
sharp.cache(false);

const names = fs.readdirSync(source);
let failed = 0;

async function square(name) {
  const output = path.join(target, `${path.parse(name).name}.jpg`);
  await sharp(path.join(source, name))
    .rotate()
    .resize(edge, edge, { fit: 'cover' })
    .flatten({ background: '#fff' })
    .jpeg({ quality })
    .toFile(output);
}

async function work() {
  while (names.length > 0) {
    const name = names.shift();
    try {
      await square(name);
    } catch (error) {
      failed += 1;
      console.error(`${name}: ${error.message}`);
    }
  }
}

Promise.all(Array.from({ length: workers }, work)).then(() => process.exit(failed ? 1 : 0));
