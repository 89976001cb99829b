/**
 * Clients of services, for programs that hold a channel, the same services without a process or with functions of a test in
 * their place, and the parts of which a service of one's own is made (docs/services.md).
 */
import '../configuration/parsers.ts';
import { runHere } from './direct.ts';
import { runServicesWith } from './open-service.ts';

runServicesWith(runHere);

export * from './for-programs.ts';
