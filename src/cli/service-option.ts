import { parseYaml, YamlError, yamlToArgdata } from '../argdata/yaml.ts';
import type { CommandOptions } from '../resources/constructors.ts';
import { type ParsedOptions, UsageError } from './options.ts';

/**
 * Reads `--service NAME[=LIMITS]`, whose limits are written as in a document: `{ users: [root] }`.
 *
 * @throws UsageError
 */
export function readServiceOptions(given: ParsedOptions): CommandOptions['services'] {
  const services = new Map<string, unknown>();
  for (const text of given.all('--service')) {
    const [, name = '', limits] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
    if (name === '')
      throw new UsageError(
        `A service is given as NAME or NAME=LIMITS, such as 'pwd={users: [root]}', not '${text}'`,
      );
    if (services.has(name)) throw new UsageError(`Service '${name}' is granted twice`);
    services.set(name, limits === undefined ? null : limitsIn(name, limits));
  }
  return services;
}

function limitsIn(name: string, text: string): unknown {
  try {
    return yamlToArgdata(parseYaml(text, { file: '--service' }), () => {
      throw new UsageError(`The limits of service '${name}' have no tags, not '${text}'`);
    });
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new UsageError(
      `The limits of service '${name}' are written as '${name}={users: [root]}', not '${text}': ${error.message}`,
    );
  }
}
