import { printLimits } from '../../resources/print/print-resource.ts';
import type { ServiceResource } from '../../resources/service-resource.ts';
import { SETTINGS } from '../../services/offered/sysctl.ts';
import { printable } from '../../text/printable.ts';
import { wayOf } from './granted-services.ts';
import { isFiles } from './granted-settings.ts';

/** Names a service with its limits: `pwd within { users: [ root ] }`. */
export function nameService(resource: ServiceResource): string {
  const limits = printLimits(resource);
  return printable(`${resource.service.name}${limits === undefined ? '' : ` within ${limits}`}`);
}

/** The services that a program asks by its C library as lines for people. */
export function describeServices(services: readonly ServiceResource[]): readonly string[] {
  const asked = services.filter((one) => !isFiles(one));
  const files = services.filter(isFiles);
  const told = asked.map(
    (one) => `  ${nameService(one)}: by ${wayOf(one.service.name)}; it holds ${one.service.holds}`,
  );
  if (told.length > 0) told.unshift('Its C library asks these services, each in a confined process:');
  return [
    ...told,
    ...files.map((one) => `It finds settings of the kernel beneath ${SETTINGS}: ${nameService(one)}`),
  ];
}

/** A service as JSON. */
export type ServiceJson = {
  readonly name: string;
  /** Its limits in one line of YAML; null for none. */
  readonly limits: string | null;
  /** The path by which it is asked. */
  readonly by: string;
};

/** The services as JSON. */
export function servicesToJson(services: readonly ServiceResource[]): readonly ServiceJson[] {
  return services.map((one) => ({
    name: one.service.name,
    limits: printLimits(one) ?? null,
    by: wayOf(one.service.name),
  }));
}
