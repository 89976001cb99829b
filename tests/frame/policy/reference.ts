/*
 * Patterns as regular expressions over strings in which each character is a byte: a second way to say what they mean,
 * which shares no code with src/policy.
 */

/** Says whether a path matches a pattern; slow for patterns with many stars. */
export function matchesReference(pattern: string, path: string): boolean {
  return new RegExp(`^(?:${source(Buffer.from(pattern).toString('latin1'))})$`, 's').test(path);
}

/** The rule that decides, of rules given as patterns. */
export function firstReference(patterns: readonly string[], path: string): number | undefined {
  const found = patterns.findIndex((pattern) => matchesReference(pattern, path));
  return found < 0 ? undefined : found;
}

function source(pattern: string): string {
  let text = '';
  pattern = pattern.replace(/\/\*\*(?:\/\*\*)+/g, '/**');
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const startsName = at === 0 || '/{,'.includes(pattern[at - 1] ?? '');
    const hex = /^\\x([0-9a-fA-F]{2})/.exec(rest);
    const set = /^\[([!^]?)(\]?(?:[^\]\\]|\\.)*)\]/s.exec(rest);
    if (hex) {
      text += `\\x${hex[1]}`;
      at += 4;
    } else if (rest.startsWith('\\')) {
      text += quote(rest[1] ?? '');
      at += 2;
    } else if (rest === '/**') {
      text += '(?:/.*)?';
      at += 3;
    } else if (startsName && rest.startsWith('**/')) {
      text += '(?:[^/]+/)*';
      at += 3;
    } else if (startsName && /^\*(?=$|\/)/.test(rest)) {
      text += '[^/]+';
      at += 1;
    } else if (rest.startsWith('*')) {
      text += '[^/]*';
      at += 1;
    } else if (rest.startsWith('?')) {
      text += '[^/]';
      at += 1;
    } else if (set) {
      const members = (set[2] ?? '').replace(/\\?([\]^[\\])/g, '\\$1');
      text += `(?!/)[${set[1] ? '^' : ''}${members}]`;
      at += set[0].length;
    } else {
      const character = rest[0] ?? '';
      text +=
        character === '{' ? '(?:' : character === '}' ? ')' : character === ',' ? '|' : quote(character);
      at += 1;
    }
  }
  return text;
}

function quote(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
