import type { Argdata } from '../argdata/value.ts';
import { type Command, emptyCommand } from '../resources/command.ts';
import type { Mistakes } from '../resources/mistake.ts';
import type { Resource } from '../resources/resource.ts';
import { ServiceResource } from '../resources/service-resource.ts';
import { addMistakesOf } from './mistakes-of.ts';
import type { SteeringPlace } from './steering/place.ts';

/** Services that are granted in a tree. */
export function servicesIn(content: Argdata<Resource> | Command): readonly ServiceResource[] {
  if (content instanceof ServiceResource) return [content];
  if (content instanceof Map)
    return [...content].flatMap(([key, value]) => [...servicesIn(key), ...servicesIn(value)]);
  return Array.isArray(content) ? content.flatMap(servicesIn) : [];
}

/** Files with which a program could change what services of its next start do. */
export function placesOfServices(services: readonly ServiceResource[]): readonly SteeringPlace[] {
  return services.flatMap(({ service, limits }) =>
    (service.steeredBy?.(limits) ?? []).map((path) => ({
      path,
      what: `a program that service ${service.name} starts`,
    })),
  );
}

/**
 * Checks the programs that services start, as if each were started now: their mistakes are told before anything is opened.
 *
 * @param plan Plans a program.
 */
export function checkServicePrograms(
  services: readonly ServiceResource[],
  plan: (from: string, path: string, content: unknown) => void,
  mistakes: Mistakes,
): void {
  for (const { service, limits, contents, position } of services) {
    const asked = service.asks?.(limits);
    if (asked?.kind !== 'programs') continue;
    for (const [name, { path }] of asked.programs)
      addMistakesOf(`Program '${name}'`, position, mistakes, () =>
        plan(`program '${name}' of service program`, path, contents.get(name) ?? emptyCommand()),
      );
  }
}
