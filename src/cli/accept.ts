import { type Mechanism, mechanisms } from '../walls/confinement.ts';
import { type Option, type ParsedOptions, UsageError } from './options.ts';

/** The option that weakens the second wall on a host that cannot build all of it. */
export const acceptOption: Option = {
  name: '--accept-missing',
  value: 'MECHANISM',
  repeat: true,
  help: `Run although this host lacks MECHANISM (${Object.keys(mechanisms).join(', ')});\n'cloudabi doctor' names the loss.`,
};

function isMechanism(name: string): name is Mechanism {
  return Object.hasOwn(mechanisms, name);
}

/** @throws UsageError for a name that is none. */
export function mechanismsNamed(given: ParsedOptions): Mechanism[] {
  return given.all(acceptOption.name).map((name) => {
    if (isMechanism(name)) return name;
    const known = Object.keys(mechanisms).join(', ');
    throw new UsageError(`${acceptOption.name} takes one of ${known}, not '${name}'`);
  });
}
