import { closeSync, existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { LocalService } from '../../broker/local-service.ts';
import { isBeneath } from '../../host/files/beneath.ts';
import { hostPath } from '../../host/files/host-path.ts';
import type { FindClient, RefusedTarget } from '../../network/refusal.ts';
import type { HostPattern, NetworkRule } from '../../network/rule.ts';
import type { RefusedAttempt } from '../../network/verdict.ts';
import { entryPoint } from '../../plan/entry-points.ts';
import type { PlannedEntry } from '../../plan/linux/planned.ts';
import type { LateParts } from '../../plan/linux/world-of.ts';
import { type Credential, placeholderFor } from '../../requests/credential.ts';
import type { RefusedRequest } from '../../requests/held-origin.ts';
import { HeldRequests } from '../../requests/held-requests.ts';
import type { HeldTarget } from '../../requests/protocol.ts';
import { trustedHere, trustFor } from '../../requests/trust-files.ts';
import type { HostsGrant } from '../../resources/hosts.ts';
import type { CredentialGrant, RequestGrant } from '../../resources/request-grant.ts';
import { OriginSockets } from './origin-sockets.ts';
import { readSecret } from './secret.ts';

/** Permission bits of a folder that all may read. */
const FOLDER_MODE = 0o755;

/** A rule whose requests are held. */
export type HeldRule = HostsGrant['hosts'][number] & { readonly requests: RequestGrant };

/** Finds the rules of a grant that speak of requests. */
export function heldRulesOf({ hosts }: Pick<HostsGrant, 'hosts'>): readonly HeldRule[] {
  return hosts.flatMap(({ requests, ...host }) => (requests === undefined ? [] : [{ ...host, requests }]));
}

/** The surroundings of held requests: the broker's part. */
export type HeldNetworkOptions = {
  /** Connects to a host as a connection of the program would be. */
  readonly dial: (target: HeldTarget) => Promise<Socket>;
  /** Leads a connection of a UNIX socket to a service; the descriptor belongs to the callee. */
  readonly onClient?: (descriptor: number, target: HeldTarget, service: LocalService) => void;
  readonly onRefused: (
    target: Extract<RefusedTarget, { kind: 'request' }>,
    refused: Pick<RefusedAttempt, 'denial' | 'remedy'>,
    findClient: FindClient,
  ) => void;
  /** Called when the process that holds requests has ended by itself. */
  readonly onLost: () => void;
};

/** The requests that a program's network holds: their process, and what the program needs to trust it. */
export class HeldNetwork {
  readonly #rules: readonly HeldRule[];
  readonly #credentials: readonly (Credential | undefined)[];
  readonly #requests: HeldRequests;
  readonly #trusted = trustedHere();
  readonly #sockets: OriginSockets | undefined;

  /** @throws ResourceError for a secret that cannot be had, SystemError. */
  constructor(rules: readonly HeldRule[], { dial, onClient, onRefused, onLost }: HeldNetworkOptions) {
    this.#rules = rules;
    const paths = rules.flatMap(({ requests: { at } }) => (typeof at === 'string' ? [at] : []));
    if (paths.length > 0 && onClient !== undefined)
      this.#sockets = new OriginSockets([...new Set(paths)], (at, descriptor) => {
        const served = this.#servedAt(at);
        if (served === undefined) closeSync(descriptor);
        else
          onClient(descriptor, served.target, (socket, _meant, findClient) =>
            this.#requests.serve(served.target, socket, findClient),
          );
      });
    this.#credentials = rules.map(
      ({ requests, position }) => requests.credential && credentialOf(requests.credential, position),
    );
    this.#requests = new HeldRequests({
      script: `${entryPoint('request-process')}.js`,
      begin: {
        grants: rules.map(({ requests: { rule, upstream } }, index) => {
          const credential = this.#credentials[index];
          return { rule, upstream, ...(credential && { credential }) };
        }),
        names: rules.flatMap(({ rule }) => nameOf(rule.host)),
        trust: this.#trusted,
      },
      dial,
      onRefused: (refused, findClient) => {
        const { name, port, method, path } = refused;
        onRefused({ kind: 'request', name, port, method, path }, this.#refusalOf(refused), findClient);
      },
      onLost,
    });
  }

  /** Finds the service for connections of a rule; `undefined` for rules that speak of hosts alone. */
  serviceFor(rule: NetworkRule): LocalService | undefined {
    const grant = this.#rules.findIndex((held) => held.rule === rule);
    if (grant < 0) return undefined;
    return (socket, meant, findClient) => {
      const name = meant.name ?? (rule.host.kind === 'localhost' ? 'localhost' : undefined);
      if (name === undefined) socket.destroy();
      else this.#requests.serve({ grant, name, port: meant.port }, socket, findClient);
    };
  }

  /** Finds the origin that is served at a port of the program's loopback. */
  serviceAt(at: number): LocalService | undefined {
    const served = this.#servedAt(at);
    return (
      served && ((socket, _meant, findClient) => this.#requests.serve(served.target, socket, findClient))
    );
  }

  /** Finds the origin that is served at a port or at the path of a socket. */
  #servedAt(at: number | string): { readonly target: HeldTarget & { readonly grant: number } } | undefined {
    const grant = this.#rules.findIndex(({ requests }) => requests.at === at);
    const rule = this.#rules[grant]?.rule;
    const port = rule?.ports[0]?.first;
    const [name] = rule === undefined ? [] : nameOf(rule.host);
    return name === undefined || port === undefined ? undefined : { target: { grant, name, port } };
  }

  /** Lets a program of another user connect to its sockets. */
  giveTo(user: { readonly uid: number; readonly gid: number }): void {
    this.#sockets?.giveTo(user);
  }

  /**
   * Makes the files and variables that the program needs. Waits for the authority.
   *
   * @throws Error when the process has not started.
   */
  lateParts(entries: readonly PlannedEntry[]): LateParts {
    const { files, environment } = trustFor(this.#requests.certificate, this.#trusted, (path) =>
      sees(entries, path),
    );
    const within = this.#sockets?.entries.find(({ at }) => entries.some((entry) => isGiven(entry, at)));
    if (within !== undefined)
      throw new Error(
        `${within.at} lies in a directory that is granted; name another place such as /run/api.sock`,
      );
    return {
      entries: [
        ...(this.#sockets?.entries ?? []),
        ...files.own.map(({ path, content }) => ({ kind: 'text', at: path, content }) as const),
        ...files.covers.map(({ path, from }) => ({ kind: 'cover', at: path, from }) as const),
        ...files.folders.flatMap(({ at, files: within }) => [
          { kind: 'tmpfs', at, execute: false, mode: FOLDER_MODE } as const,
          ...within.map(({ path, content }) => ({ kind: 'text', at: path, content }) as const),
        ]),
      ],
      defaults: environment,
      variables: this.#rules.flatMap(({ requests: { credential } }, index) => {
        const placeholder = this.#credentials[index]?.placeholder;
        const variable = credential?.variable;
        return placeholder === undefined || variable === undefined ? [] : [[variable, placeholder] as const];
      }),
    };
  }

  /** Ends the process. */
  end(): void {
    this.#sockets?.close();
    this.#requests.end();
  }

  #refusalOf({
    name,
    port,
    method,
    path,
    reason,
    lack,
  }: RefusedRequest): Pick<RefusedAttempt, 'denial' | 'remedy'> {
    const host = `${name}:${port}`;
    const rule = this.#rules.find((held) => nameOf(held.rule.host).includes(name))?.requests.rule;
    const denial = { kind: 'request', reason } as const;
    switch (lack) {
      case 'methods':
        return { denial, remedy: { kind: 'methods', methods: [...(rule?.methods ?? []), method], host } };
      case 'paths':
        return {
          denial,
          remedy: {
            kind: 'request',
            key: 'paths',
            value: `[${[...(rule?.paths ?? []), path].join(', ')}]`,
            host,
          },
        };
      case 'max_body':
      case 'rate':
      case undefined:
        return { denial, remedy: { kind: 'none' } };
    }
  }
}

function credentialOf(grant: CredentialGrant, position: HeldRule['position']): Credential {
  const secret = readSecret(grant.from, position);
  return { secret, placeholder: placeholderFor(secret), placement: grant.placement };
}

/** The name that an authority must vouch for, with all beneath it. */
function nameOf(host: HostPattern): readonly string[] {
  switch (host.kind) {
    case 'name':
      return [host.name];
    case 'one-label':
    case 'labels':
      return [host.suffix];
    case 'localhost':
      return ['localhost'];
    case 'prefix':
    case 'class':
      return [];
  }
}

/** Tells whether a path lies in a file or a directory of the host that is granted. */
function isGiven(entry: PlannedEntry, path: string): boolean {
  return entry.kind === 'mount' && entry.at !== '/' && isBeneath(path, entry.at);
}

/** Tells whether a program sees a file of the host at a path. */
function sees(entries: readonly PlannedEntry[], path: string): boolean {
  const above = entries.findLast(({ at }) => isBeneath(path, at));
  if (above?.kind !== 'mount') return false;
  const rest = path.slice(above.at === '/' ? 0 : above.at.length);
  return existsSync(hostPath(`${above.path === '/' ? '' : above.path}${rest}`));
}
