import type { ReadContext } from './fields.ts';
import { Mistakes } from './mistake.ts';
import type { Spelling } from './spelling.ts';
import { fromArguments, type Written } from './written.ts';

/**
 * Makes something of the arguments of a constructor.
 *
 * @param subject The name of the constructor in messages.
 * @param spelling The spelling of its arguments in messages.
 * @throws ConfigurationError
 */
export function make<Made>(
  subject: string,
  read: (written: Written, context: ReadContext) => Made | undefined,
  value: unknown,
  spelling: Spelling = 'object',
): Made {
  const mistakes = new Mistakes();
  const made = read(fromArguments(value), {
    subject,
    spelling,
    directory: process.cwd(),
    mistakes,
    position: undefined,
  });
  mistakes.throwIfAny();
  if (made === undefined) throw new TypeError(`${subject} cannot be made of these arguments`);
  return made;
}
