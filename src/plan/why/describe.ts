import type { Spelling } from '../../resources/spelling.ts';
import { printable } from '../../text/printable.ts';
import { type DecidingLine, nameUse, type Use, type UseAnswer } from './use.ts';

/** An answer as lines for people; the first begins with `Yes` or `No`. */
export function describeAnswer(use: Use, answer: UseAnswer, spelling: Spelling): readonly string[] {
  const { allowed, reason, line, by, notes, mend } = answer;
  const lines = [`${allowed ? 'Yes' : 'No'}, ${nameUse(use)}: ${reason}`];
  if (line !== undefined) lines.push(`  By ${nameLine(line, spelling)}`);
  if (by.length > 0) lines.push(`  Held by ${by.join(', ')}`);
  lines.push(...notes.map((note) => `  ${note}`));
  if (mend?.option !== undefined) lines.push(`  The option that would grant it: ${mend.option}`);
  if (mend?.yaml !== undefined) lines.push(`  In a document: ${mend.yaml}`);
  return lines.map((one) => printable(one));
}

function nameLine({ place, grant, option, position }: DecidingLine, spelling: Spelling): string {
  if (spelling === 'options' && option !== undefined) return option;
  const where = position === undefined ? '' : `${position.file}:${position.line}:${position.column}: `;
  return `${where}${place}: ${grant}`;
}

/** An answer as JSON. Names are stable; null stands for what there is none of. */
export type AnswerJson = {
  readonly use: string;
  readonly allowed: boolean;
  readonly reason: string;
  readonly by: {
    readonly place: string;
    readonly grant: string;
    readonly option: string | null;
    readonly position: { readonly file: string; readonly line: number; readonly column: number } | null;
  } | null;
  readonly heldBy: readonly string[];
  readonly notes: readonly string[];
  readonly option: string | null;
  readonly yaml: string | null;
};

/** The plain data of an answer. */
export function answerToJson(use: Use, { allowed, reason, line, by, notes, mend }: UseAnswer): AnswerJson {
  const position = line?.position;
  return {
    use: nameUse(use),
    allowed,
    reason,
    by:
      line === undefined
        ? null
        : {
            place: line.place,
            grant: line.grant,
            option: line.option ?? null,
            position:
              position === undefined
                ? null
                : { file: position.file, line: position.line, column: position.column },
          },
    heldBy: by,
    notes,
    option: mend?.option ?? null,
    yaml: mend?.yaml ?? null,
  };
}
