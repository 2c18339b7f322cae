// Where the engine and its workers come from, in browsers and in Node.

const isNode = typeof process === 'object' && Boolean(process.versions?.node);

/** Workers that can run at the same time. */
export const cores = async () => {
  if (isNode) return (await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:os')).availableParallelism();
  return navigator.hardwareConcurrency || 1;
};

/** The compiled engine. */
export const engine = async () => {
  const address = new URL('./engine_bg.wasm', import.meta.url);
  if (isNode) {
    const { readFile } = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:fs/promises');
    return WebAssembly.compile(await readFile(address));
  }
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  // Not compileStreaming, which refuses the file if the server does not say that it is WebAssembly.
  return WebAssembly.compile(await response.arrayBuffer());
};

/** A new worker with the events of browsers. */
export const worker = async () => {
  if (!isNode) return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  const threads = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:worker_threads');
  const thread = new threads.Worker(new URL('./worker.js', import.meta.url));
  thread.on('message', (data) => thread.onmessage({ data }));
  thread.on('error', (error) => thread.onerror({ message: String(error?.message ?? error) }));
  thread.on('exit', (code) => thread.onerror({ message: `it ended with ${code}` }));
  return thread;
};
