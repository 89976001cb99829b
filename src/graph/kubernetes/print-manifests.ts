import type { ClusterObject, JsonValue } from './objects.ts';

/** Strings that mean the same without quotes. */
const PLAIN = /^[a-zA-Z_/][\w./-]*$/;
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;

/** Prints objects as documents of YAML, as `kubectl apply` takes them. */
export function printManifests(manifests: readonly ClusterObject[]): string {
  return manifests.map((manifest) => `---\n${block(manifest, 0)}\n`).join('');
}

function block(value: JsonValue, depth: number): string {
  const indent = '  '.repeat(depth);
  if (typeof value === 'string') return text(value, depth);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isList(value)) {
    if (value.length === 0) return '[]';
    return value.map((item) => `- ${block(item, depth + 1)}`).join(`\n${indent}`);
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return entries.map(([key, item]) => `${text(key, 0)}:${behind(item, depth)}`).join(`\n${indent}`);
}

function behind(value: JsonValue, depth: number): string {
  const nested = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return nested ? `\n${'  '.repeat(depth + 1)}${block(value, depth + 1)}` : ` ${block(value, depth + 1)}`;
}

/** Text of several lines stands in a block, if it has no other white space than line ends and spaces. */
function text(value: string, depth: number): string {
  if (PLAIN.test(value) && !WORDS.test(value)) return value;
  if (!/^[\x21-\x7e](?:[\n\x20-\x7e]*[\x21-\x7e])?\n$/.test(value)) return JSON.stringify(value);
  const indent = '  '.repeat(depth);
  return `|\n${value
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `${indent}${line}`))
    .join('\n')}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
