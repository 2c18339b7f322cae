// Requests to the server. Decisions wait here until the server has confirmed them.

import { Refusal, refusal, send } from './client.js';
import { connection } from './status.js';

export { Refusal };

const RETRY = 1500;

let waiting = 0;
let lost = false;
let refused = false;
let pending = 0;

function show() {
  const state = refused ? 'refused' : lost ? 'lost' : waiting ? 'saving' : 'on';
  connection(state, waiting, pending);
}

/** Sends a request once. Throws `Refusal`, or another error if the server cannot be reached. */
export async function request(path, body, signal) {
  const options = { signal };
  if (body !== undefined) {
    options.method = 'POST';
    options.body = JSON.stringify(body);
    options.headers = { 'content-type': 'application/json' };
  }
  let response;
  try {
    response = await send(path, options);
  } catch (error) {
    if (error.name !== 'AbortError') {
      lost = true;
      show();
    }
    throw error;
  }
  lost = false;
  if (!response.ok) {
    const why = await refusal(response);
    refused = why.code === 'wrong_token';
    show();
    throw why;
  }
  refused = false;
  show();
  return response;
}

export async function json(path, body, signal) {
  return (await request(path, body, signal)).json();
}

/** A picture, with what the server says about it; none if a newer one was asked for. */
export async function picture(path, body, signal) {
  const response = await request(path, body, signal);
  if (response.status === 204) return null;
  const about = response.headers.get('x-picture');
  const blob = await response.blob();
  return { address: URL.createObjectURL(blob), about: about ? JSON.parse(about) : {} };
}

/** Names an action, so that the server recognises it when it is sent again. */
export const actionKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (it) => it.toString(16).padStart(2, '0')).join('');

let last = Promise.resolve();

/** Sends a decision until the server answers, after all decisions before it. */
export function decide(path, body) {
  waiting += 1;
  show();
  const send = async () => {
    for (;;) {
      try {
        return await json(path, body);
      } catch (error) {
        const again = !(error instanceof Refusal) || error.code === 'folder_in_use';
        if (!again) throw error;
        await new Promise((done) => setTimeout(done, RETRY));
      }
    }
  };
  const sent = last.then(send, send);
  last = sent.catch(() => {});
  return sent.finally(() => {
    waiting -= 1;
    show();
  });
}

export const unsaved = () => waiting;

/** Says how many results wait for another run. */
export function setPending(count) {
  pending = count;
  show();
}
