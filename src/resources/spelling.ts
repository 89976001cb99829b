/**
 * The spelling of a resource's arguments: keys of a document (`reuse_address`) or of an object (`reuseAddress`), or
 * options.
 */
export type Spelling = 'document' | 'object' | 'options';

/** The option of `cloudabi exec` for each key of a command whose name is another. */
const options: ReadonlyMap<string, string> = new Map([
  ['environment', '--env'],
  ['env_file', '--env-file'],
  ['directories', '--read'],
  ['files', '--read'],
  ['sockets', '--socket'],
  ['ssh_agent', '--ssh-agent'],
  ['services', '--service'],
  ['limits', '--limit'],
  ['working_directory', '--chdir'],
  ['descriptors', '--listen'],
  ['listen_fds', '--listen'],
  ['system_calls', '--allow-calls'],
  ['executables', '--executables'],
  ['include', '--profile'],
  ['rules', '--rule'],
  ['hosts', '--net'],
  ['except', '--net-except'],
  ['resolver', '--net-resolver'],
  ['stdin', '--no-stdin'],
  ['stdout', '--no-stdout'],
  ['stderr', '--no-stderr'],
  ...[
    'base',
    'home',
    'user',
    'policy',
    'network',
    'connect',
    'bind',
    'publish',
    'tmp',
    'dev',
    'proc',
    'terminal',
  ].map((key): [string, string] => [key, `--${key}`]),
]);

/** `reuse_address` as the person spells it. */
export function spell(key: string, spelling: Spelling): string {
  if (spelling === 'options') return options.get(key) ?? key;
  if (spelling === 'document' || !key.includes('_')) return key;
  return key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** A key of a command with its value, as the person spells it: `network: host`, `--network host`. */
export function spellSetting(key: string, value: string, spelling: Spelling): string {
  return spelling === 'options' ? `${spell(key, spelling)} ${value}` : `${spell(key, spelling)}: ${value}`;
}

/** The remedy of granting a path under a key of a command: `grant it in 'directories'`, `grant it with --read`. */
export function grantIn(key: 'directories' | 'files', spelling: Spelling): string {
  return spelling === 'options' ? `grant it with ${spell(key, spelling)}` : `grant it in '${key}'`;
}

/** A key as messages begin with it: `Key 'listen_fds'`, `Option '--listen'`. */
export function callKey(key: string, spelling: Spelling): string {
  return `${spelling === 'options' && options.has(key) ? 'Option' : 'Key'} '${spell(key, spelling)}'`;
}

/** The name of a limit as the person spells it; on the command line, that is as in a document. */
export function spellLimit(name: string, spelling: Spelling): string {
  return spell(name, spelling === 'options' ? 'document' : spelling);
}
