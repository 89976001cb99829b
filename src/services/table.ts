import { pwdService } from './offered/pwd.ts';
import { randomService } from './offered/random.ts';
import type { AnyService } from './service.ts';

/** The services by the names of the clients' types. */
export type ServiceTypes = {
  readonly pwd: typeof pwdService;
  readonly random: typeof randomService;
};

/** All services, in the order of the documentation: documents, documentation, types and tests come out of this table. */
export const services: ReadonlyMap<string, AnyService> = new Map(
  [pwdService, randomService].map((service: AnyService) => [service.name, service]),
);
