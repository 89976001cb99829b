import type { Target } from '../target.ts';
import { argdata } from './argdata.ts';
import { callSequences } from './calls/index.ts';
import { dns } from './dns.ts';
import { document } from './document.ts';
import { elf } from './elf.ts';
import { exec } from './exec.ts';
import { growth } from './growth.ts';
import { json } from './json.ts';
import { ldCache } from './ld-cache.ts';
import { lists } from './lists/index.ts';
import { log } from './log.ts';
import { messages } from './messages.ts';
import { wasmModule } from './module.ts';
import { nameServices } from './name-services.ts';
import { commandLine } from './options.ts';
import { policy } from './policy.ts';
import { policyTable } from './policy-table.ts';
import { programLines } from './program-lines.ts';
import { report } from './report.ts';
import { requests } from './requests.ts';
import { rules } from './rules.ts';
import { script } from './script.ts';
import { serviceMessages } from './services.ts';
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
  exec,
  wasmModule,
  growth,
  elf,
  ldCache,
  script,
  lists,
  messages,
  report,
  rules,
  requests,
  policy,
  policyTable,
  dns,
  nameServices,
  serviceMessages,
  programLines,
  log,
  callSequences,
];
