import type { YamlNode, YamlSpan } from '../../argdata/yaml.ts';

/** A text as a node. */
export function str(value: string, span: YamlSpan): Extract<YamlNode, { kind: 'str' }> {
  return { kind: 'str', value, span };
}

/** A map as a node. */
export function mapNode(
  entries: readonly (readonly [string, YamlNode])[],
  span: YamlSpan,
): Extract<YamlNode, { kind: 'map' }> {
  return { kind: 'map', entries: entries.map(([key, value]) => ({ key: str(key, span), value })), span };
}

/** A tag with its contents as a node. */
export function tagged(
  tag: string,
  content: Exclude<YamlNode, { kind: 'tagged' }>,
  span: YamlSpan,
): YamlNode {
  return { kind: 'tagged', tag, content, span };
}
