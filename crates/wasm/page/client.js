// Requests of the page, answered by the page itself: the scripts of `avatar-prep open` ask here instead of a server.

import { Refused, Service } from './service.js';

export { Refused as Refusal };
export const TOKEN = '';

const service = new Service();

const ROUTES = [
  [/^\/api\/start$/, () => service.start()],
  [/^\/api\/batches$/, () => service.begin()],
  [/^\/files$/, (_, { headers, body }) => service.take(JSON.parse(headers['x-name']), body)],
  [/^\/make$/, (_, { body }) => service.make(JSON.parse(body))],
  [/^\/since\/(\d+)\/(\d+)$/, ([, run, from]) => service.since(Number(run), Number(from))],
  [/^\/pictures\/(\d+)$/, ([, row]) => service.picture(Number(row))],
  [/^\/zip$/, () => service.pack()],
  [/^\/end$/, () => service.end()],
];

/** The refusal that an answer carries. */
export const refusal = async (answer) => answer.refused;

/** Answers a request; the answer can be a refusal. */
export async function send(path, options = {}) {
  try {
    const [, batch, below] = /^\/api\/batches\/([^/]+)(\/.*)$/.exec(path) ?? [];
    // One of the page before it was loaded again.
    if (below && batch !== service.batch) throw new Refused(404, 'unknown_batch', 'these files are no longer here; drop them again');
    for (const [pattern, answer] of ROUTES) {
      const found = pattern.exec(below ?? path);
      if (found) {
        const value = await answer(found, options);
        return { ok: true, status: 200, json: async () => value, blob: async () => value };
      }
    }
    throw new Refused(404, 'unknown_address', `nothing answers at ${path}`);
  } catch (error) {
    const refused = error instanceof Refused ? error : new Refused(500, 'fault', error.message);
    return { ok: false, status: refused.status, refused };
  }
}
