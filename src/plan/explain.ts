import { Filetype } from '../abi/generated/constants.ts';
import { printable } from '../text/printable.ts';
import { childPlansOf } from './child-plans.ts';
import { describeEnforcement } from './describe-enforcement.ts';
import { planKinds } from './kinds.ts';
import { type WorldJson, worldToJson } from './linux/explain.ts';
import { type HostsJson, hostsToJson } from './linux/explain-hosts.ts';
import type { PlanKind } from './plan-kind.ts';
import type { Enforcement, Grant, Plan, ProgramKind, Warning } from './plan-types.ts';

/**
 * A plan as text for people: the program, every descriptor it gets with its rights and the mechanism behind each limit,
 * and the limits that hold for the process as a whole.
 */
export function describePlan(plan: Plan): string {
  const { program, grants, command, enforcement, warnings } = plan;
  const lines = [`Program ${printable(program.path)} (${planKinds[plan.kind].title})`, ...describeKind(plan)];
  if (grants.length === 0) lines.push('It gets no descriptors.');
  else lines.push(`It gets ${grants.length === 1 ? 'one descriptor' : `${grants.length} descriptors`}:`);
  for (const grant of grants) lines.push('', ...describeGrant(grant));
  if (command !== undefined) {
    lines.push('', `It is started with ${list('argument', command.arguments)}`);
    lines.push(`and ${list('variable', [...command.environment.keys()])} in its environment.`);
  }
  lines.push('', 'For the whole process:', ...describeEnforcement(enforcement, '  '));
  const notes = (plan.kind === 'node' ? plan.program.notes : []).filter(({ inPackage }) => inPackage);
  if (notes.length > 0) {
    lines.push('', 'Its packages may look for more, and will not find it:');
    for (const { place, message } of notes) lines.push(printable(`  ${place}: ${message}`));
  }
  if (warnings.length > 0) lines.push('', 'Worth a look:', ...warnings.map(describeWarning));
  for (const { from, plan: child } of childPlansOf(plan))
    lines.push(
      '',
      printable(`Started by ${from}:`),
      ...describePlan(child).trimEnd().split('\n').map(indented),
    );
  return `${lines.join('\n')}\n`;
}

function indented(line: string): string {
  return line === '' ? '' : `    ${line}`;
}

function describeKind<K extends ProgramKind>(plan: Plan<K>): readonly string[] {
  const kind: PlanKind<K> = planKinds[plan.kind];
  return kind.describe(plan);
}

/** Types whose inheriting rights are for received descriptors, which are not opened. */
const sockets: readonly Filetype[] = [Filetype.socket_stream, Filetype.socket_dgram];

function describeGrant(grant: Grant): string[] {
  const { descriptor, place, position, description, type, rights, enforcement } = grant;
  const where = position === undefined ? '' : `  ${position.file}:${position.line}:${position.column}`;
  const lines = [printable(`  ${descriptor}  ${place === '' ? '(the tree itself)' : place}${where}`)];
  lines.push(printable(`     ${description}`));
  if (rights.base.length > 0) lines.push(...wrap('     Rights: ', rights.base));
  const through = sockets.includes(type) ? 'Descriptors from it' : 'Files in it';
  if (rights.inheriting.length > 0) lines.push(...wrap(`     ${through} can get: `, rights.inheriting));
  return [...lines, ...describeEnforcement(enforcement, '     ')];
}

function describeWarning({ message, position, place }: Warning): string {
  const where = position === undefined ? place : `${position.file}:${position.line}:${position.column}`;
  return printable(`  ${where === '' ? '' : `${where}: `}${message}`);
}

function list(what: string, names: readonly string[]): string {
  if (names.length === 0) return `no ${what}s`;
  return `the ${what}${names.length === 1 ? '' : 's'} ${names.map((name) => printable(JSON.stringify(name))).join(' ')}`;
}

/** Lines of names no longer than this, in characters. */
const WIDTH = 100;

