import { matchesPath, type PathPattern, segmentsOf } from './path-pattern.ts';

/** The requests that a grant of an origin allows. A property that is left out limits nothing. */
export type RequestRule = {
  /** Methods (RFC 9110, section 9), in upper case; `GET` includes `HEAD`. */
  readonly methods?: readonly string[];
  readonly paths?: readonly PathPattern[];
  /** Headers that the relay sets in place of the program's: lower-case names and values. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Lower-case names of headers that the relay leaves out of requests. */
  readonly without?: readonly string[];
  /** Most bytes in the body of a request. */
  readonly maximumBody?: number;
  /** Requests that may begin within a time, in milliseconds. */
  readonly rate?: { readonly count: number; readonly within: number };
};

/** The part of a rule that would have to allow more. */
export type Lack = 'methods' | 'paths' | 'max_body' | 'rate';

/** The reason for refusing a request: its HTTP status (RFC 9110, section 15.5), and a sentence for the client. */
export type RequestRefusal = {
  readonly status: 403 | 413 | 421 | 429 | 501;
  readonly reason: string;
  /** `undefined` when no rule would allow it. */
  readonly lack: Lack | undefined;
};

/** Checks the method and target of a request; the relay checks bodies and rates while they come. */
export function checkRequest(rule: RequestRule, method: string, target: string): RequestRefusal | undefined {
  if (method === 'CONNECT') return { status: 501, reason: 'CONNECT is not forwarded', lack: undefined };
  // A target may name a host of its own, which servers prefer to `Host` (RFC 9112, section 3.2.2).
  if (!/^\/[^#]*$/.test(target) && !(method === 'OPTIONS' && target === '*'))
    return { status: 421, reason: 'the target of the request is no path', lack: undefined };
  if (!allowsMethod(rule, method))
    return {
      status: 403,
      reason: `the grant allows ${rule.methods?.join(', ')}, not ${method}`,
      lack: 'methods',
    };
  if (rule.paths === undefined) return undefined;
  if (segmentsOf(target) === undefined)
    return { status: 403, reason: 'servers may read this path in more than one way', lack: undefined };
  return rule.paths.some((pattern) => matchesPath(pattern, target))
    ? undefined
    : { status: 403, reason: `the grant allows the paths ${rule.paths.join(', ')}`, lack: 'paths' };
}

function allowsMethod({ methods }: RequestRule, method: string): boolean {
  return methods === undefined || methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
}

/** A count of the requests of one grant. */
export class RequestRate {
  readonly #rate: RequestRule['rate'];
  readonly #now: () => number;
  #tokens: number;
  #last: number;

  /** @param now The clock, in milliseconds. */
  constructor(rate: RequestRule['rate'], now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
    this.#tokens = rate?.count ?? 0;
    this.#last = now();
  }

  /** Takes one request out of the rest; false if none is left. */
  take(): boolean {
    if (this.#rate === undefined) return true;
    const { count, within } = this.#rate;
    const now = this.#now();
    this.#tokens = Math.min(count, this.#tokens + ((now - this.#last) * count) / within);
    this.#last = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
