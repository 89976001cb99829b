import { resolve } from 'node:path';
import { codeOf } from '../plan/errors.ts';
import { type Plan, plan } from '../plan/plan.ts';
import { Grants } from '../resources/grants.ts';
import { ConfigurationError, Mistakes } from '../resources/mistake.ts';
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

function addTo(all: Mistakes, { name, position }: GraphProgram, error: unknown): void {
  if (error instanceof ConfigurationError) {
    for (const { message, position: at, place } of error.mistakes)
      all.add(
        at === undefined ? `Program '${name}': ${place === '' ? '' : `${place}: `}${message}` : message,
        at ?? position,
      );
    return;
  }
  if (codeOf(error) === undefined) throw error;
  all.add(`Program '${name}': ${error instanceof Error ? error.message : String(error)}`, position);
}