function wrap(head: string, names: readonly string[]): string[] {
  const lines: string[] = [];
  let line = head;
  for (const [index, name] of names.entries()) {
    const item = index < names.length - 1 ? `${name},` : name;
    if (line.length + item.length > WIDTH && line.trim() !== head.trim()) {
      lines.push(line.trimEnd());
      line = ' '.repeat(head.search(/\S/) + 2);
    }
    line += `${item} `;
  }
  return [...lines, line.trimEnd()];
}

/** The place of something written. */
export type PlaceJson = { readonly file: string; readonly line: number; readonly column: number };

/** A plan as JSON, for programs that read plans. Names are stable. */
export type PlanJson = {
  readonly program: { readonly path: string; readonly kind: string };
  readonly grants: readonly {
    readonly descriptor: number;
    readonly place: string;
    readonly position: PlaceJson | null;
    readonly kind: string;
    readonly description: string;
    readonly rights: { readonly base: readonly string[]; readonly inheriting: readonly string[] };
    readonly enforcement: readonly Enforcement[];
  }[];
  readonly command: {
    readonly arguments: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    /** Names of directories by descriptor number. */
    readonly preopens: Readonly<Record<string, string>>;
  } | null;
  /** Bytes, milliseconds and numbers; null where nothing was said. */
  readonly limits: {
    readonly memory: number | null;
    readonly wallClock: number | null;
    readonly threads: number | null;
    readonly processes: number | null;
    readonly cpus: number | null;
    readonly cpuTime: number | null;
    readonly openFiles: number | null;
    readonly fileSize: number | null;
    readonly changes: number | null;
  };
  /** Only for Linux programs. */
  readonly world: WorldJson | null;
  /** The hosts that a program in WebAssembly, TypeScript or JavaScript reaches; null for none. */
  readonly network: HostsJson | null;
  readonly enforcement: readonly Enforcement[];
  readonly warnings: readonly {
    readonly message: string;
    readonly place: string;
    readonly position: PlaceJson | null;
  }[];
  /** The plans of programs that are started with this one (`!process`, a service's), or that its services may start. */
  readonly programs: readonly { readonly from: string; readonly plan: PlanJson }[];
};

/** The plain data of a plan, without the resources themselves and the bytes of the program. */
export function planToJson(plan: Plan): PlanJson {
  const { program, grants, command, limits, enforcement, warnings } = plan;
  return {
    program: { path: program.path, kind: program.kind },
    grants: grants.map(({ descriptor, place, position, kind, description, rights, enforcement: by }) => ({
      descriptor,
      place,
      position: placeToJson(position),
      kind,
      description,
      rights,
      enforcement: by,
    })),
    command:
      command === undefined
        ? null
        : {
            arguments: command.arguments,
            environment: Object.fromEntries(command.environment),
            preopens: Object.fromEntries('preopens' in command ? command.preopens : []),
          },
    limits: {
      memory: limits.memory ?? null,
      wallClock: limits.wallClock ?? null,
      threads: limits.threads ?? null,
      processes: limits.processes ?? null,
      cpus: limits.cpus ?? null,
      cpuTime: limits.cpuTime ?? null,
      openFiles: limits.openFiles ?? null,
      fileSize: limits.fileSize ?? null,
      changes: limits.changes ?? null,
    },
    world: plan.kind === 'linux' ? worldToJson(plan.linux) : null,
    network: plan.kind !== 'linux' && plan.network !== undefined ? hostsToJson(plan.network) : null,
    enforcement,
    warnings: warnings.map(({ message, place, position }) => ({
      message,
      place,
      position: placeToJson(position),
    })),
    programs: childPlansOf(plan).map(({ from, plan: child }) => ({ from, plan: planToJson(child) })),
  };
}

function placeToJson(position: Grant['position']): PlaceJson | null {
  if (position === undefined) return null;
  const { file, line, column } = position;
  return { file, line, column };
}
