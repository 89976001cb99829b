import { LOOPBACK_ADDRESSES } from '../address.ts';
import { decideLookup } from '../decide.ts';
import { isLocalhost } from '../name.ts';
import type { NetworkRules } from '../rule.ts';
import type { SyntheticTable } from '../synthetic.ts';
import type { RefusedAttempt } from '../verdict.ts';
import {
  type DnsAnswer,
  type DnsQuery,
  type DnsRecord,
  RecordClass,
  RecordType,
  ResponseCode,
} from './message.ts';
import { addressOfReverseName } from './reverse.ts';

/** The answer of a program's resolver; with the refusal if the name is not granted. */
export type Answered = {
  readonly answer: DnsAnswer;
  readonly refused?: RefusedAttempt & { readonly name: string };
};

/** Seconds for which programs may keep an answer: what stands for what may change when the grant does. */
const TTL = 1;

/**
 * Answers a question. A name that could be granted has one address of each family, which stand for it from now on;
 * other types of records have no data. Any other name does not exist. Nothing is asked of the network.
 */
export function answerQuery(query: DnsQuery, rules: NetworkRules, table: SyntheticTable): Answered {
  const { name, type } = query;
  if (query.edns !== undefined && query.edns.version > 0) return { answer: empty(ResponseCode.BADVERS) };
  if (query.class !== RecordClass.IN && query.class !== RecordClass.ANY)
    return { answer: empty(ResponseCode.REFUSED) };
  if (name === undefined) return { answer: empty(ResponseCode.NXDOMAIN) };
  if (name.endsWith('.arpa')) return { answer: reverse(name, type, table) };
  const verdict = decideLookup(rules, name);
  if (verdict.kind === 'refused' && isServiceOf(rules, name)) return { answer: empty(ResponseCode.NXDOMAIN) };
  if (verdict.kind === 'refused')
    return { answer: empty(ResponseCode.NXDOMAIN), refused: { ...verdict, name } };
  if (!wants(type, RecordType.A) && !wants(type, RecordType.AAAA))
    return { answer: empty(ResponseCode.NOERROR) };
  const addresses = isLocalhost(name) ? LOOPBACK_ADDRESSES : Object.values(table.addressesOf(name));
  const records = addresses
    .filter(({ family }) => wants(type, family === 'ipv4' ? RecordType.A : RecordType.AAAA))
    .map((address): DnsRecord => ({ type: 'address', address }));
  return { answer: { code: ResponseCode.NOERROR, records, ttl: TTL } };
}

/**
 * Tells whether a name is about a service of a granted host, such as `_8443._https.www.example.org` (RFC 8552, RFC 9460).
 * Clients ask for it on their own, and go on without.
 */
function isServiceOf(rules: NetworkRules, name: string): boolean {
  const host = name.replace(/^(?:_[^.]*\.)+/, '');
  return host !== name && decideLookup(rules, host).kind !== 'refused';
}

function reverse(name: string, type: number, table: SyntheticTable): DnsAnswer {
  const address = addressOfReverseName(name);
  const found = address && table.nameOf(address);
  if (found === undefined) return empty(ResponseCode.NXDOMAIN);
  const records: DnsRecord[] = wants(type, RecordType.PTR) ? [{ type: 'name', name: found }] : [];
  return { code: ResponseCode.NOERROR, records, ttl: TTL };
}

function wants(type: number, wanted: number): boolean {
  return type === wanted || type === RecordType.ANY;
}

function empty(code: ResponseCode): DnsAnswer {
  return { code, records: [], ttl: TTL };
}
