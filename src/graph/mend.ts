import { printRule } from '../network/print-rule.ts';
import type { ConnectionRefusal } from '../network/refusal.ts';
import type { Refusal } from '../process/refusal.ts';
import { rightsToAdd } from '../process/remedy.ts';

/** The change to a document that would allow what a program was refused. */
export type GraphMend =
  /** An arrow to a host outside. */
  | { readonly kind: 'host'; readonly host: string }
  /** Rights that a granted file or directory lacks; its place in the grants of the program, such as `site` or `listen[0]`. */
  | { readonly kind: 'rights'; readonly place: string; readonly rights: readonly string[] };

/** An operation that a program of a graph was refused. */
export type GraphRefusal = { readonly text: string; readonly mend: GraphMend | undefined };

/** Finds the change that would have allowed a connection. */
export function mendOfConnection({ remedy }: ConnectionRefusal): GraphMend | undefined {
  return remedy.kind === 'rule' ? { kind: 'host', host: printRule(remedy.rule) } : undefined;
}

/** Finds the change that would have allowed an operation on a grant. */
export function mendOfOperation({ call, grant, missing }: Refusal): GraphMend | undefined {
  if (grant?.kind !== 'file' || missing.length === 0) return undefined;
  return { kind: 'rights', place: grant.place, rights: rightsToAdd(call, missing) };
}
