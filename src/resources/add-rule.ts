import { parseYaml, type YamlNode, yamlEntry } from '../argdata/yaml.ts';
import { shapeOfDocument } from './add-host.ts';
import { COMMAND_TAG } from './reader.ts';

/**
 * Adds a rule about files to the `rules` of a document, before the first one with a certain text: comments, order and spelling
 * of all else stay.
 *
 * @param rule One line, without characters that are not shown.
 * @returns `undefined` where there is no such rule, or the text would mean something else.
 */
export function addRule(text: string, rule: string, before: string): string | undefined {
  try {
    const tree = parseYaml(text, { file: 'the document' });
    const rules = rulesIn(tree);
    const index = rules?.items.findIndex((item) => item.kind === 'str' && item.value === before) ?? -1;
    const asking = rules?.items[index];
    if (rules === undefined || asking === undefined) return undefined;
    const changed = insert(text, rules, asking, quotedInYaml(rule));
    const after = changed === undefined ? undefined : parseYaml(changed, { file: 'the document' });
    const added = after && rulesIn(after)?.items[index];
    if (after === undefined || added?.kind !== 'str' || added.value !== rule) return undefined;
    return shapeOfDocument(after, added) === shapeOfDocument(tree, undefined) ? changed : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a text of one line in quotes of YAML in which a backslash is itself. */
export function quotedInYaml(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

type Sequence = Extract<YamlNode, { kind: 'seq' }>;

function rulesIn(node: YamlNode): Sequence | undefined {
  if (node.kind !== 'tagged' || node.tag !== COMMAND_TAG || node.content.kind !== 'map') return undefined;
  const rules = yamlEntry(node.content, 'rules')?.value;
  return rules?.kind === 'seq' ? rules : undefined;
}

function insert(text: string, { span }: Sequence, item: YamlNode, written: string): string | undefined {
  const at = item.span.offset;
  if (text[span.offset] === '[') return `${text.slice(0, at)}${written}, ${text.slice(at)}`;
  const line = text.lastIndexOf('\n', at - 1) + 1;
  const [, lead] = /^( *- +)$/.exec(text.slice(line, at)) ?? [];
  return lead === undefined ? undefined : `${text.slice(0, line)}${lead}${written}\n${text.slice(line)}`;
}
