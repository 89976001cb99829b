import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { hostProgram } from './image.ts';

/** Puts a program of this host, with its libraries, into the root of an image. */
export function addProgram(root: string, name: string): void {
  const path = hostProgram(name) ?? '';
  const { stdout } = spawnSync('ldd', [path], { encoding: 'utf8' });
  for (const file of [path, ...[...stdout.matchAll(/\/\S+/g)].map(([library]) => library)]) {
    const at = join(root, file);
    if (existsSync(at)) continue;
    mkdirSync(dirname(at), { recursive: true });
    copyFileSync(realpathSync(file), at);
  }
}

/** Puts this build of cloudabi with the client of Kubernetes into the root of an image, as `npm install -g` would. */
export function addCloudabi(root: string): void {
  const folder = join(root, 'usr/lib/node_modules/cloudabi');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  copyFileSync('package.json', join(folder, 'package.json'));
  const wanted = ['koffi', `@koromix/koffi-linux-${process.arch}`, '@kubernetes/client-node'];
  const have = new Set<string>();
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const from = join('node_modules', name);
    if (have.has(name) || !existsSync(from)) continue;
    have.add(name);
    cpSync(from, join(folder, 'node_modules', name), { recursive: true });
    const description: unknown = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    const needs: unknown = Reflect.get(Object(description), 'dependencies');
    wanted.push(...Object.keys(Object(needs)));
  }
  addProgram(root, 'node');
  // The command starts Node by a shell.
  addProgram(root, 'sh');
  symlinkSync('usr/bin', join(root, 'bin'));
  symlinkSync('../lib/node_modules/cloudabi/dist/bin/cloudabi.js', join(root, 'usr/bin/cloudabi'));
}
