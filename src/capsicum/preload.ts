import { getEnvironmentData } from 'node:worker_threads';
import { installGuards } from './guards.ts';
import { PREPARED, type Prepared, prepared } from './prepared.ts';

/*
 * The script that a worker loads first in capability mode: it has the facts that `prepare()` and `enter()` have read.
 * Built into one file without anything else, because nothing can be looked up then (scripts/build.js).
 */

const given: unknown = getEnvironmentData(PREPARED);
if (isPrepared(given)) {
  const { system, certificates, names, locales, found } = given;
  Object.assign(prepared, { system, certificates, names, locales, found });
  installGuards(__filename);
  const [option, file, ...own] = process.execArgv;
  if (option === '--require' && file === __filename) process.execArgv = own;
}

function isPrepared(value: unknown): value is Prepared {
  return typeof value === 'object' && value !== null && 'found' in value;
}
