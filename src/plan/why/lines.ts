import { printException, printRule } from '../../network/print-rule.ts';
import type { HostsGrant } from '../../resources/hosts.ts';
import { shellWord } from '../../text/shell-word.ts';
import { describeEntry } from '../linux/explain.ts';
import type { PlannedEntry } from '../linux/planned.ts';
import type { Grant } from '../plan-types.ts';
import type { DecidingLine } from './use.ts';

type Rule = HostsGrant['hosts'][number]['rule'];
type Exception = HostsGrant['except'][number]['rule'];

/** The line of something in a program's world. */
export function lineOfEntry(entry: PlannedEntry): DecidingLine {
  const { why, position } = entry;
  return { place: why, grant: describeEntry(entry), option: optionOf(entry), position };
}

function optionOf(entry: PlannedEntry): string | undefined {
  if (entry.kind !== 'mount' || !/^(?:directories|files|sockets)\[/.test(entry.why)) return undefined;
  const { access, execute, type, path, at } = entry;
  const value = shellWord(path === at ? at : `${path}:${at}`);
  if (type === 'socket') return `--socket ${value}`;
  return `--${access}${execute ? '' : '-data'} ${value}`;
}

/** The line of a descriptor. */
export function lineOfGrant({ place, position, description }: Grant): DecidingLine {
  return { place, grant: description, option: undefined, position };
}

/** The line of a rule of hosts. */
export function lineOfRule({ hosts }: HostsGrant, rule: Rule): DecidingLine {
  const position = hosts.find((one) => one.rule === rule)?.position;
  const grant = printRule(rule);
  return { place: 'network.hosts', grant, option: `--net ${shellWord(grant)}`, position };
}

/** The line of an exception from rules of hosts. */
export function lineOfException({ except }: HostsGrant, exception: Exception): DecidingLine {
  const position = except.find(({ rule }) => rule === exception)?.position;
  const grant = printException(exception);
  return { place: 'network.except', grant, option: `--net-except ${shellWord(grant)}`, position };
}
