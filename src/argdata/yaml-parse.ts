import { Composer, type CST, type Document, LineCounter, type ParsedNode, Parser } from 'yaml';
import { MAX_DEPTH } from './format.ts';
import { YamlBuilder } from './yaml-build.ts';
import { YamlError, type YamlErrorCode, type YamlSource, type YamlSpan } from './yaml-error.ts';
import type { YamlNode } from './yaml-node.ts';

/** The longest text that is parsed unless the caller says otherwise, in UTF-16 units. */
export const MAX_YAML_LENGTH = 0x100000;

/** Options for parsing a document. */
export interface YamlOptions {
  /** The name of the document in messages; by default `<yaml>`. */
  readonly file?: string;
  /** The longest text that is accepted, in UTF-16 units; by default {@link MAX_YAML_LENGTH}. */
  readonly maxLength?: number;
}

/**
 * Parses one YAML 1.2 document into a tree of nodes with their places. Nothing in it has an effect: tags
 * that are not YAML's own are kept as tagged nodes for the caller to judge.
 *
 * An empty document is null. Merge keys (`<<`) are refused, quoted they are keys like any other. Nesting
 * is limited to {@link MAX_DEPTH} levels, and what aliases stand for to {@link MAX_EXPANSION}.
 *
 * @throws {YamlError} at the first mistake.
 *
 * @example
 * ```ts
 * parseYaml('log: !fd stdout', { file: 'grants.yaml' });
 * ```
 */
export function parseYaml(
  text: string,
  { file = '<yaml>', maxLength = MAX_YAML_LENGTH }: YamlOptions = {},
): YamlNode {
  const lines = new LineCounter();
  const source: YamlSource = { file, text };
  const span = (offset: number, end: number): YamlSpan => {
    const { line, col } = lines.linePos(offset);
    return { source, offset, end: Math.max(offset, end), line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (text.length > maxLength) {
    const reason = `The document has ${text.length} characters, more than the ${maxLength} allowed`;
    throw new YamlError('too-large', reason, { source, offset: 0, end: 0, line: 1, column: 1 });
  }
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const tags = checkTokens(tokens, span);
  const document = compose(tokens, text.length, span);
  return new YamlBuilder(tags, span).build(document.contents);
}

/**
 * Checks nesting before anything recursive looks at the tokens, and that there is one document.
 *
 * @returns the tags of all nodes, in the order of the text.
 */
function checkTokens(tokens: readonly CST.Token[], span: SpanMaker): CST.SourceToken[] {
  const documents = tokens.filter((token) => token.type === 'document');
  if (documents[1] !== undefined) {
    const { offset } = documents[1];
    throw new YamlError(
      'more-than-one-document',
      'A second document starts here, only one is allowed',
      span(offset, offset + 3),
    );
  }
  const tags: CST.SourceToken[] = [];
  const rest: { readonly token: CST.Token; readonly depth: number }[] = [];
  const push = (list: readonly CST.Token[] | undefined, depth: number): void => {
    for (const token of list ?? []) {
      if (token.type === 'tag') tags.push(token);
      else if ('items' in token || token.type === 'document') rest.push({ token, depth });
    }
  };
  push(documents, 0);
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { token, depth } = next;
    if (token.type === 'document') {
      push(token.start, 0);
      push(token.value ? [token.value] : [], 1);
    } else if ('items' in token) {
      if (depth > MAX_DEPTH) throw nodesTooDeep(span(token.offset, token.offset + 1));
      for (const item of token.items) {
        push(item.start, depth);
        push(item.sep, depth);
        push(item.key ? [item.key] : [], depth + 1);
        push(item.value ? [item.value] : [], depth + 1);
      }
    }
  }
  return tags.sort((a, b) => a.offset - b.offset);
}

function compose(tokens: CST.Token[], end: number, span: SpanMaker): Document.Parsed<ParsedNode> {
  // The failsafe schema leaves every scalar a string: what it means is decided in yaml-scalar.ts, where
  // ints stay exact. Duplicate keys are found in linear time in yaml-key.ts.
  const composer = new Composer({
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  for (const document of composer.compose(tokens, true, end)) {
    const error = document.errors.reduce<(typeof document.errors)[number] | undefined>(
      (first, each) => (first !== undefined && first.pos[0] <= each.pos[0] ? first : each),
      undefined,
    );
    if (error !== undefined) {
      const exhausted = error.code === 'RESOURCE_EXHAUSTION';
      if (exhausted) throw nodesTooDeep(span(...error.pos));
      throw new YamlError('syntax', error.message, span(...error.pos));
    }
    if (document.contents === null || 'range' in document.contents)
      return document as Document.Parsed<ParsedNode>;
  }
  throw new YamlError('syntax', 'The text is not a YAML document', span(0, 0));
}

/** Makes the span of `[offset, end)`. */
export type SpanMaker = (offset: number, end: number) => YamlSpan;

/** @returns the error for a node nested beyond {@link MAX_DEPTH}. */
export function nodesTooDeep(span: YamlSpan): YamlError<YamlErrorCode> {
  return new YamlError('too-deep', `Nodes nest deeper than ${MAX_DEPTH} levels`, span);
}
