// Runs one module in capability mode, as startWasm does it, and reports how it ended. Arguments: a JSON spec.
import { constants, openSync, readFileSync, writeSync } from 'node:fs';
import { Filetype } from '../../../src/abi/generated/constants.ts';
import { startWasm, type WasmAdapter } from '../../../src/gates/wasm/start.ts';
import { getFlags } from '../../../src/host/files/files.ts';
import { endProcess } from '../../../src/host/processes/own-process.ts';
import { ALL_HIGH, ALL_LOW } from '../../../src/kernel/rights.ts';
import { type Mechanism, MissingMechanismError } from '../../../src/walls/confinement.ts';
import { fuzz } from './hostile-calls.ts';
import { fuzzCloudabi } from './hostile-cloudabi.ts';

export type HostileSpec = {
  readonly wasm: string;
  /** The granted directory, with every right; descriptor 0. */
  readonly directory: string;
  /** A JavaScript adapter: `fuzz:SEED` makes random calls of WASI, `cloudabi:SEED` of CloudABI; others are modules' paths. */
  readonly adapter?: string;
  readonly accept?: readonly Mechanism[];
};
const spec: HostileSpec = JSON.parse(process.argv[2] ?? '');

/** Counts the host descriptors of this process. */
function openDescriptors(): number {
  let count = 0;
  for (let descriptor = 0; descriptor < 4096; descriptor++) if (getFlags(descriptor) >= 0) count++;
  return count;
}

let adapter: WasmAdapter | undefined;
const extra: Record<string, unknown> = {};
const [family, seed] = spec.adapter?.split(':') ?? [];
if (family === 'fuzz' || family === 'cloudabi') {
  adapter = {
    start: (exports) => {
      const before = openDescriptors();
      Object.assign(extra, (family === 'fuzz' ? fuzz : fuzzCloudabi)(exports, Number(seed)));
      extra['leaked'] = openDescriptors() - (before - 1);
      return 0;
    },
  };
} else if (spec.adapter !== undefined) {
  adapter = await import(spec.adapter);
}

const all = { low: ALL_LOW, high: ALL_HIGH };
const host = openSync(spec.directory, constants.O_RDONLY | constants.O_DIRECTORY);
let report: unknown;
try {
  const exit = startWasm({
    module: readFileSync(spec.wasm),
    argdata: new Uint8Array(),
    descriptors: [{ host, type: Filetype.directory, base: all, inheriting: all, grant: 0 }],
    keep: [1],
    ...(adapter !== undefined && { adapter }),
    accept: spec.accept ?? [],
  });
  report = { ...exit, ...extra };
} catch (error) {
  if (!(error instanceof Error)) throw error;
  report = {
    kind: 'refused',
    message: error.message,
    mechanism: error instanceof MissingMechanismError ? error.mechanism : '',
  };
}
writeSync(1, JSON.stringify(report));
endProcess(0);
