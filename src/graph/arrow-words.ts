import type { Arrow, ArrowUse } from './graph-types.ts';

/** The side of an arrow that a program is at; `undefined` for neither. */
export function sideOf(arrow: Arrow, program: string): ArrowUse['side'] | undefined {
  if ('between' in arrow) return arrow.between.includes(program) ? 'between' : undefined;
  if ('clients' in arrow && arrow.clients.includes(program)) return 'from';
  if ('from' in arrow && arrow.from === program) return 'from';
  return 'to' in arrow && arrow.to === program ? 'to' : undefined;
}

/** An arrow in a few words: `Arrow 'db' (!connection from front to orders)`. */
export function describeArrow(arrow: Arrow): string {
  const ends =
    'between' in arrow
      ? ` between ${arrow.between.join(' and ')}`
      : `${originOf(arrow)}${'to' in arrow ? ` to ${arrow.to}` : ''}`;
  return `Arrow '${arrow.name}' (!${arrow.kind}${ends})`;
}

function originOf(arrow: Exclude<Arrow, { between: unknown }>): string {
  if ('clients' in arrow) return ` from ${arrow.clients.join(', ')}`;
  return 'from' in arrow ? ` from ${arrow.from}` : '';
}

/** The places into which an end of an arrow fits. */
export function wantedForm(arrow: Arrow, side: ArrowUse['side']): string {
  switch (arrow.kind) {
    case 'connection':
      if (side === 'from')
        return "its client holds it as a descriptor, in 'sockets' or as a host of a network";
      return arrow.socket === undefined
        ? 'its server holds it as a descriptor, on which it listens'
        : 'its server holds it as a directory, in which it makes the socket';
    case 'pipe':
      return side === 'from'
        ? "a program writes to it through a descriptor, such as 'stdout'"
        : "a program reads it through a descriptor, such as 'stdin'";
    case 'published':
    case 'shared_memory':
      return 'a program holds it as a descriptor';
    case 'directory':
      return 'a program holds it as a directory';
    case 'service':
      if (side === 'to')
        return 'its server holds a listener for each client, as a descriptor: `!arrow NAME/CLIENT`';
      return 'to' in arrow
        ? "its client holds it as a descriptor, or in 'sockets'"
        : "its client holds it as a descriptor, or in the list 'services'";
    case 'outside':
      return "its client holds it as a host of a network: 'network: { hosts: [!arrow …] }' or '!network [!arrow …]'";
  }
}
