import { formatHost } from '../../network/address.ts';
import { printException, printHost, printPorts, printRule } from '../../network/print-rule.ts';
import type { HostsGrant, PublishedPort } from '../hosts.ts';
import type { NetworkGrant } from '../network.ts';
import type { NetworkLimits } from '../network-limits.ts';
import type { CredentialGrant, RequestGrant } from '../request-grant.ts';
import { partsOfSource } from './print-source.ts';
import { mapOf, type YamlPart } from './yaml-part.ts';

/** Makes `network`, as a document has it. */
export function partOfNetwork(network: NetworkGrant): YamlPart {
  switch (network.mode) {
    case 'none':
      return 'none';
    case 'loopback':
      return network.publish.length === 0
        ? 'loopback'
        : mapOf({ mode: 'loopback', publish: partOfPublished(network.publish) });
    case 'hosts':
      return partOfHosts(network);
    case 'host': {
      const { connect, bind } = network;
      return connect === undefined && bind === undefined ? 'host' : mapOf({ mode: 'host', connect, bind });
    }
  }
}

function partOfHosts({ hosts, except, resolver, limits, publish }: HostsGrant): YamlPart {
  return mapOf({
    hosts: hosts.map(({ rule, requests }) =>
      requests === undefined
        ? printRule(rule)
        : new Map<string, YamlPart>([
            ['host', printHost(rule.host)],
            ['ports', printPorts(rule.ports)],
            ...partOfRequests(requests),
          ]),
    ),
    except: except.length === 0 ? undefined : except.map(({ rule }) => printException(rule)),
    resolver: resolver && `${formatHost(resolver.address)}:${resolver.port}`,
    limits: partOfLimits(limits),
    publish: publish.length === 0 ? undefined : partOfPublished(publish),
  });
}

function partOfPublished(publish: readonly PublishedPort[]): YamlPart {
  return new Map(publish.map(({ hostPort, port }) => [hostPort, port]));
}

function partOfLimits(limits: NetworkLimits): YamlPart | undefined {
  const { connections, connectionsPerSecond, bytesPerSecond, bytes } = limits;
  const part = mapOf({
    connections,
    connections_per_second: connectionsPerSecond,
    bytes_per_second: bytesPerSecond,
    bytes,
  });
  return part.size === 0 ? undefined : part;
}

function partOfRequests({ rule, credential, at, upstream }: RequestGrant): ReadonlyMap<string, YamlPart> {
  const { methods, paths, headers, without, maximumBody, rate } = rule;
  return mapOf({
    methods,
    paths,
    set_headers: headers && new Map(headers),
    drop_headers: without,
    max_body: maximumBody,
    rate: rate && mapOf({ requests: rate.count, within: `${rate.within}ms` }),
    credential: credential && partOfCredential(credential),
    at,
    tls: upstream === 'plain' ? false : undefined,
  });
}

function partOfCredential({ from, placement, variable }: CredentialGrant): YamlPart {
  const named = variable !== undefined && (from.kind !== 'environment' || from.name !== variable);
  return mapOf({
    ...partsOfSource(from),
    as: partOfPlacement(placement),
    variable: named ? variable : undefined,
  });
}

function partOfPlacement(placement: CredentialGrant['placement']): YamlPart | undefined {
  switch (placement.kind) {
    case 'bearer':
      return undefined;
    case 'basic':
      return mapOf({ basic: placement.user });
    default:
      return mapOf({ [placement.kind]: placement.name });
  }
}
