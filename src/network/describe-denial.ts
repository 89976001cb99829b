import { formatAddress } from './address.ts';
import { printException, printPorts, printRule } from './print-rule.ts';
import type { Denial, Remedy } from './verdict.ts';

/** Says in a clause why an attempt was refused: `no rule grants it`. */
export function describeDenial(denial: Denial): string {
  switch (denial.kind) {
    case 'no-rule':
      return 'no rule grants it';
    case 'other-port':
      return `the rule ${printRule(denial.rule)} grants only ${nameProtocol(denial.rule.protocol)} ${plural(denial.rule)} ${printPorts(denial.rule.ports)}`;
    case 'excepted': {
      const through =
        denial.address === undefined ? '' : ` (its address is ${formatAddress(denial.address)})`;
      return `${printException(denial.exception)} is excepted${through}`;
    }
    case 'class':
      return `its address ${formatAddress(denial.address)} is ${classWords[denial.class]}`;
    case 'stale':
      return 'the address stands for no name now; the name must be looked up again';
    case 'unknown-name':
      return 'the name has no address';
    case 'request':
    case 'unreachable':
      return denial.reason;
    case 'limit':
      return `the limit '${denial.limit}' was reached`;
  }
}

const classWords = {
  public: 'public',
  private: 'private, and no rule grants that address',
  loopback: "the host's own, and no rule grants that address",
  'link-local': 'link-local, and no rule grants that address',
  metadata: 'a metadata service, and no rule grants that address',
  multicast: 'a multicast address',
  reserved: 'reserved for special purposes',
} as const;

/** Writes the grant that would allow an attempt, as an option: `--net NAME:443`; `undefined` if nothing would. */
export function remedyOption(remedy: Remedy): string | undefined {
  switch (remedy.kind) {
    case 'rule':
      return `--net ${shellWord(printRule(remedy.rule))}`;
    case 'drop-exception':
      return `without --net-except ${shellWord(printException(remedy.exception))}`;
    case 'methods':
      return `--net ${shellWord(`${remedy.methods.join(',')} ${remedy.host}`)}`;
    case 'ssh-key':
      return `--ssh-agent ${remedy.fingerprint}`;
    case 'request':
      return remedyYaml(remedy);
    case 'none':
      return undefined;
  }
}

/** Writes the grant that would allow an attempt, as a line of YAML: `network: { hosts: [NAME:443] }`. */
export function remedyYaml(remedy: Remedy): string | undefined {
  switch (remedy.kind) {
    case 'rule':
      return `network: { hosts: [${yamlWord(printRule(remedy.rule))}] }`;
    case 'drop-exception':
      return `network: without ${yamlWord(printException(remedy.exception))} in except`;
    case 'methods':
      return `network: { hosts: [${yamlWord(`${remedy.methods.join(',')} ${remedy.host}`)}] }`;
    case 'ssh-key':
      return `ssh_agent: ['${remedy.fingerprint}']`;
    case 'request':
      return `network: { hosts: [{ host: ${yamlWord(remedy.host)}, ${remedy.key}: ${remedy.value} }] }`;
    case 'none':
      return undefined;
  }
}

function nameProtocol(protocol: 'tcp' | 'udp'): string {
  return protocol === 'tcp' ? 'TCP' : 'UDP';
}

function plural({
  ports: [first, ...rest],
}: {
  readonly ports: readonly { first: number; last: number }[];
}): string {
  return rest.length === 0 && first?.first === first?.last ? 'port' : 'ports';
}

/** Rules with brackets, stars or spaces mean something to a shell. */
function shellWord(text: string): string {
  return /[[\]*\s]/.test(text) ? `'${text}'` : text;
}

/** Rules with brackets, stars or commas mean something to YAML. */
function yamlWord(text: string): string {
  return /^[*[]|,/.test(text) ? `'${text}'` : text;
}
