import { Fields, type ReadContext } from './fields.ts';
import { type ModuleServiceResource, namesModule, readModuleService } from './module-service.ts';
import { splitPrograms } from './program-contents.ts';
import { readLoss } from './read-loss.ts';
import { readService, type ServiceResource } from './service-resource.ts';
import { spell } from './spelling.ts';
import { textIn, type Written } from './written.ts';

/** Reads the contents of `!service`, with the grants of programs that the service starts. */
export function readServiceTag(
  written: Written,
  context: ReadContext,
): ServiceResource | ModuleServiceResource | undefined {
  return namesModule(written) ? readModuleService(written, context) : readNamedService(written, context);
}

/** The same for a service of this library alone. */
export function readNamedService(written: Written, context: ReadContext): ServiceResource | undefined {
  const { named, lost } = splitLoss(written, context);
  const whenLost = lost && readLoss(lost);
  return readService(named, context, splitPrograms, whenLost);
}

type Split = { readonly named: Written; readonly lost: Fields | undefined };

/** Takes `when_lost` out of a map from the name of a service to its limits. */
function splitLoss(written: Written, context: ReadContext): Split {
  const key = spell('when_lost', context.spelling);
  if (written.kind !== 'map' || written.entries.length !== 2) return { named: written, lost: undefined };
  const lost = written.entries.filter((entry) => textIn(entry.key) === key);
  if (lost.length !== 1) return { named: written, lost: undefined };
  const named = { ...written, entries: written.entries.filter((entry) => textIn(entry.key) !== key) };
  return { named, lost: Fields.read({ ...written, entries: lost }, ['when_lost'], context) };
}
