import { AgentKeys } from '../../ssh-agent/agent-keys.ts';
import { fingerprintOf, keyNameOf } from '../../ssh-agent/key-name.ts';
import { AgentMessage, Contents, MAX_MESSAGE, readIdentities, string } from '../../ssh-agent/message.ts';
import { AgentSocket } from '../agent/agent-socket.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { fixedLimit, needed, setLimit } from '../limit.ts';
import { defineService, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { bytesShape, integerShape, listShape, recordShape, textShape } from '../shape.ts';

const commands = ['list', 'sign', 'request'] as const;
const MOST_KEYS = 256;
const message = bytesShape(MAX_MESSAGE);

/** Signatures with the keys of an agent that are named. */
export const sshAgentService = defineService({
  name: 'ssh-agent',
  about:
    'Signs with named keys of an agent of SSH. The client gets neither the keys nor a connection to the agent.',
  holds: 'a socket to the launcher, which asks the agent for the keys of the grant and no others',
  process: 'shared',
  limits: {
    commands: commandsLimit(commands),
    keys: needed(
      setLimit(
        'The keys: fingerprints such as `SHA256:…`, public keys such as `ssh-ed25519 AAAA…`, or the comments with which they were added.',
        textShape(8192, ['work', 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU', 'deploy']),
        { most: MOST_KEYS },
      ),
    ),
    agent: fixedLimit(
      'The socket of the agent; by default the one that SSH_AUTH_SOCK names.',
      textShape(4096, ['/run/agent']),
    ),
  },
  calls: {
    list: serviceCall(
      'Lists the keys, with their public parts.',
      {},
      listShape(
        recordShape({ blob: message, comment: textShape(8192), fingerprint: textShape(128) }),
        MOST_KEYS,
      ),
    ),
    sign: serviceCall(
      'Signs with the key of a public part. `flags` are those of the protocol of the agent.',
      { blob: message, data: message, flags: integerShape(0, 2 ** 32 - 1) },
      recordShape({ signature: message }),
    ),
    request: serviceCall(
      'Answers a message of the protocol of the agent, without its length. Other requests than to list and to sign fail.',
      { message },
      message,
    ),
  },
  state: null,
  asks: ({ keys, agent = process.env['SSH_AUTH_SOCK'] ?? '' }) => ({
    kind: 'ssh-agent',
    agent,
    keys: keys.map(keyNameOf),
  }),
  prepare: ({ agent = process.env['SSH_AUTH_SOCK'] }) => {
    if (agent === undefined || agent === '')
      throw new Error("Limit 'agent' is missing, and SSH_AUTH_SOCK is not set");
    return { descriptors: {}, data: null };
  },
  start: ({ descriptors }, _, host) => {
    const agent = new AgentSocket(descriptors['launcher'] ?? -1, host);
    const answer = async (keys: readonly string[], request: Uint8Array): Promise<Buffer> => {
      if (request.length === 0) throw new ServiceError('EINVAL', 'A message of an agent has a type');
      const filter = new AgentKeys(
        (asked) => agent.ask(asked),
        keys.map(keyNameOf),
        () => undefined,
      );
      const framedAnswer = await filter.answer(Buffer.from(request));
      return framedAnswer.subarray(4);
    };
    return {
      list: async (_given, { limits }) => {
        requireCommand(limits, 'list');
        const found = await answer(limits.keys, Uint8Array.of(AgentMessage.requestIdentities));
        return readIdentities(found)
          .slice(0, MOST_KEYS)
          .map((key) => ({ ...key, fingerprint: fingerprintOf(key) }));
      },
      sign: async ({ blob, data, flags }, { limits }) => {
        requireCommand(limits, 'sign');
        const last = Buffer.alloc(4);
        last.writeUInt32BE(flags);
        const head = Buffer.of(AgentMessage.signRequest);
        const found = await answer(limits.keys, Buffer.concat([head, string(blob), string(data), last]));
        if (found[0] !== AgentMessage.signResponse)
          throw new ServiceError('ENOTCAPABLE', 'The channel or the agent does not sign with this key');
        return { signature: new Contents(found).string() };
      },
      request: async ({ message: request }, { limits }) => {
        requireCommand(limits, 'request');
        return answer(limits.keys, request);
      },
    };
  },
});
