import { resolve } from 'node:path';
import { parseException, parseRule } from '../network/parse-rule.ts';
import type { Parsed } from '../network/parsed.ts';
import { type NetworkException, type NetworkRule, protocols } from '../network/rule.ts';
import { printable } from '../text/printable.ts';
import { Fields, type ReadContext } from './fields.ts';
import { placeWithin } from './position.ts';
import { onlyMethods, type RequestGrant, readRequests, requestKeys } from './request-grant.ts';
import { nameWritten, textIn, type Written } from './written.ts';

/** The keys of a rule that is written as a map. */
const keys = ['host', 'ports', 'protocol'];

/** The key of a rule whose host is a UNIX socket of the launcher's host. */
const SOCKET = 'socket';

/** A rule of hosts, and its limits on requests where it speaks of them. */
export type GrantedHost = {
  readonly rule: NetworkRule;
  readonly requests: RequestGrant | undefined;
  /** Absolute path of the UNIX socket that stands for the host; `undefined` for one that is looked up. */
  readonly socket: string | undefined;
};

const METHODS = /^([A-Z][A-Z-]*(?:,[A-Z][A-Z-]*)*) +(?=\S)/;

/**
 * Splits a rule that is a text into methods and the rest: `GET,HEAD registry.example.org:443`.
 *
 * @returns The index at which the rest begins, and the methods; `undefined` for all methods.
 */
export function splitMethods(text: string): {
  readonly from: number;
  readonly methods: readonly string[] | undefined;
} {
  const [prefix = '', methods] = METHODS.exec(text) ?? [];
  return { from: prefix.length, methods: methods?.split(',') };
}

/** Reads a rule: a text, or a map with its parts. */
export function readRule(written: Written, list: Fields, context: ReadContext): GrantedHost | undefined {
  if (written.kind === 'map') {
    const fields = fieldsOf('hosts', written, list, context, [...keys, SOCKET, ...requestKeys]);
    const requests = fields && readRequests(fields, context);
    const socket = fields?.text(SOCKET);
    const text = fields && textOfMap('hosts', fields);
    const rule =
      text === undefined ? undefined : parse('hosts', { text, written, from: 0 }, list, context, parseRule);
    const at = socket === undefined ? undefined : resolve(context.directory, socket);
    return rule && checked({ rule, requests, socket: at }, fields, list, context);
  }
  const text = textOf('hosts', written, list, context);
  if (text === undefined) return undefined;
  const { from, methods } = splitMethods(text);
  const rest = { text: text.slice(from), written, from };
  const rule = parse('hosts', rest, list, context, parseRule);
  if (rule === undefined) return undefined;
  if (methods === undefined) return { rule, requests: undefined, socket: undefined };
  return checked({ rule, requests: onlyMethods(methods), socket: undefined }, undefined, list, context);
}

/** Requests are those of HTTP over TCP, to a server that has a name. */
function checked(
  host: GrantedHost,
  fields: Fields | undefined,
  list: Fields,
  { mistakes }: ReadContext,
): GrantedHost | undefined {
  const { rule, requests, socket } = host;
  const wrong = (message: string): undefined => {
    mistakes.add(message, fields?.at('host') ?? list.at('hosts'));
  };
  if (socket !== undefined && requests !== undefined)
    return wrong(`A rule with '${SOCKET}' has no limits on requests`);
  if (socket !== undefined && (rule.host.kind !== 'name' || rule.protocol !== 'tcp'))
    return wrong(`A rule with '${SOCKET}' gives the socket one name, and is for tcp`);
  if (requests === undefined) return host;
  if (rule.protocol !== 'tcp')
    return wrong('A rule with limits on requests is for tcp: HTTP over QUIC is not read');
  if (rule.host.kind === 'prefix' || rule.host.kind === 'class')
    return wrong('A rule with limits on requests names its host: certificates are made for names');
  const [only] = rule.ports;
  if (
    requests.at !== undefined &&
    (rule.ports.length !== 1 ||
      only?.first !== only?.last ||
      rule.host.kind === 'labels' ||
      rule.host.kind === 'one-label')
  )
    return wrong(`A rule with '${list.spell('at')}' names one host and one port`);
  return host;
}

