import type { ReadContext } from './fields.ts';
import { splitPrograms } from './program-contents.ts';
import { readService, type ServiceResource } from './service-resource.ts';
import type { Written } from './written.ts';

/** Reads the contents of `!service` with the grants of programs that the service starts. */
export function readServiceTag(written: Written, context: ReadContext): ServiceResource | undefined {
  return readService(written, context, splitPrograms);
}
