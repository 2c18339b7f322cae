// Draws every SVG of a folder with Chromium: centre square on white, EDGE pixels, one PNG each.
// usage: node chromium.mjs IN OUT [EDGE]   (needs playwright-core and /usr/bin/chromium)
import { chromium } from 'playwright-core';
import { promises as fs } from 'node:fs';
import path from 'node:path';

const [folder, out, edge = '256'] = process.argv.slice(2);
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--force-color-profile=srgb'];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
const page = await browser.newPage();

const draw = async ([base64, edge]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const root = new DOMParser().parseFromString(new TextDecoder().decode(bytes), 'image/svg+xml').documentElement;
  const image = new Image();
  const url = URL.createObjectURL(new Blob([bytes], { type: 'image/svg+xml' }));
  image.src = url;
  try { await image.decode(); } catch { return null; }
  const px = (text) => (/^\s*[\d.]+(px)?\s*$/.test(text ?? '') ? parseFloat(text) : 0);
  const box = (root.getAttribute('viewBox') ?? '').trim().split(/[\s,]+/).map(Number);
  let [w, h] = [px(root.getAttribute('width')), px(root.getAttribute('height'))];
  if (!w && !h && box.length === 4) [w, h] = [box[2], box[3]];
  if (!w || !h) [w, h] = [image.naturalWidth, image.naturalHeight];
  const scale = edge / Math.min(w, h);
  const canvas = new OffscreenCanvas(edge, edge);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, edge, edge);
  context.drawImage(image, (edge - w * scale) / 2, (edge - h * scale) / 2, w * scale, h * scale);
  URL.revokeObjectURL(url);
  const png = await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer();
  let text = '';
  for (const byte of new Uint8Array(png)) text += String.fromCharCode(byte);
  return btoa(text);
};

for (const name of (await fs.readdir(folder, { recursive: true })).sort()) {
  if (!name.endsWith('.svg')) continue;
  const target = path.join(out, name.replace(/\.svg$/, '.png'));
  const base64 = await page.evaluate(draw, [(await fs.readFile(path.join(folder, name))).toString('base64'), Number(edge)]);
  if (base64 === null) { console.log(`not drawn: ${name}`); continue; }
  await fs.mkdir(path.dirname(target), { recursive: true });
  await fs.writeFile(target, Buffer.from(base64, 'base64'));
}
await browser.close();
