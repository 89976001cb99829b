import { resolve } from 'node:path';
import { codeOf } from '../plan/errors.ts';
import { type Plan, plan } from '../plan/plan.ts';
import { Grants } from '../resources/grants.ts';
import { ConfigurationError, Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { spell } from '../resources/spelling.ts';
import type { Graph, GraphProgram } from './graph-types.ts';
import type { ReadGraph } from './read-graph.ts';

/** The plans of the programs of a graph, by their names. */
export type GraphPlans = ReadonlyMap<string, Plan>;

/**
 * Plans every program of a graph. Precondition: the sockets of its connections are there (wiring.ts), as grants of
 * sockets are checked.
 *
 * @throws ConfigurationError with every mistake of the document.
 */
export function planGraph({ graph, mistakes }: ReadGraph): GraphPlans {
  const all = new Mistakes();
  all.addAll(mistakes);
  const plans = new Map<string, Plan>();
  for (const program of graph.programs.values()) {
    try {
      plans.set(program.name, planProgram(graph, program));
    } catch (error) {
      addTo(all, program, error);
    }
  }
  all.throwIfAny();
  return plans;
}

/** Plans a program of a graph, alone. */
export function planProgram({ file }: Pick<Graph, 'file'>, program: GraphProgram): Plan {
  const { path, grants, limits } = program;
  return plan(path, withoutMistakes(grants), {
    limits,
    documents: file.startsWith('<') ? [] : [resolve(file)],
  });
}

/** Mistakes in reading were collected for the whole graph. */
function withoutMistakes({ content }: Grants): Grants {
  return new Grants(content, new Mistakes());
}

function addTo(all: Mistakes, program: GraphProgram, error: unknown): void {
  const { name, position } = program;
  if (error instanceof ConfigurationError) {
    for (const { message, position: at, place } of error.mistakes) {
      const limit = at === undefined ? limitIn(message, program) : undefined;
      const text = limit?.message ?? message;
      all.add(
        at === undefined ? `Program '${name}': ${place === '' ? '' : `${place}: `}${text}` : text,
        at ?? limit?.place ?? position,
      );
    }
    return;
  }
  if (codeOf(error) === undefined) throw error;
  all.add(`Program '${name}': ${error instanceof Error ? error.message : String(error)}`, position);
}

/** A mistake about one of the `limits` of a program, which are handed to its plan as options: in words of the document. */
function limitIn(
  message: string,
  { limitPlaces }: GraphProgram,
): { readonly message: string; readonly place: Position } | undefined {
  for (const [name, place] of limitPlaces) {
    const begin = [name, spell(name, 'object')].find((one) => message.startsWith(`Limit '${one}'`));
    if (begin !== undefined) return { message: message.replace(begin, name), place };
  }
  return undefined;
}
