// Drives a real Chromium over its DevTools protocol, through a pair of pipes, so that no port is opened.

import { spawn } from 'node:child_process';

import { folder } from './support.mjs';

const PATIENCE = 240_000;

export class Browser {
  #next = 0;
  #calls = new Map();
  #rest = '';

  constructor() {
    const profile = folder();
    this.events = [];
    // The sandbox needs rights that containers do not grant; only pages of the tests are shown.
    const flags = ['--headless=new', '--remote-debugging-pipe', '--no-sandbox', '--disable-gpu', '--no-first-run',
      '--disable-background-networking', '--disable-dev-shm-usage', `--user-data-dir=${profile}/profile`];
    const env = { ...process.env, HOME: profile };
    this.child = spawn('chromium', flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env });
    this.child.stdio[4].setEncoding('utf8');
    this.child.stdio[4].on('data', (text) => this.#read(text));
  }

  static async open() {
    const browser = new Browser();
    const { targetId } = await browser.call('Target.createTarget', { url: 'about:blank' }, null);
    const { sessionId } = await browser.call('Target.attachToTarget', { targetId, flatten: true }, null);
    browser.session = sessionId;
    for (const domain of ['Page', 'Runtime', 'Network', 'Log', 'DOM']) await browser.call(`${domain}.enable`);
    // Requests of workers are seen too.
    const workers = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };
    await browser.call('Target.setAutoAttach', workers);
    return browser;
  }

  #read(text) {
    const parts = (this.#rest + text).split('\0');
    this.#rest = parts.pop();
    for (const part of parts) {
      const message = JSON.parse(part);
      const call = this.#calls.get(message.id);
      if (!call) this.#event(message);
      else if (message.error) call.failed(new Error(`${call.method}: ${message.error.message}`));
      else call.done(message.result);
      this.#calls.delete(message.id);
    }
  }

  #event(message) {
    this.events.push(message);
    if (message.method !== 'Target.attachedToTarget') return;
    const { sessionId } = message.params;
    this.call('Network.enable', {}, sessionId).catch(() => {});
  }

  call(method, params = {}, sessionId = this.session) {
    const id = this.#next += 1;
    return new Promise((done, failed) => {
      this.#calls.set(id, { method, done, failed });
      this.child.stdio[3].write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  }

  async visit(url) {
    const answer = await this.call('Page.navigate', { url });
    if (answer.errorText) throw new Error(`${url}: ${answer.errorText}`);
  }

  async eval(expression) {
    const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const answer = await this.call('Runtime.evaluate', params);
    if (answer.exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(answer.exceptionDetails)}`);
    return answer.result.value;
  }

  async until(expression) {
    const start = Date.now();
    while (!(await this.eval(`Boolean(${expression})`))) {
      if (Date.now() - start > PATIENCE) {
        const page = await this.eval('document.body.innerText.slice(0, 600)');
        throw new Error(`never true: ${expression}; the page: ${page}; ${JSON.stringify(this.complaints())}`);
      }
      await new Promise((done) => { setTimeout(done, 50); });
    }
  }

  /** Drops files and folders on an element, as the system would. */
  async drop(selector, files) {
    const box = `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect()`;
    const [x, y] = await this.eval(`[${box}.x + ${box}.width / 2, ${box}.y + ${box}.height / 2]`);
    const data = { items: [], files, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) await this.call('Input.dispatchDragEvent', { type, x, y, data });
  }

  /** Errors and warnings of the console, refusals of the page's policy, and exceptions. */
  complaints() {
    const isBad = ({ method, params }) => method === 'Runtime.exceptionThrown'
      || (method === 'Runtime.consoleAPICalled' && ['error', 'warning'].includes(params.type))
      || (method === 'Log.entryAdded' && ['error', 'warning'].includes(params.entry.level));
    return this.events.filter(isBad).map(({ params }) => JSON.stringify(params));
  }

  /** The addresses of all requests of the page and its workers, but for those of data that they hold. */
  requests() {
    const sent = this.events.filter(({ method }) => method === 'Network.requestWillBeSent');
    return sent.map(({ params }) => params.request.url).filter((url) => !/^(data|blob):/.test(url));
  }

  async close() {
    // Its profile can be removed only after it has ended.
    const ended = new Promise((done) => { this.child.on('exit', done); });
    this.call('Browser.close', {}, null).catch(() => {});
    await ended;
  }
}
