/** Freezes the plain objects and arrays of a plan; bytes, maps and resources stay as they are. */
export function freezePlan<P extends object>(plan: P): P {
  freezeTree(plan);
  return plan;
}

function freezeTree(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return;
  Object.freeze(value);
  // The value of a getter is made when it is read.
  for (const { value: part } of Object.values(Object.getOwnPropertyDescriptors(value))) freezeTree(part);
}
