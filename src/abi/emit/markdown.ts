import type { Chapter, Spec } from '../spec/model.ts';
import { emitCall } from './markdown/calls.ts';
import {
  emitCallIndex,
  emitErrorIndex,
  emitRightIndex,
  errorAnchor,
  isReported,
  rightAnchor,
} from './markdown/indexes.ts';
import { linkProse, linkTo } from './markdown/links.ts';
import { emitType } from './markdown/types.ts';

const HEAD = `<!-- Generated from spec/cloudabi.abi by \`npm run generate\`. Do not edit. -->

# Reference of the ABI

Every type, constant, structure and system call. [The specification of the ABI](abi.md) explains the notation of types and how WebAssembly programs make calls.
`;

/** Emits the manual: the chapters of the specification in their order, then the indexes. */
export function emitMarkdown(spec: Spec): string {
  const indexed = (type: string, value: string) => {
    if (type === 'rights') return rightAnchor(value);
    return type === 'errno' && isReported(spec, value) ? errorAnchor(value) : undefined;
  };
  const chapters = spec.chapters.map((chapter) => {
    const items = chapter.items.map((item) =>
      item.kind === 'call' ? emitCall(spec, item) : emitType(spec, item, indexed),
    );
    return [`## ${chapter.title}\n`, ...linkProse(spec, chapter.prose).map((text) => `${text}\n`), ...items];
  });
  return [
    HEAD,
    emitContents(spec),
    ...chapters.flat(),
    emitCallIndex(spec),
    emitRightIndex(spec),
    emitErrorIndex(spec),
  ].join('\n');
}

function emitContents(spec: Spec): string {
  const line = (title: string) => `- [${title}](#${headingAnchor(title)})`;
  const names = (chapter: Chapter, calls: boolean) =>
    chapter.items
      .filter(({ kind }) => (kind === 'call') === calls)
      .map(({ name }) => linkTo(name, name))
      .join(', ');
  const chapters = spec.chapters.map((chapter) =>
    [
      line(chapter.title),
      ...[names(chapter, false), names(chapter, true)].filter((list) => list !== ''),
    ].join('\n  - '),
  );
  const indexes = ['Calls by name', 'Calls by right', 'Errors by call'].map(line);
  return `${[...chapters, ...indexes].join('\n')}\n`;
}

/** The anchor that a heading gets by itself. */
function headingAnchor(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9_ -]/g, '')
    .replaceAll(' ', '-');
}
