import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { executable } from '../cli/commands.ts';
import { graphFolder } from '../graph/graphs.ts';

/** An answer of the studio's server. */
export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** A studio that was started by its command, with a runtime folder of its own. */
export class TestStudio {
  readonly file: string;
  readonly port: number;
  readonly token: string;
  readonly process: ChildProcess;
  readonly env: NodeJS.ProcessEnv;

  private constructor(file: string, url: string, process: ChildProcess, env: NodeJS.ProcessEnv) {
    this.file = file;
    this.port = Number(new URL(url).port);
    this.token = url.replace(/^.*#token=/, '');
    this.process = process;
    this.env = env;
  }

  /**
   * Starts a studio for a document in a folder of its own.
   *
   * @param problem The words of standard error, where it ends at once.
   * @throws Error with its exit status when it does.
   */
  static async start(
    t: TestContext,
    document: string,
    files?: Readonly<Record<string, string>>,
    words: readonly string[] = [],
    problem = /^$/,
  ): Promise<TestStudio> {
    const file = graphFolder(t, document, files);
    const runtime = join(dirname(file), 'run');
    mkdirSync(runtime, { mode: 0o700 });
    const env = { ...process.env, XDG_RUNTIME_DIR: runtime };
    const argv = [executable('cloudabi'), 'studio', '--no-open', '--json', ...words, file];
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = text(child.stderr);
    t.after(async () => {
      const ended = child.exitCode !== null || child.signalCode !== null ? undefined : once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    });
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')]);
    if (typeof line !== 'string') {
      assert.match(await said, problem);
      throw new Error(`The studio ended with ${line}`);
    }
    return new TestStudio(file, JSON.parse(line).url, child, env);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/#token=${this.token}`;
  }

  get document(): string {
    return readFileSync(this.file, 'utf8');
  }

  /** Makes a request as any client can, with headers as they are given. */
  async ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): Promise<Answered> {
    const sent = request({ host: '127.0.0.1', port: this.port, method, path, headers, agent: false });
    if (!sent.hasHeader('Content-Length')) sent.setHeader('Content-Length', Buffer.byteLength(body));
    sent.end(body);
    const [response] = await once(sent, 'response');
    const first = response.headers['content-type'] === 'application/x-ndjson';
    if (first) {
      response.destroy();
      return { status: response.statusCode, headers: response.headers, body: '' };
    }
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  /** Posts as the page does; returns the reason of a refusal. */
  async post(
    name: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<string | null> {
    const all = { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json', ...headers };
    return JSON.parse((await this.ask('POST', `/api/${name}`, all, JSON.stringify(body))).body).refused;
  }
}

/** The browser of Debian (package chromium); `undefined` where there is none. */
const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'].find((path) => existsSync(path));

/** In milliseconds; a machine with much else to do takes long to show a page. */
const PATIENCE = 240_000;

/** Opens a page in a headless Chromium; skips the test where there is none. Errors of the page fail the test. */
export async function openPage(
  t: TestContext,
  url: string,
): Promise<
  { readonly page: Page; readonly browser: Browser; readonly errors: readonly string[] } | undefined
> {
  if (BROWSER === undefined) {
    t.skip('no Chromium on this machine (Debian package chromium)');
    return undefined;
  }
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: ['--no-sandbox'],
    timeout: PATIENCE,
  });
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  return { page, browser, errors };
}
