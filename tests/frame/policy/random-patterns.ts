/** A generator of pseudo-random numbers below a bound; the same seed gives the same numbers (xorshift32). */
export function numbersFrom(seed: number): (below: number) => number {
  let state = (seed >>> 0) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Below = (below: number) => number;

const letters = ['a', 'b', 'c', '.', 'é', '\\x61', '\\*', '-'];
const sets = ['[ab]', '[!a]', '[a-c]', '[]b]', '[^.]', '[!]]'];

function choose<T>(from: readonly T[], below: Below): T {
  const found = from[below(from.length)];
  if (found === undefined) throw new Error('There is nothing to choose from');
  return found;
}

function nameOf(below: Below, braces: boolean): string {
  let name = '';
  const length = 1 + below(3);
  for (let index = 0; index < length; index++) {
    const kind = below(12);
    if (kind < 6) name += choose(letters, below);
    else if (kind < 8 && !name.endsWith('*')) name += '*';
    else if (kind === 8) name += '?';
    else if (kind === 9) name += choose(sets, below);
    else if (kind === 10 && braces && !name.endsWith('*'))
      name += `{${plain(below)},${nameOf(below, false)}x,${plain(below)}}`;
    else name += 'b';
  }
  return name.includes('**') || /^\.{1,2}$/.test(name) ? 'a*' : name;
}

function plain(below: Below): string {
  return choose(['a', 'bc', 'c.', 'b/c', 'ab'], below);
}

/** A pattern over few letters, so that many paths match. */
export function randomPattern(below: Below): string {
  const names: string[] = [];
  const length = 1 + below(4);
  for (let index = 0; index < length; index++) names.push(below(5) === 0 ? '**' : nameOf(below, true));
  return `/${names.join('/')}`;
}

/** A path over the same letters, each character a byte. */
export function randomPath(below: Below): string {
  const names: string[] = [];
  const length = below(5);
  for (let index = 0; index < length; index++) {
    let name = '';
    const size = 1 + below(4);
    for (let at = 0; at < size; at++)
      name += choose(['a', 'b', 'c', '.', '\xc3\xa9', '*', '-', ']', 'x'], below);
    names.push(name);
  }
  return `/${names.join('/')}`;
}
