import { fingerprintOf, isNamed, type KeyName } from './key-name.ts';
import { type AgentKey, AgentMessage, Contents, framed, identitiesOf, readIdentities } from './message.ts';

/** A request to an agent that was refused: for a key, or of a kind that no grant includes. */
export type RefusedSigning = {
  /** The fingerprint of a key that is not granted; `undefined` for another kind of request. */
  readonly fingerprint: string | undefined;
  readonly reason: string;
};

const FAILURE = framed(Buffer.from([AgentMessage.failure]));
const LIST = framed(Buffer.from([AgentMessage.requestIdentities]));

/** Binds a connection to an SSH session (PROTOCOL.agent of OpenSSH): it takes possibilities away and adds none. */
const SESSION_BIND = 'session-bind@openssh.com';

/** The keys of an agent that are named: they are listed and sign, and all else is refused. */
export class AgentKeys {
  readonly #ask: (request: Buffer) => Promise<Buffer>;
  readonly #names: readonly KeyName[];
  readonly #onRefused: (refused: RefusedSigning) => void;
  #granted: readonly AgentKey[] | undefined;

  /**
   * @param ask Sends the agent a message with its length; gives its answer without.
   * @param onRefused Is told of refused requests.
   */
  constructor(
    ask: (request: Buffer) => Promise<Buffer>,
    names: readonly KeyName[],
    onRefused: (refused: RefusedSigning) => void,
  ) {
    this.#ask = ask;
    this.#names = names;
    this.#onRefused = onRefused;
  }

  /**
   * Answers a request.
   *
   * @param request A message without its length.
   * @returns The answer with its length.
   * @throws RangeError for one that is malformed.
   */
  async answer(request: Buffer): Promise<Buffer> {
    switch (request[0]) {
      case AgentMessage.requestIdentities:
        return framed(identitiesOf(await this.#list()));
      case AgentMessage.signRequest: {
        const blob = new Contents(request).string();
        const keys = this.#granted ?? (await this.#list());
        if (!keys.some((key) => key.blob.equals(blob)))
          return this.#refuse(fingerprintOf({ blob }), 'this key is not granted');
        return framed(await this.#ask(framed(request)));
      }
      case AgentMessage.extension:
        if (new Contents(request).string().toString() === SESSION_BIND)
          return framed(await this.#ask(framed(request)));
        // Clients ask which extensions there are: none.
        return FAILURE;
      default:
        return this.#refuse(undefined, `requests of type ${request[0]} are not granted`);
    }
  }

  async #list(): Promise<readonly AgentKey[]> {
    const keys = readIdentities(await this.#ask(LIST));
    this.#granted = keys.filter((key) => this.#names.some((name) => isNamed(key, name)));
    return this.#granted;
  }

  #refuse(fingerprint: string | undefined, reason: string): Buffer {
    this.#onRefused({ fingerprint, reason });
    return FAILURE;
  }
}