/** Reads an exception: a text, or a map, of which `ports` may be left out. */
export function readException(
  written: Written,
  list: Fields,
  context: ReadContext,
): NetworkException | undefined {
  const fields = written.kind === 'map' ? fieldsOf('except', written, list, context, keys) : undefined;
  const text =
    written.kind === 'map' ? fields && textOfMap('except', fields) : textOf('except', written, list, context);
  return text === undefined
    ? undefined
    : parse('except', { text, written, from: 0 }, list, context, parseException);
}

/** A text to be parsed, and its place within the whole. */
type RuleText = { readonly text: string; readonly written: Written; readonly from: number };

function parse<Rule>(
  key: 'hosts' | 'except',
  { text, written, from }: RuleText,
  list: Fields,
  context: ReadContext,
  read: (text: string) => Parsed<Rule>,
): Rule | undefined {
  const parsed = read(text);
  if (!parsed.problem) return parsed.value;
  const { message } = parsed.problem;
  const { mistakes, spelling } = context;
  const { position } = written;
  if (spelling === 'options')
    mistakes.add(`${message}\n${excerptOf(`${list.spell(key)} `, text, parsed.problem)}`, undefined);
  else if (position === undefined)
    mistakes.add(`Rule '${printable(text, 80)}' of '${list.spell(key)}': ${message}`, undefined);
  else {
    const { start, end } = parsed.problem;
    const within = { start: start + from, end: end + from };
    mistakes.add(
      message,
      written.kind === 'scalar' ? placeWithin(position, `${' '.repeat(from)}${text}`, within) : position,
    );
  }
  return undefined;
}

/** The words of the command line with carets below mistakes. */
function excerptOf(
  before: string,
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): string {
  const shown = printable(text, 80);
  const from = Math.min(start, shown.length);
  const carets = '^'.repeat(Math.max(Math.min(end, shown.length) - from, 1));
  return `  ${before}${shown}\n  ${' '.repeat(before.length + from)}${carets}`;
}

function textOf(
  key: 'hosts' | 'except',
  written: Written,
  list: Fields,
  { mistakes }: ReadContext,
): string | undefined {
  const text = textIn(written);
  if (text !== undefined) return text;
  if (written.kind !== 'broken')
    mistakes.add(
      `A rule is a string such as 'registry.example.org:443', or a map with '${keys.join("', '")}', not ${nameWritten(written)}`,
      written.position ?? list.at(key),
    );
  return undefined;
}

function fieldsOf(
  key: 'hosts' | 'except',
  written: Written,
  list: Fields,
  context: ReadContext,
  allowed: readonly string[],
): Fields | undefined {
  const subject = `'${list.spell(key)}'`;
  return Fields.read(written, allowed, { ...context, subject, position: written.position ?? list.at(key) });
}

/** Puts the text of a rule that is a map together, so that both are read in one way. */
function textOfMap(key: 'hosts' | 'except', fields: Fields): string | undefined {
  const host = fields.has('host')
    ? fields.text('host')
    : fields.missing('host', "such as 'registry.example.org'");
  const protocol = fields.choice('protocol', protocols);
  // A host may bring its ports, as in a rule that is a text.
  if (host !== undefined && !fields.has('ports') && /:[\d,-]+$/.test(host) && protocol === undefined)
    return host;
  const ports = portsOf(fields);
  if (key === 'hosts' && !fields.has('ports')) fields.missing('ports', 'such as 443');
  if (host === undefined || (key === 'hosts' && ports === undefined)) return undefined;
  return `${host}${ports === undefined ? '' : `:${ports}`}${protocol === undefined ? '' : `/${protocol}`}`;
}

/** The ports of a map: a number, a text as in a rule, or a list of these. */
function portsOf(fields: Fields): string | undefined {
  const written = fields.get('ports');
  if (written === undefined) return undefined;
  const items = written.kind === 'seq' ? written.items : [written];
  const texts = items.map((item) => (item.kind === 'scalar' ? item.value : undefined));
  if (
    texts.length > 0 &&
    texts.every((text) => typeof text === 'number' || (typeof text === 'string' && text !== ''))
  )
    return texts.join(',');
  return fields.expected('ports', 'a port, a range such as 8000-8010, or a list of these', written);
}
