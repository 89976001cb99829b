import type { CallRule } from '../walls/allow-list.ts';

/**
 * Calls of CloudABI whose host calls a process of services makes: pairs of sockets for new channels, and messages with
 * descriptors to their peers, which name no destination.
 */
export const channelHostCalls: ReadonlySet<string> = new Set(['fd_create2', 'sock_recv', 'sock_send']);

/** System calls of Node's event loop on descriptors that it has. */
export const nodeLoopCalls: readonly CallRule[] = [{ call: 'eventfd2' }, { call: 'pipe2' }];
