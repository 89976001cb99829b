import { Matcher } from '../../policy/decide.ts';
import { printFileRule } from '../../policy/print-rule.ts';
import { SOCKET_CATEGORY } from '../../policy/socket-rule.ts';
import { textOfAddress } from '../../policy/socket-text.ts';
import { compileTable } from '../../policy/table.ts';
import type { LinuxPlan } from '../plan-types.ts';
import { Wall } from '../wall-names.ts';
import { refused } from './answers.ts';
import type { ConnectUse, SocketUse, UseAnswer } from './use.ts';

/**
 * Answers by the rules of a program about a socket that grants let it connect to. Rules for some executables only are not
 * applied, and are noted, as are rules about addresses where a name is asked about.
 */
export function answerBySocketRules(
  { linux: { rules } }: LinuxPlan,
  use: ConnectUse | SocketUse,
  granted: UseAnswer,
): UseAnswer {
  const own = rules.filter(({ sockets }) => sockets !== undefined);
  if (own.length === 0 || !granted.allowed) return granted;
  if (use.kind === 'connect' && use.attempt.protocol === 'udp')
    return withNote(
      granted,
      'rules about sockets hold connected ones, and no datagrams with addresses of their own',
    );
  const text = textOf(use);
  if (text === undefined) return withNote(granted, 'rules about its addresses may decide otherwise');
  const matcher = new Matcher(compileTable(own, () => undefined));
  const { rule: number } = matcher.decide(SOCKET_CATEGORY, Buffer.from(text));
  const noted = matcher.conditionalCategories().includes(SOCKET_CATEGORY)
    ? withNote(granted, 'rules for some executables only may decide otherwise')
    : granted;
  const rule = number === undefined ? undefined : own[number];
  if (rule === undefined || rule.action.kind === 'allow' || rule.action.kind === 'log') return noted;
  const { source, position } = rule;
  const line = {
    place: position === undefined ? source.place : 'rules',
    grant: printFileRule(rule),
    option: `--rule ${JSON.stringify(source.text)}`,
    position,
  };
  const reason = rule.action.kind === 'ask' ? 'a rule has a person asked' : 'a rule refuses it';
  return {
    ...refused(reason, line, [Wall.supervisor], undefined),
    notes: noted.notes.slice(granted.notes.length),
  };
}

function withNote(answer: UseAnswer, note: string): UseAnswer {
  return { ...answer, notes: [...answer.notes, note] };
}

/** The text of a socket for the table; `undefined` for a name, which is not looked up. */
function textOf(use: ConnectUse | SocketUse): string | undefined {
  if (use.kind === 'socket') return `/u${use.path}`;
  const { host, port } = use.attempt;
  return host.kind === 'name' ? undefined : textOfAddress(host.address, port);
}
