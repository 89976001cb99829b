import {
  addressOfBytes,
  formatAddress,
  type IpAddress,
  LOOPBACK_ADDRESSES,
  parseAddress,
  sameAddress,
} from '../../network/address.ts';
import {
  type DnsAnswer,
  type DnsQuery,
  type DnsRecord,
  RecordType,
  ResponseCode,
} from '../../network/dns/message.ts';
import { addressOfReverseName } from '../../network/dns/reverse.ts';
import { isLocalhost } from '../../network/name.ts';
import type { NameAnswer } from '../../nscd/answer.ts';
import type { NameQuestion } from '../../nscd/request.ts';
import { dnsService } from '../../services/offered/dns.ts';
import type { ReplyOf } from '../../services/service.ts';
import { ServiceError } from '../../services/service-error.ts';
import { ShapeError } from '../../services/shape.ts';
import { callService } from './call-service.ts';
import type { ChannelPool } from './channel-pool.ts';

type Host = NonNullable<ReplyOf<(typeof dnsService)['calls']['gethostbyname']>>;
type Family = IpAddress['family'];

/** Seconds for which programs may keep an answer: the service looks again when it must. */
const TTL = 1;

/** The most addresses of an answer. */
const MOST_ADDRESSES = 32;

/** Answers questions for hosts by asking the service `dns`, to C libraries and as a server of names. */
export class HostAnswers {
  readonly #pool: ChannelPool;

  constructor(pool: ChannelPool) {
    this.#pool = pool;
  }

  /** Answers a C library. Its own host has the name that every host has for itself. */
  async answer(question: Extract<NameQuestion, { kind: 'host' | 'address' }>): Promise<NameAnswer> {
    if (question.kind === 'address') {
      const address = addressOfBytes(question.bytes);
      if (LOOPBACK_ADDRESSES.some((own) => sameAddress(own, address)))
        return hostAnswer('localhost', [address]);
      const host = await this.#byAddress(address);
      return host === null ? { kind: 'none' } : { kind: 'host', host: { name: host.name, addresses: [] } };
    }
    const { name, family } = question;
    if (isLocalhost(name.toLowerCase())) return hostAnswer(name, LOOPBACK_ADDRESSES);
    const host = await this.#byName(name, family === 'both' ? undefined : family);
    return host === null ? { kind: 'none' } : hostAnswer(host.name, addressesIn(host));
  }

  /** Answers a question of DNS. */
  async answerDns({ name = '', type }: DnsQuery): Promise<DnsAnswer> {
    try {
      return name.endsWith('.arpa') ? await this.#reverse(name, type) : await this.#forward(name, type);
    } catch (error) {
      if (!(error instanceof ServiceError || error instanceof ShapeError)) throw error;
      const beyond = error instanceof ServiceError && error.code === 'ENOTCAPABLE';
      return empty(beyond ? ResponseCode.NXDOMAIN : ResponseCode.SERVFAIL);
    }
  }

  async #forward(name: string, type: number): Promise<DnsAnswer> {
    const wanted: readonly Family[] =
      type === RecordType.A ? ['ipv4'] : type === RecordType.AAAA ? ['ipv6'] : ['ipv4', 'ipv6'];
    // The name may exist without an address of this family, which is another answer than none.
    const host = await this.#byName(name, undefined);
    if (host === null) return empty(ResponseCode.NXDOMAIN);
    if (type !== RecordType.A && type !== RecordType.AAAA && type !== RecordType.ANY)
      return empty(ResponseCode.NOERROR);
    const records = addressesIn(host)
      .filter(({ family }) => wanted.includes(family))
      .map((address): DnsRecord => ({ type: 'address', address }));
    return { code: ResponseCode.NOERROR, records, ttl: TTL };
  }

  async #reverse(name: string, type: number): Promise<DnsAnswer> {
    const address = addressOfReverseName(name);
    const host = address === undefined ? null : await this.#byAddress(address);
    if (host === null) return empty(ResponseCode.NXDOMAIN);
    const wants = type === RecordType.PTR || type === RecordType.ANY;
    return {
      code: ResponseCode.NOERROR,
      records: wants ? [{ type: 'name', name: host.name }] : [],
      ttl: TTL,
    };
  }

  #byName(name: string, family: Family | undefined): Promise<Host | null> {
    const given = { name, ...(family !== undefined && { family }) };
    return this.#pool.use((channel) => callService(channel, dnsService.calls, 'gethostbyname', given));
  }

  #byAddress(address: IpAddress): Promise<Host | null> {
    const given = { address: formatAddress(address) };
    return this.#pool.use((channel) => callService(channel, dnsService.calls, 'gethostbyaddr', given));
  }
}

function empty(code: ResponseCode): DnsAnswer {
  return { code, records: [], ttl: TTL };
}

function addressesIn(host: Host): readonly IpAddress[] {
  return host.addresses.slice(0, MOST_ADDRESSES).flatMap(({ address }) => parseAddress(address) ?? []);
}

function hostAnswer(name: string, addresses: readonly IpAddress[]): NameAnswer {
  return {
    kind: 'host',
    host: { name, addresses: addresses.map(({ bytes }) => Uint8Array.from(bytes)) },
  };
}
