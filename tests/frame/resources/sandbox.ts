import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { readGrants } from '../../../src/plan/grants.ts';
import { type Plan, type PlanOptions, plan } from '../../../src/plan/plan.ts';

/** A directory of a test's own with a program, a file and a directory in it; removed when the test ends. */
export type Sandbox = {
  readonly root: string;
  readonly program: string;
  path(name: string): string;
  /** Plans with a document that lies in the directory as `g.yaml`. */
  plan(yaml: string, options?: PlanOptions): Plan;
  /** The messages of all mistakes, each with `line:column` before it. */
  mistakes(yaml: string): string[];
};

/** The smallest module there is: the magic and version 1. */
export const emptyModule: Uint8Array = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

export function makeSandbox(t: TestContext): Sandbox {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-resources-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const path = (name: string): string => join(root, name);
  writeFileSync(path('p.wasm'), emptyModule);
  writeFileSync(path('f.txt'), 'hello');
  mkdirSync(path('d'));
  writeFileSync(path('d/inner.txt'), 'inner');
  const planYaml = (yaml: string, options?: PlanOptions): Plan =>
    plan(path('p.wasm'), readGrants(yaml, { file: path('g.yaml') }), options);
  return {
    root,
    program: path('p.wasm'),
    path,
    plan: planYaml,
    mistakes: (yaml) => mistakesOf(() => planYaml(yaml)),
  };
}

/** `line:column message` of every mistake of a ConfigurationError; `place: message` where there is no document. */
export function mistakesOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error) || !('mistakes' in error) || !Array.isArray(error.mistakes)) throw error;
    return error.mistakes.map(({ message, position, place }) => {
      if (position !== undefined) return `${position.line}:${position.column} ${message}`;
      return place === '' ? message : `${place}: ${message}`;
    });
  }
  return [];
}

/** The descriptors that this process has open. */
export function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd');
}
