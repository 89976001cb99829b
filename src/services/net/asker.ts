import { formatAddress, type IpAddress, parseAddress } from '../../network/address.ts';
import type { PortProtocol } from '../../network/rule.ts';
import type { Attempt } from '../../network/verdict.ts';
import { isServiceErrorCode, ServiceError } from '../service-error.ts';

/** The answer of the launcher's broker to a line: what follows `ok`, and a socket. */
export type BrokerAnswer = { readonly text: string; readonly descriptor: number | undefined };

/** Sends the launcher's broker a line, and waits for its answer. */
export type AskBroker = (line: string) => Promise<BrokerAnswer>;

/** The calls of a broker (src/broker/module-network.ts), which decides once more about each by the limits of the grant. */
export class BrokerCalls {
  readonly #ask: AskBroker;

  constructor(ask: AskBroker) {
    this.#ask = ask;
  }

  /** Finds the addresses of a host that could be connected to. @throws ServiceError */
  async find(attempt: Attempt): Promise<readonly IpAddress[]> {
    const { text } = await this.#call(`find ${lineOf(attempt)}`);
    return text.split(' ').flatMap((word) => (word === '' ? [] : (parseAddress(word) ?? [])));
  }

  /** Connects to one address of a host. @returns A host descriptor. @throws ServiceError */
  async connect(attempt: Attempt, address: IpAddress): Promise<number> {
    return socketOf(await this.#call(`${lineOf(attempt)} ${formatAddress(address)}`));
  }

  /** Connects to the first of the addresses that answers. @returns A host descriptor. @throws ServiceError */
  async connectFirst(attempt: Attempt, addresses: readonly IpAddress[]): Promise<number> {
    let last = new ServiceError('EHOSTUNREACH', 'The host has no address that the channel connects to');
    for (const address of addresses) {
      try {
        return await this.connect(attempt, address);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        last = error;
      }
    }
    throw last;
  }

  /** Binds a socket, which listens if it is one of TCP. @returns A host descriptor. @throws ServiceError */
  async bind(address: IpAddress, port: number, protocol: PortProtocol): Promise<number> {
    return socketOf(
      await this.#call(`bind ${lineOf({ host: { kind: 'address', address }, port, protocol })}`),
    );
  }

  async #call(line: string): Promise<BrokerAnswer> {
    const answer = await this.#ask(line);
    const [word = ''] = answer.text.split(' ', 1);
    if (word === 'ok') return { ...answer, text: answer.text.slice(word.length + 1) };
    const code = isServiceErrorCode(word) ? word : 'EHOSTUNREACH';
    throw new ServiceError(code === 'EACCES' ? 'ENOTCAPABLE' : code, 'The host cannot be reached');
  }
}

function lineOf({ host, port, protocol }: Attempt): string {
  return `${protocol} ${host.kind === 'name' ? host.name : formatAddress(host.address)} ${port}`;
}

function socketOf({ descriptor }: BrokerAnswer): number {
  if (descriptor === undefined) throw new ServiceError('EPROTO', 'The launcher has sent no socket');
  return descriptor;
}
