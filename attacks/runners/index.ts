import type { Kind } from '../frame/corpus.ts';
import type { Runner } from '../frame/runner.ts';
import { ConfigRunner } from './config.ts';
import { ElfRunner } from './elf.ts';
import { LinuxRunner } from './linux.ts';
import { NodeRunner } from './node.ts';
import { WasmRunner } from './wasm.ts';

/** Makes a runner for each kind; one file here each. */
export const runners: Readonly<Record<Kind, () => Runner>> = {
  linux: () => new LinuxRunner(),
  node: () => new NodeRunner(),
  wasm: () => new WasmRunner(),
  elf: () => new ElfRunner(),
  config: () => new ConfigRunner(),
};
