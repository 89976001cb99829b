import { rulesStates } from '../policy/live.ts';
import type { CommandOptions } from '../resources/constructors.ts';
import { type Option, oneOfNames, type ParsedOptions, UsageError } from './options.ts';

/** The options that state rules about files. */
export const ruleOptions: readonly Option[] = [
  {
    name: '--hide',
    value: 'PATTERN',
    repeat: true,
    bytes: true,
    help: "Hide files that match, also those that are made later: '**/.env', 'secrets/**'.",
  },
  {
    name: '--append',
    value: 'PATTERN',
    repeat: true,
    bytes: true,
    help: "Let files that match grow at their end only: '**/*.log'.",
  },
  {
    name: '--rule',
    value: 'RULE',
    repeat: true,
    bytes: true,
    help: "A rule of any kind: 'deny write,create .git/**', 'mask secrets.json', 'log exec **'.\nRules are read from top to bottom, those of --rule, --hide, --append and --policy in this\norder, and the first one that matches decides.",
  },
  {
    name: '--policy',
    value: 'FILE',
    repeat: true,
    bytes: true,
    help: 'Rules out of a file, one a line.',
  },
  {
    name: '--crash-guard',
    value: 'N/TIME[/PAUSE]',
    help: 'Let an executable that crashed N times in TIME not start for PAUSE, which is as long as TIME when\nleft out: 3/10s/1min.',
  },
  {
    name: '--rules-state',
    value: 'STATE',
    help: 'The changes that rules take while the program runs: open (any), exec (any, of the program by\nits first process alone), drop (narrower ones), sealed (none, the default).',
  },
];

/** Reads the rules of the options, as `command()` takes them. */
export function ruleGrantsOf(
  given: ParsedOptions,
): Pick<CommandOptions, 'rules' | 'policy' | 'rulesState' | 'crashGuard'> {
  const rules = [
    ...given.all('--rule'),
    ...given.all('--hide').map((pattern) => `hide ${asWord(pattern)}`),
    ...given.all('--append').map((pattern) => `append ${asWord(pattern)}`),
  ];
  const policy = given.all('--policy');
  const rulesState = oneOfNames('--rules-state', given.get('--rules-state'), rulesStates);
  const guard = given.get('--crash-guard');
  return {
    ...(guard !== undefined && { crashGuard: crashGuardOf(guard) }),
    ...(rules.length > 0 && { rules }),
    ...(policy.length > 0 && { policy }),
    ...(rulesState !== undefined && { rulesState }),
  };
}

function crashGuardOf(text: string): NonNullable<CommandOptions['crashGuard']> {
  const [, crashes, within, pause] = /^(\d{1,9})\/([^/]+)(?:\/([^/]+))?$/.exec(text) ?? [];
  if (crashes === undefined || within === undefined)
    throw new UsageError(`--crash-guard takes N/TIME or N/TIME/PAUSE, such as 3/10s/1min, not '${text}'`);
  return { crashes: Number(crashes), within, ...(pause !== undefined && { pause }) };
}

/** Writes a pattern as one word of a rule. */
function asWord(pattern: string): string {
  const word = pattern.replace(/\\.|[ \t]/gs, (piece) => (piece.length === 1 ? `\\${piece}` : piece));
  return /^(?:#|with$|for$)/.test(word) ? `\\${word}` : word;
}
