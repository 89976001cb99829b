import type { QuestionBoard } from '../../asking/question-board.ts';
import { fieldOf } from '../../control/json-lines.ts';
import { type LineClient, LineServer, type LineSession } from '../../control/line-server.ts';
import { serveQuestions, takeAnswer } from '../../control/question-service.ts';
import { rulesStates } from '../../policy/live.ts';
import type { Process } from '../../process/process.ts';
import type { RefusalLog } from './refusal-log.ts';

/** The parts of a running program that its command can be asked about. */
export type ControlSources = {
  readonly program: Process;
  readonly refusals: RefusalLog | undefined;
  readonly board: QuestionBoard | undefined;
  /** Called with each change of the network. */
  readonly onChange: ((action: 'allow' | 'deny', rules: readonly string[]) => void) | undefined;
};

/** The state of a running program that changes: null where it has no such part. */
export type ControlState = {
  readonly network: {
    readonly hosts: readonly string[];
    readonly except: readonly string[];
    readonly connections: readonly string[];
    readonly notAsked: number;
  } | null;
  /** The rules about files, where they may change. */
  readonly policy: { readonly state: string; readonly rules: readonly string[] } | null;
  readonly refusals: { readonly count: number; readonly last: readonly unknown[] } | null;
};

/**
 * Serves a running program to other processes of its user. A request is `{"id":1,"do":"state"}`, `allow` or `deny` with
 * `rules`, `add` or `remove` with a `rule`, `enter` with a `state`, `attach`, or `answer` with `question` and `answer`; the
 * reply has the same id, and `value` or `error`.
 */
export class ControlService {
  readonly #sources: ControlSources;
  readonly #server: LineServer;

  /** @throws Error when there can be no socket at the path. */
  constructor(path: string, sources: ControlSources) {
    this.#sources = sources;
    this.#server = new LineServer(path, (client) => this.#begin(client));
  }

  /** Tells attached clients that the program has ended. */
  close(): void {
    this.#server.close();
  }

  #begin(client: LineClient): LineSession {
    const ends: (() => void)[] = [];
    return {
      onValue: (request) => {
        const id = fieldOf(request, 'id') ?? null;
        const fail = (error: unknown): void =>
          client.send({ id, error: error instanceof Error ? error.message : String(error) });
        try {
          const value = this.#answer(request, client, ends);
          if (value instanceof Promise) value.then((later) => client.send({ id, value: later }), fail);
          else client.send({ id, value: value ?? null });
        } catch (error) {
          fail(error);
        }
      },
      onEnd: () => {
        for (const end of ends) end();
      },
    };
  }

  #answer(request: unknown, client: LineClient, ends: (() => void)[]): unknown {
    const action = fieldOf(request, 'do');
    switch (action) {
      case 'state':
        return this.#state();
      case 'allow':
      case 'deny': {
        const { network } = this.#sources.program;
        if (network === undefined) throw new Error('The program has no network with rules of hosts');
        const rules = textsOf(fieldOf(request, 'rules'));
        network[action](...rules);
        this.#sources.onChange?.(action, rules);
        return this.#state();
      }
      case 'add':
      case 'remove':
      case 'enter':
        return this.#changePolicy(action, request);
      case 'attach': {
        const { refusals, board } = this.#sources;
        if (refusals !== undefined)
          ends.push(refusals.watch((refusal) => client.send({ type: 'refusal', refusal })));
        if (board !== undefined) ends.push(serveQuestions(board, client).onEnd);
        return this.#state();
      }
      case 'answer': {
        const { board } = this.#sources;
        if (board === undefined) throw new Error('The program asks nothing (--ask)');
        const given = { id: fieldOf(request, 'question'), answer: fieldOf(request, 'answer') };
        const problem = takeAnswer(board, given);
        if (problem !== undefined) throw new Error(problem);
        return null;
      }
      default:
        throw new Error(
          "A request does 'state', 'allow', 'deny', 'add', 'remove', 'enter', 'attach' or 'answer'",
        );
    }
  }

  async #changePolicy(action: 'add' | 'remove' | 'enter', request: unknown): Promise<ControlState> {
    const { policy } = this.#sources.program;
    if (policy === undefined)
      throw new Error('The rules of the program cannot change: it was not started with --rules-state');
    if (action === 'enter') {
      const state = rulesStates.find((one) => one === fieldOf(request, 'state'));
      if (state === undefined) throw new Error(`A state is one of ${rulesStates.join(', ')}`);
      await policy.enter(state);
    } else {
      const rule = fieldOf(request, 'rule');
      if (typeof rule !== 'string') throw new Error('A rule is a text');
      await policy[action](rule);
    }
    return this.#state();
  }

  #state(): ControlState {
    const { program, refusals } = this.#sources;
    const { network, policy } = program;
    return {
      policy: policy === undefined ? null : { state: policy.state, rules: policy.rules },
      network:
        network === undefined
          ? null
          : {
              hosts: network.hosts,
              except: network.except,
              connections: network.connections,
              notAsked: network.notAsked,
            },
      refusals: refusals?.state ?? null,
    };
  }
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every((item) => typeof item === 'string'))
    throw new Error('Rules are a list of texts');
  return value;
}
