import type { Plan } from '../plan-types.ts';
import {
  answerServedBind,
  answerServedConnect,
  answerWorldBind,
  answerWorldConnect,
} from './network-uses.ts';
import { answerPromised } from './promised.ts';
import { answerBySocketRules } from './ruled-sockets.ts';
import { answerServedPath } from './served-paths.ts';
import { answerServedSocket, answerWorldSocket } from './socket-uses.ts';
import type { Use, UseAnswer } from './use.ts';
import { answerWorldPath } from './world-paths.ts';

/**
 * Answers by a plan whether a program may use something, which grant decides, and which mechanism holds it. Nothing is
 * opened for the program or started; the files of the host are looked at as they are now.
 *
 * @example
 * ```ts
 * answerUse(plan('server.wasm', { data: file('data') }), { kind: 'read', path: 'data/index.html' }).allowed;
 * ```
 */
export function answerUse(plan: Plan, use: Use): UseAnswer {
  const promised = plan.kind === 'linux' ? answerPromised(plan, use) : undefined;
  if (promised !== undefined) return promised;
  switch (use.kind) {
    case 'connect':
      return plan.kind === 'linux'
        ? answerBySocketRules(plan, use, answerWorldConnect(plan, use))
        : answerServedConnect(plan, use);
    case 'bind':
      return plan.kind === 'linux' ? answerWorldBind(plan, use) : answerServedBind(plan, use);
    case 'socket':
      return plan.kind === 'linux'
        ? answerBySocketRules(plan, use, answerWorldSocket(plan, use))
        : answerServedSocket(plan, use);
    default:
      return plan.kind === 'linux' ? answerWorldPath(plan, use) : answerServedPath(plan, use);
  }
}
