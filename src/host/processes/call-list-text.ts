import { printable } from '../../text/printable.ts';
import type { Argument, CallList, Label, Step } from './call-list.ts';

/** A step as plain data, for programs that read lists. Steps count from 0. */
export type StepJson = {
  readonly step: number;
  /** The action of the step. */
  readonly words: string;
  /** Name of the system call; `compare` for a comparison. */
  readonly call: string;
  /** Numbers, texts in quotation marks, names of data, or of earlier results. */
  readonly arguments: readonly (number | string)[];
  /** The name of the result in later steps. */
  readonly result: string | null;
  /** The step to go on with if not the next; `null` for the next, and for errors, for giving up. */
  readonly onPositive: number | null;
  readonly onZero: number | null;
  readonly onError: number | null;
};

/** A list as plain data. */
export function listToJson(list: CallList): StepJson[] {
  return list.steps.map((step, index) => ({
    step: index,
    words: step.words,
    call: step.call,
    arguments: step.arguments.map(argumentText),
    result: step.result?.at.name ?? null,
    onPositive: indexOf(step.onPositive),
    onZero: indexOf(step.onZero),
    onError: indexOf(step.onError),
  }));
}

/** A list as lines for people. */
export function describeList(list: CallList): string[] {
  const width = String(list.steps.length).length;
  return list.steps.map((step, index) => {
    const result = step.result === undefined ? '' : `${step.result.at.name} = `;
    const call = `${result}${step.call}(${step.arguments.map(argumentText).join(', ')})`;
    const line = `  ${String(index).padStart(width)}  ${call}${jumps(step, index)}  # ${step.words}`;
    // Paths come from elsewhere: no control characters reach the terminal.
    return printable(line);
  });
}

function argumentText(argument: Argument): number | string {
  if (typeof argument === 'number') return argument;
  return argument.kind === 'slot' ? argument.at.name : `&${argument.name}`.replace(/^&"/, '"');
}

function indexOf(label: Label | undefined): number | null {
  return label?.index ?? null;
}

function jumps({ onPositive, onZero, onError }: Step, index: number): string {
  const texts = [
    [onPositive, 'positive'],
    [onZero, 'zero'],
    [onError, 'error'],
  ] as const;
  const parts = texts
    .filter(([label]) => label !== undefined && label.index !== index + 1)
    .map(([label, when]) => `${when}: ${label?.index}`);
  return parts.length === 0 ? '' : `  [${parts.join(', ')}]`;
}
