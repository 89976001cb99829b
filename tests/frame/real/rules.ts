/** Rules about names that programs use, and about others beside them, as options. */
export const RULES: readonly string[] = [
  ...['--hide', '**/.env', '--hide', '*.key', '--hide', '**/secrets/**', '--hide', '**/id_rsa'],
  ...['--append', 'audit/**', '--append', '*.audit', '--hide', '**/.aws/**', '--rule', 'log write *.lock'],
  ...['--rule', 'deny(EPERM) change .git/hooks/**', '--rule', 'deny(EPERM) change kept'],
];
