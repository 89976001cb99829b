/*
 * The protocol of ssh-agent (draft-ietf-sshm-ssh-agent): messages of a length, a type and contents, where a string is a
 * length and bytes. All numbers are big-endian.
 */

/** The types of messages that the filter knows. */
export const AgentMessage = {
  failure: 5,
  requestIdentities: 11,
  identities: 12,
  signRequest: 13,
  signResponse: 14,
  extension: 27,
} as const;

/** Most bytes in a message, as OpenSSH has it (AGENT_MAX_LEN). */
export const MAX_MESSAGE = 256 * 1024;

/** A key of an agent: its public part as it travels, and the comment that was given with it. */
export type AgentKey = { readonly blob: Buffer; readonly comment: string };

/** Cuts a stream of bytes into messages. */
export class MessageReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * Takes new bytes, and returns the messages that are whole, each with its type and without its length.
   *
   * @throws RangeError for a message that is empty or too long: the stream cannot go on.
   */
  push(chunk: Buffer): readonly Buffer[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    const messages: Buffer[] = [];
    while (this.#pending.length >= 4) {
      const length = this.#pending.readUInt32BE(0);
      if (length === 0 || length > MAX_MESSAGE) throw new RangeError(`A message of ${length} bytes`);
      if (this.#pending.length < 4 + length) break;
      messages.push(this.#pending.subarray(4, 4 + length));
      this.#pending = this.#pending.subarray(4 + length);
    }
    return messages;
  }
}

/** Puts the length before a message. */
export function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length, 0);
  return Buffer.concat([length, message]);
}

/** The contents of a message, read from the front. */
export class Contents {
  readonly #bytes: Buffer;
  #at: number;

  /** @param at The index of the first byte. */
  constructor(bytes: Buffer, at = 1) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** @throws RangeError at the end. */
  number(): number {
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** @throws RangeError when it is longer than what is left. */
  string(): Buffer {
    const length = this.number();
    if (length > this.#bytes.length - this.#at) throw new RangeError(`A string of ${length} bytes`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** True if nothing is left. */
  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }
}

/** A string as it travels. */
export function string(bytes: Uint8Array): Buffer {
  return framed(bytes);
}

/**
 * Reads the answer to a request for identities.
 *
 * @throws RangeError when it is malformed.
 */
export function readIdentities(message: Buffer): readonly AgentKey[] {
  if (message[0] !== AgentMessage.identities) return [];
  const contents = new Contents(message);
  const keys: AgentKey[] = [];
  for (let left = contents.number(); left > 0; left--)
    keys.push({ blob: contents.string(), comment: contents.string().toString('utf8') });
  return keys;
}

/** Makes the answer to a request for identities. */
export function identitiesOf(keys: readonly AgentKey[]): Buffer {
  const head = Buffer.alloc(5);
  head[0] = AgentMessage.identities;
  head.writeUInt32BE(keys.length, 1);
  return Buffer.concat([
    head,
    ...keys.flatMap(({ blob, comment }) => [string(blob), string(Buffer.from(comment))]),
  ]);
}
