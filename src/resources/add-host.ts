import { parseYaml, type YamlMap, type YamlNode, yamlEntry } from '../argdata/yaml.ts';
import { COMMAND_TAG } from './reader.ts';

/** Rules that are plain texts in YAML, also within brackets. */
const PLAIN = /^[a-z][a-z0-9.-]*:[0-9]+(?:-[0-9]+)?(?:\/udp)?$/;

/**
 * Adds a rule to the hosts of a document, as text: comments, order and spelling of all else stay.
 *
 * @returns `undefined` where there is no list of hosts that stands by itself, or the text would mean something else.
 */
export function addHost(text: string, rule: string): string | undefined {
  try {
    const before = parseYaml(text, { file: 'the document' });
    const hosts = hostsIn(before);
    if (hosts === undefined) return undefined;
    const changed = insert(text, hosts, PLAIN.test(rule) ? rule : `'${rule}'`);
    const after = changed === undefined ? undefined : parseYaml(changed, { file: 'the document' });
    const list = after && hostsIn(after);
    const last = list?.items.at(-1);
    if (after === undefined || list === undefined || last?.kind !== 'str' || last.value !== rule)
      return undefined;
    return shapeOfDocument(after, last) === shapeOfDocument(before, undefined) ? changed : undefined;
  } catch {
    return undefined;
  }
}

type Sequence = Extract<YamlNode, { kind: 'seq' }>;

/** Finds the list of hosts of a command, or of the only network in a tree. */
function hostsIn(node: YamlNode): Sequence | undefined {
  const maps: YamlMap[] = [];
  if (node.kind === 'tagged' && node.tag === COMMAND_TAG && node.content.kind === 'map') {
    const network = yamlEntry(node.content, 'network')?.value;
    if (network?.kind === 'map') maps.push(network);
  } else collectNetworks(node, maps);
  const [only, ...others] = maps;
  const hosts = only && others.length === 0 ? yamlEntry(only, 'hosts')?.value : undefined;
  return hosts?.kind === 'seq' ? hosts : undefined;
}

function collectNetworks(node: YamlNode, found: YamlMap[]): void {
  if (node.kind === 'tagged') {
    if (node.tag === 'network' && node.content.kind === 'map') found.push(node.content);
    else collectNetworks(node.content, found);
  } else if (node.kind === 'seq') for (const item of node.items) collectNetworks(item, found);
  else if (node.kind === 'map') for (const { value } of node.entries) collectNetworks(value, found);
}

function insert(text: string, { items, span }: Sequence, item: string): string | undefined {
  const last = items.at(-1);
  if (text[span.offset] === '[') {
    const at = span.end - 1;
    return text[at] === ']'
      ? `${text.slice(0, at)}${last === undefined ? '' : ', '}${item}${text.slice(at)}`
      : undefined;
  }
  if (text[span.offset] !== '-' || last === undefined) return undefined;
  let end = last.span.end;
  while (end > 0 && text[end - 1] === '\n') end--;
  const next = text.indexOf('\n', end);
  const at = next < 0 ? text.length : next;
  return `${text.slice(0, at)}\n${' '.repeat(span.column - 1)}- ${item}${text.slice(at)}`;
}

/** Writes a tree as a text that is the same for the same meaning; one node is left out. */
export function shapeOfDocument(node: YamlNode, without: YamlNode | undefined): string {
  switch (node.kind) {
    case 'tagged':
      return `!${node.tag} ${shapeOfDocument(node.content, without)}`;
    case 'seq':
      return `[${node.items
        .filter((item) => item !== without)
        .map((item) => shapeOfDocument(item, without))
        .join(',')}]`;
    case 'map':
      return `{${node.entries.map(({ key, value }) => `${shapeOfDocument(key, without)}:${shapeOfDocument(value, without)}`).join(',')}}`;
    default:
      return JSON.stringify([node.kind, String(node.value)]);
  }
}
