// One worker: an engine that prepares one picture after the other.

import { Engine, initSync } from './engine.js';

const port = typeof self === 'object' && typeof self.postMessage === 'function'
  ? self
  : (await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:worker_threads')).parentPort;
let engine;
let memory;
let about;
let panic;

// Called by the engine before it ends with a panic.
globalThis.avatarPrepFault = (message) => { panic = message; };

/** What the engine cannot say any more, because it ended. */
function failure(error) {
  const { panicked, out_of_memory: outOfMemory } = about;
  if (panic !== undefined) return { ...panicked, message: panicked.message + panic };
  // Without a panic, only a refused request for memory ends like this.
  if (/unreachable/i.test(error?.message)) return { ...outOfMemory, message: 'the browser refused more memory' };
  return { ...panicked, message: `${panicked.message}${error?.message ?? error}` };
}

function start({ module, options, budget }) {
  memory = initSync({ module }).memory;
  try {
    engine = new Engine(JSON.stringify(options), budget);
  } catch (error) {
    port.postMessage({ refused: String(error?.message ?? error) });
    return;
  }
  about = JSON.parse(engine.about());
  port.postMessage({ about });
}

/** The bytes of a picture; a failure if it cannot be read. */
async function bytesOf(picture) {
  return picture instanceof Blob ? new Uint8Array(await picture.arrayBuffer()) : picture;
}

async function prepare({ picture, extension }) {
  let bytes;
  try {
    bytes = await bytesOf(picture);
  } catch (error) {
    const hint = 'check that the file exists, is readable and is not being changed';
    port.postMessage({ failure: { code: 'io', message: `could not read it: ${error.message}`, hint } });
    return;
  }
  try {
    if (extension !== undefined && !engine.is_picture(extension, bytes)) {
      port.postMessage({ isOther: true });
      return;
    }
    const outcome = engine.prepare(bytes);
    const record = JSON.parse(outcome.record());
    const jpeg = outcome.jpeg();
    outcome.free();
    // Memory of an engine never shrinks.
    const held = memory.buffer.byteLength;
    if (jpeg) port.postMessage({ made: { jpeg, ...record }, held }, [jpeg.buffer]);
    else port.postMessage({ failure: record, held });
  } catch (error) {
    port.postMessage({ failure: failure(error), isOver: true });
  }
}

port.onmessage = ({ data }) => (data.module ? start(data) : prepare(data));
