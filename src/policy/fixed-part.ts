import type { Pattern } from './pattern.ts';

/** The part of an absolute pattern before its first name that is not plain: `/p` of `/p/*.log`. */
export function fixedPart(pattern: Pattern): string {
  const names = pattern.slice(1).split('/');
  const end = names.findIndex((name) => /[\\*?[\]{},]/.test(name));
  return `/${names.slice(0, end < 0 ? names.length : end).join('/')}`;
}
