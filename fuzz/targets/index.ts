import type { Target } from '../target.ts';
import { argdata } from './argdata.ts';
import { callSequences } from './calls/index.ts';
import { document } from './document.ts';
import { json } from './json.ts';
import { wasmModule } from './module.ts';
import { commandLine } from './options.ts';
import { spec } from './spec.ts';
import { yaml } from './yaml.ts';

/** All targets, in the order in which `npm run fuzz` tries them. */
export const targets: readonly Target[] = [
  argdata,
  json,
  yaml,
  document,
  spec,
  commandLine,
  wasmModule,
  callSequences,
];
