import { unpackLinked } from '../gates/node/linked.ts';
import { ChildResource } from '../resources/child-resource.ts';
import { Command } from '../resources/command.ts';
import type { Mistakes } from '../resources/mistake.ts';
import { type ChildPlan, childPlansOf } from './child-plans.ts';
import { addMistakesOf } from './mistakes-of.ts';
import type { SteeringPlace } from './steering/place.ts';

/** Programs that are started with another (`!process`) and are granted in its tree or world. */
export function childrenIn(content: unknown): readonly ChildResource[] {
  if (content instanceof ChildResource) return [content];
  if (content instanceof Command) {
    const { stdin, stdout, stderr, linux } = content.parts;
    return [stdin, stdout, stderr, ...linux.descriptors.values()].filter(
      (resource) => resource instanceof ChildResource,
    );
  }
  if (content instanceof Map)
    return [...content].flatMap(([key, value]) => [...childrenIn(key), ...childrenIn(value)]);
  return Array.isArray(content) ? content.flatMap(childrenIn) : [];
}

/** The files of these programs and of those that they start: a program that changes one changes what the next start does. */
export function placesOfChildren(children: readonly ChildResource[]): readonly SteeringPlace[] {
  return children.flatMap(({ child: { program, content } }) => [
    { path: program, what: 'a program that is started with it' },
    ...placesOfChildren(childrenIn(content)),
  ]);
}

/** The files of which these programs are made besides: modules and packages that they import, which are linked at each start. */
export function placesOfModules(started: readonly ChildPlan[]): readonly SteeringPlace[] {
  return started.flatMap(({ plan }) => [
    ...(plan.kind === 'node' ? unpackLinked(plan.program.bytes).header.sources : []).map((path) => ({
      path,
      what: 'a part of a program that is started with it',
    })),
    ...placesOfModules(childPlansOf(plan)),
  ]);
}

/**
 * Checks these programs as if each were started now: their mistakes are told before anything is opened.
 *
 * @param plan Plans a program.
 */
export function checkChildren(
  children: readonly ChildResource[],
  plan: (from: string, path: string, content: unknown) => void,
  mistakes: Mistakes,
): void {
  for (const resource of children) {
    const { child, position } = resource;
    addMistakesOf(`Program '${child.program}'`, position, mistakes, () =>
      plan(resource.label(), child.program, child.content ?? null),
    );
  }
}
