import { describeWay, enforcementOfArrow } from '../graph/explain-graph.ts';
import { checkGraph } from '../graph/open-graph.ts';
import { describePlan } from '../plan/explain.ts';
import { ConfigurationError } from '../resources/mistake.ts';
import type { GraphChecked } from './wire.ts';

/** Checks the text of a graph as `graph up` does, and puts its plans into words. */
export function checkText(text: string, file: string): GraphChecked {
  try {
    const { graph, plans } = checkGraph(text, file);
    return {
      right: true,
      plans: [...plans].map(([program, plan]) => ({ program, kind: plan.kind, words: describePlan(plan) })),
      ways: [...graph.arrows.values()].map((arrow) => ({
        arrow: arrow.name,
        way: describeWay(arrow),
        ...enforcementOfArrow(graph, arrow),
      })),
    };
  } catch (error) {
    if (error instanceof ConfigurationError)
      return {
        right: false,
        problems: error.mistakes.map(({ message, position, place }) => ({
          message: position === undefined && place !== '' ? `${place}: ${message}` : message,
          line: position?.line ?? null,
          column: position?.column ?? null,
          excerpt: position?.excerpt ?? null,
        })),
        count: error.count,
      };
    const message = error instanceof Error ? error.message : String(error);
    return { right: false, problems: [{ message, line: null, column: null, excerpt: null }], count: 1 };
  }
}
