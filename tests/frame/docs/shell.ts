// Runs the commands of a page as a reader would type them: in a directory of the test's own, with our executables in
// PATH and our packages installed. What would take minutes or the network is played.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { cgroupPlaces } from '../../../src/worlds/cgroup-host.ts';
import { executable } from '../cli/commands.ts';
import { makeFolder } from '../programs.ts';

const ours = (name: 'cloudabi' | 'cloudabi-run'): string =>
  `exec '${process.execPath}' -- '${executable(name)}' "$@"`;

/** `npm install` does nothing, and fails for a package or version that this tree does not have, and for our own, which no registry has. */
const npm = `test "$1" = install && shift || exit 1
for wanted; do
  case "$wanted" in ?*@*) name=\${wanted%@*} range=\${wanted##*@} ;; *) name=$wanted range='*' ;; esac
  version=$('${process.execPath}' -p "require('${resolve('node_modules')}/$name/package.json').version") || exit 1
  '${process.execPath}' '${resolve('node_modules/semver/bin/semver.js')}' --range "$range" "$version" >/dev/null || exit 1
done`;

/** A directory in which a reader works. */
export type Desk = {
  readonly cwd: string;
  /** Runs commands of the shell, which stops at the first that fails. */
  readonly run: (commands: string, input?: string) => SpawnSyncReturns<string>;
  /** The environment of the commands. */
  readonly env: NodeJS.ProcessEnv;
};

/**
 * Makes a directory with the given files, as path to text, and gives it a shell that finds `cloudabi`, `cloudabi-run`,
 * `node`, an `npm` that installs what is installed already, and `players`: scripts in the place of programs that
 * need not be installed here.
 */
export function makeDesk(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>> = {},
  players: Readonly<Record<string, string>> = {},
): Desk {
  const cwd = makeFolder(t);
  const bin = makeFolder(t);
  const scripts: Readonly<Record<string, string>> = {
    cloudabi: ours('cloudabi'),
    'cloudabi-run': ours('cloudabi-run'),
    node: `exec '${process.execPath}' "$@"`,
    npm,
    ...players,
  };
  for (const [name, text] of Object.entries(scripts))
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
  const env = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: cwd,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    // Shares the cache of compiled programs.
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  };
  const run = (commands: string, input = ''): SpawnSyncReturns<string> =>
    spawnSync('sh', ['-ec', commands], { cwd, env, input, encoding: 'utf8', timeout: 300_000 });
  return { cwd, env, run };
}

/** A document for this host: a share of processors can be limited only where there are control groups that we may write to. */
export function forThisHost(yaml: string): string {
  return cgroupPlaces().has('cpu') ? yaml : yaml.replace(/^ +cpus: .*\n| cpus: [\d.]+,/m, '');
}

/** Installs our package and the named ones into a directory, by links. */
export function install(cwd: string, ...packages: readonly string[]): void {
  for (const name of packages) {
    const link = join(cwd, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve('node_modules', name), link);
  }
  mkdirSync(join(cwd, 'node_modules'), { recursive: true });
  symlinkSync(resolve('.'), join(cwd, 'node_modules/cloudabi'));
}
