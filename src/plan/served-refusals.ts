import { basename } from 'node:path';
import type { CommandParts } from '../resources/command.ts';
import type { HostsGrant } from '../resources/hosts.ts';
import { type Limits, linuxLimits } from '../resources/limits.ts';
import type { Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { callKey, type Spelling, spellLimit } from '../resources/spelling.ts';
import { quote } from '../resources/written.ts';
import type { ElfProgram, NodeProgram, WasmProgram } from './plan-types.ts';

/* Keys and limits for other kinds of program are refused, rather than ignored. */

/** A program that our kernel serves. */
export type ServedProgram = WasmProgram | NodeProgram | ElfProgram;

/** The kinds of these programs, as messages name them. */
export const servedSubjects: Readonly<Record<ServedProgram['kind'], string>> = {
  wasm: 'a WebAssembly module',
  node: 'TypeScript or JavaScript',
  elf: 'a CloudABI executable',
};

/** Refuses keys and limits of a `!command` that are for Linux programs. */
export function refuseLinuxKeys(
  mistakes: Mistakes,
  program: ServedProgram,
  { linux, limits, limitsGiven, spelling }: CommandParts,
  network: HostsGrant | undefined,
): void {
  const { kind } = program;
  const isWasm = kind === 'wasm';
  const isRules = linux.network?.mode === 'hosts';
  const reachesHosts = network !== undefined && isRules;
  const refuse = (name: string, others: string, position: Position | undefined): void =>
    refuseLimit(mistakes, program, { name, others, spelling, position });
  if (!isWasm && limits.threads !== undefined)
    refuse('threads', 'WebAssembly modules', limitsGiven.get('threads'));
  for (const [key, position] of linux.given)
    if (key === 'services' ? kind !== 'node' : key !== 'network' || !reachesHosts) {
      const hosts = key === 'network' && isRules;
      const written = hosts && spelling === 'options' ? 'hosts' : key;
      const others = isWasm && hosts ? '; a module is granted hosts with !network in its document' : '';
      mistakes.add(
        `${callKey(written, spelling)} is for Linux programs, ${nameKind(program)}${others}`,
        position,
      );
    }
  for (const [name, position] of limitsGiven)
    if (linuxLimits.has(name)) refuse(name, 'Linux programs', position);
}

/** Refuses limits of the options of a launch that nothing holds for such programs. */
export function refuseLimits(mistakes: Mistakes, program: ServedProgram, limits: Limits): void {
  const { kind } = program;
  const refuse = (name: string, others: string): void =>
    refuseLimit(mistakes, program, { name, others, spelling: 'object', position: undefined });
  if (kind === 'node' && limits.threads !== undefined) refuse('threads', 'WebAssembly modules');
  for (const [name, key] of linuxLimits)
    if (limits[key] !== undefined && !(kind === 'elf' && key === 'processes')) refuse(name, 'Linux programs');
}

/** A limit that is for other programs, and its place. */
type ForeignLimit = {
  readonly name: string;
  /** The programs that it is for. */
  readonly others: string;
  readonly spelling: Spelling;
  readonly position: Position | undefined;
};

function refuseLimit(
  mistakes: Mistakes,
  program: ServedProgram,
  { name, others, spelling, position }: ForeignLimit,
): void {
  mistakes.add(`Limit '${spellLimit(name, spelling)}' is for ${others}, ${nameKind(program)}`, position);
}

/** The kind of the program, as the end of a message. */
function nameKind({ kind, path }: ServedProgram): string {
  return `and ${quote(basename(path))} is ${kind === 'node' ? 'written in ' : ''}${servedSubjects[kind]}`;
}
