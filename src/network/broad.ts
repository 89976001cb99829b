import { printHost } from './print-rule.ts';
import type { HostPattern, NetworkRule } from './rule.ts';

/** Second-level names under which countries register names, as in `co.uk`. */
const registered = new Set(['ac', 'co', 'com', 'edu', 'gov', 'net', 'or', 'org']);

/** Names under which a provider gives names to all its customers; some that are in wide use. */
const shared = new Set([
  'amazonaws.com',
  'appspot.com',
  'azurewebsites.net',
  'cloudfront.net',
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'netlify.app',
  'ngrok.io',
  'pages.dev',
  'run.app',
  's3.amazonaws.com',
  'vercel.app',
  'web.app',
  'workers.dev',
]);

/** Warns of the width of a rule for names, or about a class or prefix that holds more than it seems; for people. */
export function breadthOf({ host }: Pick<NetworkRule, 'host'>): string | undefined {
  switch (host.kind) {
    case 'one-label':
    case 'labels':
      return isOpen(host.suffix)
        ? `Names under ${host.suffix} are for all to have: ${printHost(host)} grants the servers of all of them`
        : undefined;
    case 'class':
      return host.name === 'metadata' ? 'Metadata services hand out keys of this machine' : undefined;
    default:
      return undefined;
  }
}

/** Tells whether names under a suffix are for all to have. */
function isOpen(suffix: string): boolean {
  const labels = suffix.split('.');
  const [first = '', last = ''] = labels;
  return (
    labels.length === 1 ||
    shared.has(suffix) ||
    (labels.length === 2 && last.length === 2 && registered.has(first))
  );
}

/** Notes the limits of a rule, and hosts that it only seems to grant; for people. */
export function notesOf({ host, protocol }: Pick<NetworkRule, 'host' | 'protocol'>): readonly string[] {
  const datagrams = protocol === 'udp' ? ['Answers come only from the address that was sent to'] : [];
  return [...hostNotes(host), ...datagrams];
}

function hostNotes(host: HostPattern): readonly string[] {
  switch (host.kind) {
    case 'name':
    case 'one-label':
    case 'labels':
      return [
        'Looked up when it connects; of its addresses, only public ones and those granted beside it are dialled',
      ];
    case 'localhost':
      return ["The host's own services trust clients that reach them from there"];
    case 'prefix':
      return host.prefix.bits < WIDE
        ? ['Only its public addresses: private, loopback and link-local ones are granted by their class']
        : [];
    case 'class':
      return host.name === 'public'
        ? ['Any name is looked up, and any server of the Internet is reached']
        : [];
  }
}

/** Shorter prefixes than this lie in no class but the public one. */
const WIDE = 7;
