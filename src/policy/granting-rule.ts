import { UNSEEN } from '../text/printable.ts';
import type { Category } from './category.ts';
import { escapePath, parsePattern } from './pattern.ts';
import { printFileRule } from './print-rule.ts';
import type { Rule } from './rule.ts';
import { parseSocketPattern } from './socket-pattern.ts';
import { printSocketRule, SOCKET_CATEGORY } from './socket-rule.ts';

/** Stands for bytes that are no UTF-8, so that it is not known which file a path with it means. */
const UNKNOWN = '\u{fffd}';

/**
 * Writes the rule that, placed before another one, allows a single access about which that one decides: of one category, to one
 * path or socket, by the same executables. Characters that are not shown are written as their bytes.
 *
 * @returns `undefined` for a path that is no UTF-8, or too long for a pattern.
 */
export function grantingRule(
  { executables }: Pick<Rule, 'executables'>,
  category: Category,
  path: string,
): string | undefined {
  if (path.includes(UNKNOWN)) return undefined;
  const escaped = escapePath(path).replace(UNSEEN, (character) =>
    [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  if (category === SOCKET_CATEGORY) {
    const address = parseSocketPattern(path);
    const socket = address.value?.kind === 'internet' ? address : parseSocketPattern(escaped);
    if (socket.value === undefined) return undefined;
    const sockets = [socket.value];
    return printSocketRule({
      action: { kind: 'allow' },
      sockets,
      ...(executables !== undefined && { executables }),
    });
  }
  const { value } = parsePattern(escaped);
  if (value === undefined) return undefined;
  return printFileRule({
    action: { kind: 'allow' },
    categories: [category],
    patterns: [value],
    ...(executables !== undefined && { executables }),
  });
}
