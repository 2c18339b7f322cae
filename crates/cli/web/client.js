// Requests of a page to the server that it came from, with the token of its address.

const KEY = 'token';

/** The server refused a request; `code` is stable. */
export class Refusal extends Error {
  constructor(status, { code, message }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

// The token is taken out of the address, so that it is not in the history and not copied by mistake.
// A page that is loaded again finds it in the storage of its tab.
function token() {
  const given = location.hash.slice(1);
  if (/^[0-9a-f]{32}$/.test(given)) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEY) ?? '';
}

/** The token of the server, for links to its other pages. */
export const TOKEN = token();
addEventListener('hashchange', () => location.reload());

/** The refusal that an answer carries. */
export async function refusal(response) {
  const unknown = { code: 'unknown', message: response.statusText };
  return new Refusal(response.status, await response.json().catch(() => unknown));
}

/** Sends a request once; `path` is below the folder of the page. The answer can be a refusal. */
export function send(path, { method, headers, ...others } = {}) {
  return fetch(new URL(`.${path}`, location.href), {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
    ...others,
  });
}
