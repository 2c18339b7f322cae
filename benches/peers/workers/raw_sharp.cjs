// Squares with sharp before encoding, as PPM: node raw_sharp.cjs IN OUT EDGE
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const sharp = require('sharp');

const [source, target] = process.argv.slice(2, 4);
const edge = Number(process.argv[4]);

async function square(name) {
  const pixels = await sharp(path.join(source, name))
    .resize(edge, edge, { fit: 'cover' })
    .removeAlpha()
    .raw()
    .toBuffer();
  const header = Buffer.from(`P6\n${edge} ${edge}\n255\n`);
  fs.writeFileSync(path.join(target, `${path.parse(name).name}.ppm`), Buffer.concat([header, pixels]));
}

(async () => {
  for (const name of fs.readdirSync(source)) await square(name);
})();
