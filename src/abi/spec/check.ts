import type { Spec } from './model.ts';
export function checkSpec(_spec: Spec): void {}
