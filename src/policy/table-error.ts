/** A fault of rules that are right one by one and too much together; `rule` is the number of one, if it is one's. */
export class TableError extends Error {
  override readonly name = 'TableError';
  readonly rule: number | undefined;
  constructor(message: string, rule?: number) {
    super(message);
    this.rule = rule;
  }
}
