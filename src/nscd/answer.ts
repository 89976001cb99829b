import {
  areGroups,
  type GroupEntry,
  type HostEntry,
  isGroup,
  isHost,
  isService,
  isUser,
  type ServiceEntry,
  type UserEntry,
} from './entry.ts';
import {
  HostError,
  replyAddresses,
  replyDisabled,
  replyGroup,
  replyGroups,
  replyHost,
  replyNotFound,
  replyService,
  replyUser,
} from './reply.ts';
import type { NameQuestion } from './request.ts';

/** An answer to a question. */
export type NameAnswer =
  | { readonly kind: 'user'; readonly user: UserEntry }
  | { readonly kind: 'group'; readonly group: GroupEntry }
  | { readonly kind: 'groups'; readonly ids: readonly number[] }
  | { readonly kind: 'host'; readonly host: HostEntry }
  | { readonly kind: 'service'; readonly service: ServiceEntry }
  | { readonly kind: 'none' }
  /** It cannot be said now: the name server does not answer. */
  | { readonly kind: 'later' }
  /** Nothing here answers such questions: the C library asks its other sources. */
  | { readonly kind: 'not served' };

/**
 * Makes the reply to a question. An answer that is malformed, or that is none to this question, counts as none.
 *
 * @param type The kind of the request that the question was read from.
 */
export function replyTo(type: number, question: NameQuestion, answer: NameAnswer): Buffer | undefined {
  switch (answer.kind) {
    case 'not served':
      return replyDisabled(type);
    case 'later':
      return replyNotFound(type, HostError.TRY_AGAIN);
    case 'none':
      return replyNotFound(type);
    default:
      return found(question, answer) ?? replyNotFound(type);
  }
}

function found(question: NameQuestion, answer: NameAnswer): Buffer | undefined {
  switch (question.kind) {
    case 'user':
    case 'user id': {
      if (answer.kind !== 'user' || !isUser(answer.user)) return undefined;
      const { user } = answer;
      const same = question.kind === 'user' ? user.name === question.name : user.uid === question.id;
      return same ? replyUser(user) : undefined;
    }
    case 'group':
    case 'group id': {
      if (answer.kind !== 'group' || !isGroup(answer.group)) return undefined;
      const { group } = answer;
      const same = question.kind === 'group' ? group.name === question.name : group.gid === question.id;
      return same ? replyGroup(group) : undefined;
    }
    case 'groups':
      return answer.kind === 'groups' && areGroups(answer.ids) ? replyGroups(answer.ids) : undefined;
    case 'host':
      return answer.kind === 'host' && isHost(answer.host)
        ? addressesOf(question.family, answer.host)
        : undefined;
    case 'address':
      // The address that was asked for is the only one of the reply.
      return answer.kind === 'host' && isHost(answer.host)
        ? replyHost({ name: answer.host.name, addresses: [question.bytes] })
        : undefined;
    case 'service':
    case 'port': {
      if (answer.kind !== 'service' || !isService(answer.service)) return undefined;
      const { service } = answer;
      if (question.protocol !== '' && service.protocol !== question.protocol) return undefined;
      const same =
        question.kind === 'port'
          ? service.port === question.port
          : [service.name, ...service.aliases].includes(question.name);
      return same ? replyService(service) : undefined;
    }
  }
}

function addressesOf(family: 'ipv4' | 'ipv6' | 'both', host: HostEntry): Buffer | undefined {
  if (family === 'both') return host.addresses.length === 0 ? undefined : replyAddresses(host);
  const length = family === 'ipv4' ? 4 : 16;
  const addresses = host.addresses.filter((address) => address.length === length);
  return addresses.length === 0 ? undefined : replyHost({ name: host.name, addresses });
}
