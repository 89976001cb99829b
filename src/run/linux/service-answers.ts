import type { NameAnswer } from '../../nscd/answer.ts';
import type { NameQuestion } from '../../nscd/request.ts';
import type { ServiceChannel } from '../../services/client/channel.ts';
import { NO_ID } from '../../services/id-shape.ts';
import { grpService } from '../../services/offered/grp.ts';
import { netdbService } from '../../services/offered/netdb.ts';
import { pwdService } from '../../services/offered/pwd.ts';
import type { ReplyOf } from '../../services/service.ts';
import { ServiceError } from '../../services/service-error.ts';
import { ShapeError } from '../../services/shape.ts';
import { callService } from './call-service.ts';
import type { HostAnswers } from './host-answers.ts';

/** The channels to the services that are granted, by name. */
export type NameChannels = ReadonlyMap<string, ServiceChannel>;

/** The id that stands for one which a limit withholds: the one that the kernel shows for ids without a meaning. */
const WITHHELD = 65534;

/** More groups are not looked through. */
const MOST_GROUPS = 65_536;

const NONE: NameAnswer = { kind: 'none' };

type UserAnswer = ReplyOf<(typeof pwdService)['calls']['getpwnam']>;
type GroupAnswer = ReplyOf<(typeof grpService)['calls']['getgrnam']>;
type PortAnswer = ReplyOf<(typeof netdbService)['calls']['getservbyname']>;

/** Answers questions of a C library by asking the services that are granted. */
export class ServiceAnswers {
  readonly #channels: NameChannels;
  readonly #hosts: HostAnswers | undefined;
  /** The last look through all groups: their order is a state of the channel. */
  #groups: Promise<unknown> = Promise.resolve();

  /** @param hosts Answers for hosts; without it, the library asks the server of names. */
  constructor(channels: NameChannels, hosts: HostAnswers | undefined) {
    this.#channels = channels;
    this.#hosts = hosts;
  }

  /** Answers a question. One beyond the limits of a channel has no answer: the library has no other word for that. */
  async answer(question: NameQuestion): Promise<NameAnswer> {
    try {
      return await this.#ask(question);
    } catch (error) {
      if (error instanceof ShapeError) return NONE;
      if (!(error instanceof ServiceError)) throw error;
      if (error.code === 'EPIPE') return { kind: 'not served' };
      return error.code === 'EAGAIN' || error.code === 'ETIMEDOUT' ? { kind: 'later' } : NONE;
    }
  }

  async #ask(question: NameQuestion): Promise<NameAnswer> {
    const pwd = this.#channels.get('pwd');
    const grp = this.#channels.get('grp');
    const netdb = this.#channels.get('netdb');
    switch (question.kind) {
      case 'user':
        return userOf(
          await (pwd && callService(pwd, pwdService.calls, 'getpwnam', { name: question.name })),
          question,
        );
      case 'user id':
        return userOf(
          await (pwd && callService(pwd, pwdService.calls, 'getpwuid', { uid: question.id })),
          question,
        );
      case 'group':
        return groupOf(
          await (grp && callService(grp, grpService.calls, 'getgrnam', { name: question.name })),
          question,
        );
      case 'group id':
        return groupOf(
          await (grp && callService(grp, grpService.calls, 'getgrgid', { gid: question.id })),
          question,
        );
      case 'groups':
        return grp === undefined ? NOT_SERVED : this.#groupsOf(grp, question.user);
      case 'service': {
        const { name, protocol } = question;
        const given = { name, ...(protocol !== '' && { protocol }) };
        return portOf(await (netdb && callService(netdb, netdbService.calls, 'getservbyname', given)));
      }
      case 'port': {
        const { port, protocol } = question;
        const given = { port, ...(protocol !== '' && { protocol }) };
        return portOf(await (netdb && callService(netdb, netdbService.calls, 'getservbyport', given)));
      }
      case 'host':
      case 'address':
        return this.#hosts?.answer(question) ?? NOT_SERVED;
    }
  }

  #groupsOf(grp: ServiceChannel, user: string): Promise<NameAnswer> {
    const mine = this.#groups.then(async (): Promise<NameAnswer> => {
      const ids: number[] = [];
      await callService(grp, grpService.calls, 'setgrent', {});
      for (let count = 0; count < MOST_GROUPS; count++) {
        const group = await callService(grp, grpService.calls, 'getgrent', {});
        if (group === null) break;
        if (group.gid !== NO_ID && group.members.includes(user)) ids.push(group.gid);
      }
      return { kind: 'groups', ids };
    });
    this.#groups = mine.catch(() => undefined);
    return mine;
  }
}

const NOT_SERVED: NameAnswer = { kind: 'not served' };

/** An entry in which the parts that a limit withholds are those of the question, or say nothing. */
function userOf(
  entry: UserAnswer | undefined,
  question: Extract<NameQuestion, { kind: 'user' | 'user id' }>,
): NameAnswer {
  if (entry === undefined) return NOT_SERVED;
  if (entry === null) return NONE;
  const name = entry.name === '' && question.kind === 'user' ? question.name : entry.name;
  const uid = entry.uid === NO_ID && question.kind === 'user id' ? question.id : entry.uid;
  return {
    kind: 'user',
    user: {
      name,
      password: entry.passwd,
      uid: given(uid),
      gid: given(entry.gid),
      gecos: entry.gecos,
      home: entry.dir,
      shell: entry.shell,
    },
  };
}

function groupOf(
  entry: GroupAnswer | undefined,
  question: Extract<NameQuestion, { kind: 'group' | 'group id' }>,
): NameAnswer {
  if (entry === undefined) return NOT_SERVED;
  if (entry === null) return NONE;
  const name = entry.name === '' && question.kind === 'group' ? question.name : entry.name;
  const gid = entry.gid === NO_ID && question.kind === 'group id' ? question.id : entry.gid;
  return {
    kind: 'group',
    group: { name, password: entry.passwd, gid: given(gid), members: entry.members },
  };
}

function portOf(entry: PortAnswer | undefined): NameAnswer {
  if (entry === undefined) return NOT_SERVED;
  return entry === null ? NONE : { kind: 'service', service: entry };
}

function given(id: number): number {
  return id === NO_ID ? WITHHELD : id;
}
