// Runs programs by the command line, as root and as an ordinary user, while this process serves them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { executable } from '../cli/commands.ts';
import { asUser, NOBODY } from '../other-user.ts';
import { makeFolder } from '../programs.ts';

/** Folders in which programs are looked for. */
export const PATH = '/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

/** The end of a program, with what it has written. */
export type Ran = { readonly status: unknown; readonly stdout: string; readonly stderr: string };

/** A user, with an empty folder of his own, in which his programs start. */
export type TestUser = {
  readonly folder: string;
  /** Runs `cloudabi exec --base system` with these words; `environment` is that of the launcher. */
  readonly exec: (words: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Ran>;
  /** Runs `cloudabi` with these words. */
  readonly cloudabi: TestUser['exec'];
  /** Runs a program without walls. */
  readonly run: (program: string, words: readonly string[]) => Promise<Ran>;
  /** Writes a file of the user's into the folder. */
  readonly write: (path: string, content: string | Buffer, mode?: number) => void;
  /** Gives a file that the test has made to the user. */
  readonly give: (path: string) => void;
};

/** True if a program is installed. */
export function isInstalled(program: string): boolean {
  return PATH.split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The reason to skip a test that needs these programs; false if they are installed. */
export function lacks(...programs: readonly string[]): string | false {
  const absent = programs.filter((program) => !isInstalled(program));
  return absent.length > 0 && `${absent.join(', ')} not installed`;
}

/** The reason to leave a test of some seconds to `npm run real`; false there. */
export const slow: string | false = process.env['REAL'] !== 'all' && 'takes seconds: npm run real';

/** Makes one test for root, or for the user who runs the tests, and one for an ordinary user. */
export function testAsUsers(
  name: string,
  skip: string | false,
  run: (t: TestContext, user: TestUser) => Promise<void>,
): void {
  test(name, { skip }, (t) => run(t, userOf(t, [])));
  test(`as an ordinary user, ${name}`, { skip }, async (t) => {
    const user = asUser(NOBODY);
    if ('missing' in user) t.skip(user.missing);
    else await run(t, userOf(t, user.words));
  });
}

function userOf(t: TestContext, words: readonly string[]): TestUser {
  const folder = join(makeFolder(t), 'work');
  mkdirSync(folder);
  const give = (path: string): void => {
    if (words.length > 0) chownSync(path, NOBODY, NOBODY);
  };
  give(dirname(folder));
  give(folder);
  const start = async (
    all: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Ran> => {
    const [program = '', ...rest] = [...words, ...all];
    const child = spawn(program, rest, {
      cwd: folder,
      env: { PATH, LANG: 'C.UTF-8', HOME: folder, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { stdout, stderr, status };
  };
  const cloudabi: TestUser['exec'] = (rest, environment) =>
    start([process.execPath, executable('cloudabi'), ...rest], environment);
  return {
    folder,
    give,
    write: (path, content, mode = 0o644) => {
      const at = join(folder, path);
      for (const made of dirname(path) === '.' ? [] : [dirname(at)]) {
        mkdirSync(made, { recursive: true });
        give(made);
      }
      writeFileSync(at, content, { mode });
      give(at);
    },
    exec: (rest, environment) => cloudabi(['exec', '--base', 'system', ...rest], environment),
    cloudabi,
    run: (program, rest) => start([program, ...rest]),
  };
}

/** Fails unless the end of a command names a refused target, and the option that would grant it. */
export function assertRefused({ stderr }: Ran, target: string): void {
  const line = stderr.split('\n').find((one) => one.includes(`--net ${target}`));
  assert.ok(line !== undefined, `No refusal of ${target} in: ${stderr}`);
}
