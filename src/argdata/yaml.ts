// The YAML side of argdata. Apart from the codec, so that only readers of YAML load the parser.
export { MAX_EXPANSION, TAG_PREFIX } from './yaml-build.ts';
export { YamlError, type YamlErrorCode, type YamlSource, type YamlSpan } from './yaml-error.ts';
export { fdOfTag } from './yaml-fd.ts';
export {
  type YamlEntry,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
  type YamlSeq,
  type YamlTagged,
  yamlEntry,
  yamlToArgdata,
} from './yaml-node.ts';
export { MAX_YAML_LENGTH, parseYaml, type YamlOptions } from './yaml-parse.ts';
export { printYaml } from './yaml-print.ts';
