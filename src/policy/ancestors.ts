import { type Pattern, pattern, tokensOf } from './pattern.ts';
import { SLASH, type Token } from './token.ts';

/**
 * Finds the directories above the matches of a relative pattern, beneath the directory where it begins. Behind `**`, all
 * that lies there may be one.
 */
export function ancestorsOf(relative: Pattern): readonly Pattern[] {
  const found = new Set<string>();
  for (const tokens of tokensOf(relative)) {
    let text = '';
    for (const token of tokens) {
      if (token.kind === 'names') {
        found.add(`${text}**`);
        break;
      }
      if (token.kind === 'rest') break;
      if (token.kind === 'byte' && token.byte === SLASH) found.add(text);
      text += printToken(token);
    }
  }
  return [...found].map(pattern);
}

function printToken(token: Exclude<Token, { kind: 'names' | 'rest' }>): string {
  switch (token.kind) {
    case 'byte':
      return printByte(token.byte);
    case 'set':
      return `[${token.bytes.map(escapeByte).join('')}]`;
    case 'any':
      return '?';
    case 'star':
      return '*';
  }
}

function printByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[\w./-]/.test(character) ? character : escapeByte(byte);
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
