// Where the engine and its workers come from in a page that is one file: from the page itself.

const content = (id) => document.getElementById(id).textContent;

// A browser that checks types takes the addresses of scripts only from a policy that the page names.
const policy = globalThis.trustedTypes?.createPolicy('avatar-prep', { createScriptURL: (address) => address });

let script;

export const cores = async () => navigator.hardwareConcurrency || 1;

export const engine = async () => {
  const packed = Uint8Array.from(atob(content('engine')), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
};

export const worker = async () => {
  script ??= URL.createObjectURL(new Blob([content('worker')], { type: 'text/javascript' }));
  // Not a module, which Chromium does not start from a page that was opened from the disk.
  return new Worker(policy ? policy.createScriptURL(script) : script);
};
