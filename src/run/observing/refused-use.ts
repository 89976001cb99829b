import type { ObservedAccess } from '../../learning/access.ts';
import { formatHost, parseAddress } from '../../network/address.ts';
import type { LinuxPlan } from '../../plan/plan-types.ts';
import { Wall } from '../../plan/wall-names.ts';
import { grantPath } from '../../plan/why/mend.ts';
import type { Use, UseAnswer } from '../../plan/why/use.ts';
import { answerUse } from '../../plan/why/why.ts';
import type { Category } from '../../policy/category.ts';
import { categoryOf } from './category-of.ts';
import { HostFiles } from './host-files.ts';
import type { NamedPath } from './observed-call.ts';
import type { Observed } from './thread-words.ts';

/** A use of something that the walls around a Linux program have refused, as its plan says. */
export type RefusedUse = {
  readonly time: Date;
  /** The process, by the number that the host knows it by. */
  readonly process: { readonly pid: number; readonly executable: string };
  /** The system call that was tried. */
  readonly call: string;
  readonly category: Category;
  /** The path or the address that it named. */
  readonly object: string;
  readonly answer: UseAnswer;
  /** The uses of files of the host for which a grant is missing; none for the network. */
  readonly accesses: readonly ObservedAccess[];
  /** The UNIX socket that it wanted to connect to. */
  readonly socket: string | undefined;
};

/** The port of a name server. */
const DNS_PORT = 53;

/**
 * Judges observed calls by the plan of their program. A path that is neither in its world nor on the host was never there,
 * and is no refusal.
 */
export class UseJudge {
  readonly #plan: LinuxPlan;
  readonly #files = new HostFiles();

  constructor(plan: LinuxPlan) {
    this.#plan = plan;
  }

  /** Finds the refusal that a message of the observing thread is about; `undefined` for an allowed use. */
  judge(observed: Observed): RefusedUse | undefined {
    if (observed.kind === 'path') return this.#judgePath(observed);
    return observed.kind === 'address' ? this.#judgeAddress(observed) : undefined;
  }

  #judgePath({ named, inside, ...who }: Extract<Observed, { kind: 'path' }>): RefusedUse | undefined {
    const { effect, makes } = named;
    const path = withoutIdleSteps(named.path);
    // The kernel says that it is there already, even where nothing can be made.
    if (effect === 'make' && this.#answer({ kind: 'read', path }).allowed) return undefined;
    const asked = this.#answer({ kind: kindOf(effect), path });
    if (asked.allowed) return undefined;
    const accesses = this.#files.accessesOf(named);
    const missing = 'missing' in accesses;
    if (missing && effect !== 'make' && !makes) return undefined;
    const answer =
      asked.mend === undefined && !inside && !missing ? this.#hidden(asked, path, accesses) : asked;
    if (answer?.mend === undefined) return undefined;
    const made = !missing && makes && accesses.some(({ use }) => use === 'names');
    if (missing && effect !== 'make' && !makes) return undefined;
    return {
      ...whoOf(who),
      category: made ? 'create' : categoryOf(who.call, effect),
      object: path,
      answer,
      accesses: missing ? [] : accesses,
      socket: undefined,
    };
  }

  /** A file of the host where the program has a file system of its own. */
  #hidden(asked: UseAnswer, path: string, [access]: readonly ObservedAccess[]): UseAnswer | undefined {
    if (access === undefined || asked.by.length > 0 || access.use === 'names') return undefined;
    const kind = access.use === 'write' ? 'write' : access.use === 'execute' ? 'exec' : 'read';
    const directory = access.kind === 'directory';
    return {
      ...asked,
      reason: 'nothing grants it',
      by: [Wall.mounts],
      mend: grantPath(kind, { path, at: path, directory }),
    };
  }

  #judgeAddress({ address, ...who }: Extract<Observed, { kind: 'address' }>): RefusedUse | undefined {
    const { mode } = this.#plan.linux.network;
    const category = who.call === 'bind' ? 'net/bind' : who.call === 'sendto' ? 'net/send' : 'net/connect';
    const refusedAs = (object: string, use: Use, socket?: string): RefusedUse | undefined => {
      const answer = this.#answer(use);
      if (answer.allowed || answer.mend === undefined) return undefined;
      return { ...whoOf(who), category, object, answer, accesses: [], socket };
    };
    if (address.kind === 'unix')
      return who.call === 'bind'
        ? undefined
        : refusedAs(address.path, { kind: 'socket', path: address.path }, address.path);
    // The broker tells those itself, by their names.
    if (address.kind !== 'internet' || mode === 'hosts') return undefined;
    const { port } = address;
    const parsed = parseAddress(address.address);
    if (port === 0 || parsed === undefined) return undefined;
    const text = `${formatHost(parsed)}:${port}`;
    if (who.call === 'bind') return mode === 'host' ? refusedAs(text, { kind: 'bind', port }) : undefined;
    const protocol = who.call === 'sendto' || port === DNS_PORT ? 'udp' : 'tcp';
    const refused = refusedAs(text, {
      kind: 'connect',
      text,
      attempt: { host: { kind: 'address', address: parsed }, port, protocol },
    });
    return refused === undefined || port !== DNS_PORT || mode === 'host' ? refused : asLookUp(refused);
  }

  #answer(use: Use): UseAnswer {
    return answerUse(this.#plan, use);
  }
}

/** Leaves `.` and empty names out within a path, as `./program` and `//` have them. */
function withoutIdleSteps(path: string): string {
  return path.replace(/\/(?:\.?\/)+/g, '/');
}

/** A question to a name server, where no name is known: the host that is meant has to be granted by its name. */
function asLookUp(refused: RefusedUse): RefusedUse {
  const mend = { option: '--net NAME:PORT', yaml: 'network: { hosts: ["NAME:PORT"] }' };
  return {
    ...refused,
    answer: { ...refused.answer, reason: 'it looks a name up, and has no network', mend },
  };
}

function whoOf({
  thread,
  executable,
  call,
}: {
  readonly thread: number;
  readonly executable: string;
  readonly call: string;
}): Pick<RefusedUse, 'time' | 'process' | 'call'> {
  return { time: new Date(), process: { pid: thread, executable }, call };
}

function kindOf(effect: NamedPath['effect']): 'read' | 'write' | 'exec' {
  switch (effect) {
    case 'look':
    case 'read':
    case 'enter':
      return 'read';
    case 'execute':
      return 'exec';
    default:
      return 'write';
  }
}
