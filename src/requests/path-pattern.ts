/** A pattern of paths of requests, such as `/v1/messages`, `/v1/*` (one segment) or `/packages/**` (any number). */
export type PathPattern = string & { readonly __brand: 'PathPattern' };

const UNRESERVED = /[A-Za-z0-9._~-]/;
/** Characters of a path (RFC 3986, section 3.3) that are not percent-encoded. */
const PLAIN = /^[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/;

/**
 * Reads a pattern of paths.
 *
 * @throws RangeError for a text that is no absolute path, or has `**` as a part of a segment.
 */
export function pathPattern(text: string): PathPattern {
  if (!text.startsWith('/')) throw new RangeError(`A path pattern begins with '/', unlike '${text}'`);
  const segments = text.slice(1).split('/');
  if (segments.some((segment) => segment.includes('**') && segment !== '**'))
    throw new RangeError(`'**' stands for whole segments of a path, unlike in '${text}'`);
  if (segmentsOf(text.replaceAll('*', 'x')) === undefined)
    throw new RangeError(`'${text}' has segments that no request path has`);
  return text as PathPattern;
}

/**
 * Splits the path of a request target into segments, with unreserved characters decoded, so that each path has one
 * spelling. A path that servers may read in two ways (encoded slashes and dots, backslashes, empty segments) has none.
 *
 * @returns `undefined` for a path that is ambiguous or malformed.
 */
export function segmentsOf(target: string): readonly string[] | undefined {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  if (!path.startsWith('/') || !PLAIN.test(path)) return undefined;
  const segments = path.slice(1).split('/');
  const decoded: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const plain = decodeUnreserved(segment);
    const last = index === segments.length - 1;
    if (plain === undefined || plain === '.' || plain === '..' || (plain === '' && !last)) return undefined;
    decoded.push(plain);
  }
  return decoded;
}

function decodeUnreserved(segment: string): string | undefined {
  let valid = true;
  const plain = segment.replace(/%(.{0,2})/g, (encoded, digits: string) => {
    if (!/^[0-9A-Fa-f]{2}$/.test(digits)) {
      valid = false;
      return encoded;
    }
    const code = Number.parseInt(digits, 16);
    const character = String.fromCharCode(code);
    // Slash, backslash, NUL and other controls: servers differ in what they make of them.
    if (code < 0x20 || code === 0x2f || code === 0x5c || code === 0x7f) valid = false;
    return UNRESERVED.test(character) ? character : encoded.toUpperCase();
  });
  return valid ? plain : undefined;
}

/** Tells whether a request target, of which the query does not count, matches a pattern. */
export function matchesPath(pattern: PathPattern, target: string): boolean {
  const segments = segmentsOf(target);
  return segments !== undefined && matchesSegments(pattern.slice(1).split('/'), segments);
}

/**
 * Tells whether a pattern matches every path that another one matches. Wildcards of the other are covered by wildcards alone,
 * so that a list of patterns is never said to cover what only several of them cover together.
 */
export function coversPath(outer: PathPattern, inner: PathPattern): boolean {
  return matchesSegments(outer.slice(1).split('/'), inner.slice(1).split('/'), coversSegment);
}

function coversSegment(outer: string, inner: string): boolean {
  if (inner === '**') return false;
  if (!outer.includes('*'))
    return !inner.includes('*') && decodeUnreserved(outer) === decodeUnreserved(inner);
  // A wildcard of the inner pattern is a character that no fixed part of the outer one has.
  return matchesSegment(outer, inner);
}

/** Compares from left to right and, at `**`, remembers where to take up again: time is at most the product of lengths. */
function matchesSegments(
  pattern: readonly string[],
  segments: readonly string[],
  matches: (pattern: string, segment: string) => boolean = matchesSegment,
): boolean {
  let at = 0;
  let next = 0;
  let resume: { readonly at: number; next: number } | undefined;
  while (next < segments.length) {
    const wanted = pattern[at];
    const segment = segments[next] ?? '';
    if (wanted === '**') {
      resume = { at: at + 1, next };
      at++;
    } else if (wanted !== undefined && matches(wanted, segment)) {
      at++;
      next++;
    } else if (resume !== undefined) {
      next = ++resume.next;
      at = resume.at;
    } else return false;
  }
  while (pattern[at] === '**') at++;
  return at === pattern.length;
}

function matchesSegment(pattern: string, segment: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return decodeUnreserved(pattern) === segment;
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (segment === '' || segment.length < first.length + last.length) return false;
  if (!segment.startsWith(first) || !segment.endsWith(last)) return false;
  let from = first.length;
  const end = segment.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = segment.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}
