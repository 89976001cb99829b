import type { Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { describeArrow, sideOf, wantedForm } from './arrow-words.ts';
import type { Arrow, ArrowUse, GraphProgram } from './graph-types.ts';
import { channelOf } from './places.ts';

/** Finds mistakes of arrows and programs together: ends that no program holds, and addresses that are taken twice. */
export function checkArrows(
  programs: ReadonlyMap<string, GraphProgram>,
  arrows: ReadonlyMap<string, Arrow>,
  mistakes: Mistakes,
): void {
  for (const arrow of arrows.values())
    for (const name of endsOf(arrow)) {
      const program = programs.get(name);
      if (program === undefined) continue;
      for (const end of endsIn(arrow, program))
        if (!end.some((one) => program.mentioned.has(one)))
          mistakes.add(() => notHeld(arrow, program, end[0] ?? arrow.name), arrow.position);
    }
  checkPorts([...arrows.values()], mistakes);
  for (const program of programs.values()) {
    checkNames(program, mistakes);
    checkReplicas(program, mistakes);
  }
}

/** The ends of an arrow that a program has to hold, each by the names under which it may. */
function endsIn(arrow: Arrow, { name }: GraphProgram): readonly (readonly string[])[] {
  if (!('clients' in arrow && 'to' in arrow) || arrow.to !== name) return [[arrow.name]];
  const { clients } = arrow;
  return clients.map((client) => [channelOf(arrow, client), ...(clients.length === 1 ? [arrow.name] : [])]);
}

/** The programs at the ends of an arrow. */
export function endsOf(arrow: Arrow): readonly string[] {
  if ('between' in arrow) return arrow.between;
  return [
    ...('clients' in arrow ? arrow.clients : []),
    ...('from' in arrow ? [arrow.from] : []),
    ...('to' in arrow ? [arrow.to] : []),
  ];
}

function notHeld(arrow: Arrow, { name }: GraphProgram, end: string): string {
  const side = sideOf(arrow, name) ?? 'to';
  return `${describeArrow(arrow)}: nothing in the grants of '${name}' is '!arrow ${end}'; ${wantedForm(arrow, side)}`;
}

/** One address has one server, or servers for different hosts. */
function checkPorts(arrows: readonly Arrow[], mistakes: Mistakes): void {
  const known = new Map<string, Arrow>();
  const shared = new Map<string, Arrow>();
  for (const arrow of arrows) {
    if (arrow.kind !== 'published' || arrow.port === 0) continue;
    const address = `${arrow.address}:${arrow.port}`;
    const same = known.get(`${address} ${arrow.host ?? ''}`);
    const other = shared.get(address);
    if (same !== undefined)
      mistakes.add(
        `Arrow '${arrow.name}' publishes ${address}${arrow.host === undefined ? '' : ` for ${arrow.host}`}, and arrow '${same.name}' does so already${lineOf(same.position)}`,
        arrow.position,
      );
    else if (
      other !== undefined &&
      (arrow.host === undefined || !('host' in other) || other.host === undefined)
    )
      mistakes.add(
        `Arrow '${arrow.name}' publishes ${address}, and so does arrow '${other.name}'${lineOf(other.position)}: give each a 'host'`,
        arrow.position,
      );
    known.set(`${address} ${arrow.host ?? ''}`, arrow);
    shared.set(address, arrow);
  }
}

function lineOf(position: Position | undefined): string {
  return position === undefined ? '' : ` in line ${position.line}`;
}

/** One name and port in the network of a program leads to one server. */
function checkNames({ uses }: GraphProgram, mistakes: Mistakes): void {
  const known = new Map<string, ArrowUse>();
  for (const use of uses) {
    const { arrow } = use;
    if (use.form !== 'name' || arrow.kind !== 'connection') continue;
    const name = `${arrow.to}:${arrow.port}`;
    const other = known.get(name);
    if (other !== undefined && other.arrow !== arrow)
      mistakes.add(
        `Arrows '${other.arrow.name}' and '${arrow.name}' are both ${name} for the program: give one another 'port'`,
        use.position,
      );
    known.set(name, use);
  }
}

/** A pipe has one reader, and sockets that a server makes by itself have one server. */
function checkReplicas({ name, replicas, scale, uses }: GraphProgram, mistakes: Mistakes): void {
  if (replicas <= 1 && scale === undefined) return;
  for (const { arrow, side, position } of uses) {
    const selfMade = arrow.kind === 'connection' && arrow.socket !== undefined && side === 'to';
    if (arrow.kind === 'pipe' || arrow.kind === 'shared_memory' || selfMade)
      mistakes.add(
        `${describeArrow(arrow)}: '${name}' has several replicas, and ${selfMade ? 'only one can make the socket' : 'they would share this end'}`,
        position,
      );
  }
}
