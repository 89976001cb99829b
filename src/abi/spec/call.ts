import { Cursor } from './cursor.ts';
import { SpecError } from './error.ts';
import type { Node } from './lines.ts';
import type {
  ArgumentItem,
  Bound,
  CallItem,
  Condition,
  EntryType,
  Failure,
  FieldPath,
  Guard,
  Need,
  Prose,
  RightsExpression,
  ValueReference,
} from './model.ts';
import { readType } from './types.ts';

/** Reads the words behind `call`: its name, arguments, rules for rights, errors and corner cases. */
export function readCall(node: Node, cursor: Cursor): CallItem {
  const { name } = cursor.name('the name of a call');
  const returns = !cursor.take('noreturn');
  cursor.end();
  const inputs: ArgumentItem[] = [];
  const outputs: ArgumentItem[] = [];
  const needs: Need[] = [];
  const bounds: Bound[] = [];
  const failures: Failure[] = [];
  const edges: Prose[] = [];
  for (const child of node.children) {
    const line = new Cursor(child);
    const keyword = line.oneOf(
      ['in', 'out', 'needs', 'bound', 'fails', 'edge'],
      "'in', 'out', 'needs', 'bound', 'fails' or 'edge'",
    );
    if (keyword === 'in') inputs.push(readArgument(child, line));
    else if (keyword === 'out') outputs.push(readArgument(child, line));
    else if (keyword === 'needs') needs.push(readNeed(child, line));
    else if (keyword === 'bound') bounds.push(readBound(child, line));
    else if (keyword === 'fails') {
      failures.push({
        error: line.name('an error').name,
        prose: child.prose,
        line: child.line,
        column: child.column,
      });
    } else {
      if (child.prose.length === 0) throw new SpecError('Corner case without a description', child);
      edges.push(child.prose);
    }
    line.end();
    rejectChildren(child);
  }
  const { line, column, prose } = node;
  return {
    kind: 'call',
    name,
    returns,
    inputs,
    outputs,
    needs,
    bounds,
    failures,
    edges,
    prose,
    line,
    column,
  };
}

/** Reads the words behind `entry`: a function of the program. */
export function readEntry(node: Node, cursor: Cursor): EntryType {
  const { name } = cursor.name('the name of a function');
  cursor.end();
  const inputs = node.children.map((child) => {
    const line = new Cursor(child);
    line.expect('in');
    const argument = readArgument(child, line);
    line.end();
    rejectChildren(child);
    return argument;
  });
  return { kind: 'entry', name, inputs, prose: node.prose, line: node.line, column: node.column };
}

/** @throws {SpecError} if anything is nested in a line that holds nothing. */
export function rejectChildren(node: Node): void {
  const [first] = node.children;
  if (first !== undefined) throw new SpecError(`Nothing can be nested here, found '${first.code}'`, first);
}

function readArgument(node: Node, cursor: Cursor): ArgumentItem {
  const { name, line, column } = cursor.name('the name of an argument');
  cursor.expect(':');
  const type = readType(cursor);
  const only = cursor.take('only') ? readAlternatives(cursor) : [];
  return { name, type, only, prose: node.prose, line, column };
}

/** `needs [inheriting of] PATH: RIGHT [and RIGHT | or RIGHT]… [when …] [unless …]` */
function readNeed(node: Node, cursor: Cursor): Need {
  const set = readSet(cursor);
  const descriptor = readPath(cursor);
  cursor.expect(':');
  const rights = [cursor.name('a right')];
  const joint = cursor.peek() === 'or' ? 'or' : 'and';
  while (cursor.take(joint)) rights.push(cursor.name('a right'));
  const quantity = joint === 'or' ? 'any' : 'all';
  const guard = readGuard(cursor);
  return {
    descriptor,
    set,
    rights,
    quantity,
    guard,
    prose: node.prose,
    line: node.line,
    column: node.column,
  };
}

/** `bound PATH by [inheriting of] PATH [when …] [unless …]` */
function readBound(node: Node, cursor: Cursor): Bound {
  const value = readPath(cursor);
  cursor.expect('by');
  const set = readSet(cursor);
  const descriptor = readPath(cursor);
  const guard = readGuard(cursor);
  return { value, descriptor, set, guard, prose: node.prose, line: node.line, column: node.column };
}

function readSet(cursor: Cursor): RightsExpression {
  if (!cursor.take('inheriting')) return 'base';
  cursor.expect('of');
  return 'inheriting';
}

function readPath(cursor: Cursor): FieldPath {
  const first = cursor.name('the name of an argument');
  const names = [first.name];
  while (cursor.take('.')) names.push(cursor.name('the name of a field').name);
  return { names, line: first.line, column: first.column };
}

/** `[when CONDITION and …] [unless CONDITION and …]` */
function readGuard(cursor: Cursor): Guard {
  const when = cursor.take('when') ? readConditions(cursor) : [];
  const unless = cursor.take('unless') ? readConditions(cursor) : [];
  return { when, unless };
}

function readConditions(cursor: Cursor): Condition[] {
  const conditions: Condition[] = [];
  do {
    const subject = readPath(cursor);
    const test = cursor.oneOf(['has', 'is'], "'has' or 'is'");
    conditions.push({ subject, test, anyOf: readAlternatives(cursor) });
  } while (cursor.take('and'));
  return conditions;
}

function readAlternatives(cursor: Cursor): ValueReference[] {
  const values = [cursor.name('a value')];
  while (cursor.take('or')) values.push(cursor.name('a value'));
  return values;
}
