import type { YamlNode } from '../../argdata/yaml.ts';

/** Strings that mean the same without quotes, also for a reader of YAML 1.1. */
const PLAIN = /^[a-z_/][\w./:-]*$/i;
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;

/** Prints grants as the text of a document. Maps and lists stand in blocks, so that people can read it in a ConfigMap. */
export function printNode(node: YamlNode): string {
  return `${block(node, 0)}\n`;
}

function block(node: YamlNode, depth: number): string {
  const indent = '  '.repeat(depth);
  switch (node.kind) {
    case 'tagged': {
      const { content } = node;
      const inner = block(content, depth);
      if (isEmpty(content)) return `!${node.tag} ${inner}`;
      return content.kind === 'map' || content.kind === 'seq'
        ? `!${node.tag}\n${indent}${inner}`
        : `!${node.tag} ${inner}`;
    }
    case 'map':
      if (node.entries.length === 0) return '{}';
      return node.entries
        .map(({ key, value }) => `${block(key, 0)}:${behind(value, depth)}`)
        .join(`\n${indent}`);
    case 'seq':
      if (node.items.length === 0) return '[]';
      return node.items.map((item) => `- ${block(item, depth + 1)}`).join(`\n${indent}`);
    case 'str':
      return PLAIN.test(node.value) && !WORDS.test(node.value) && !node.value.endsWith(':')
        ? node.value
        : JSON.stringify(node.value);
    case 'float':
      return typeof node.value === 'number' ? `${node.value}` : `${node.value.value}`;
    case 'binary':
      return `!!binary ${JSON.stringify(Buffer.from(node.value).toString('base64'))}`;
    case 'null':
      return 'null';
    default:
      return String(node.value);
  }
}

/** A value behind its key: maps and lists begin on the next line, a tag stays in the line of the key. */
function behind(value: YamlNode, depth: number): string {
  const content = value.kind === 'tagged' ? value.content : value;
  const text = block(value, depth + 1);
  const isBlock = (content.kind === 'map' || content.kind === 'seq') && !isEmpty(content);
  if (!isBlock || value.kind === 'tagged') return ` ${text}`;
  return `\n${'  '.repeat(depth + 1)}${text}`;
}

function isEmpty(node: YamlNode): boolean {
  if (node.kind === 'map') return node.entries.length === 0;
  return node.kind === 'seq' && node.items.length === 0;
}
