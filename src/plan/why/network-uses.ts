import { LOOPBACK_ADDRESSES, sameAddress } from '../../network/address.ts';
import { decide } from '../../network/decide.ts';
import { describeDenial, remedyOption, remedyYaml } from '../../network/describe-denial.ts';
import { isLocalhost } from '../../network/name.ts';
import type { Attempt } from '../../network/verdict.ts';
import { type HostsGrant, rulesOf } from '../../resources/hosts.ts';
import type { NetworkGrant } from '../../resources/network.ts';
import { mayLookUpNames } from '../../worlds/socket-rules.ts';
import type { LinuxPlan, ServedPlan } from '../plan-types.ts';
import { heldHere, Wall } from '../wall-names.ts';
import { granted, refused } from './answers.ts';
import { lineOfException, lineOfGrant, lineOfRule } from './lines.ts';
import { connectedSocket, listeningSocket } from './sockets-of.ts';
import type { BindUse, ConnectUse, DecidingLine, Mend, UseAnswer } from './use.ts';

/** Only names and addresses of the loopback mean the program itself. */
function isOwnLoopback({ host }: Attempt): boolean {
  if (host.kind === 'name') return isLocalhost(host.name);
  return LOOPBACK_ADDRESSES.some((one) => sameAddress(one, host.address));
}

function lineOf(network: NetworkGrant): DecidingLine | undefined {
  if (network.mode === 'none') return undefined;
  return { place: 'network', grant: network.mode, option: `--network ${network.mode}`, position: undefined };
}

function portsLine(key: 'connect' | 'bind', ports: readonly number[]): DecidingLine {
  const option = ports.map((port) => `--${key} ${port}`).join(' ');
  return { place: `network.${key}`, grant: ports.join(', '), option, position: undefined };
}

/** The rule of hosts that would allow an attempt. */
function ruleFor(attempt: Attempt): Mend {
  const verdict = decide({ allow: [], except: [] }, attempt);
  const remedy = verdict.kind === 'refused' ? verdict.remedy : { kind: 'none' as const };
  return { option: remedyOption(remedy), yaml: remedyYaml(remedy) };
}

/** Answers about a connection of a Linux program. */
export function answerWorldConnect({ linux, grants }: LinuxPlan, { attempt }: ConnectUse): UseAnswer {
  const { network, walls } = linux;
  const handed = connectedSocket(grants, attempt);
  if (handed !== undefined)
    return granted(`it is connected already, as descriptor ${handed.descriptor}`, lineOfGrant(handed), []);
  const around = walls === 'all' ? [Wall.network] : [Wall.seccomp];
  switch (network.mode) {
    case 'none':
      return refused('it has no network', undefined, around, ruleFor(attempt));
    case 'loopback':
      if (isOwnLoopback(attempt))
        return granted('it is the loopback of its own, which leads to itself', lineOf(network), around);
      return refused('its network is a loopback of its own', lineOf(network), around, ruleFor(attempt));
    case 'hosts':
      return answerHosts(network, attempt, Wall.network);
    case 'host':
      return onHost(network, attempt);
  }
}

function onHost(network: Extract<NetworkGrant, { mode: 'host' }>, { port, protocol }: Attempt): UseAnswer {
  const line = lineOf(network);
  const { connect } = network;
  if (protocol === 'udp') {
    if (mayLookUpNames({ kind: 'host', ...(connect && { connect }) }))
      return granted("it uses the host's network, and may send datagrams anywhere", line, []);
    const port = { option: '--connect 53', yaml: 'network: { connect: [53] }' };
    return refused(
      'with limited ports, it sends no datagrams',
      line,
      heldHere([{ limit: '', by: [Wall.seccomp] }])[0]?.by ?? [],
      port,
    );
  }
  if (connect === undefined) return granted("it uses the host's network", line, []);
  const ports = portsLine('connect', connect);
  if (connect.includes(port)) return granted('its port is granted, for every host', ports, [Wall.ports]);
  return refused('its port is not among those granted', ports, [Wall.ports], {
    option: `--connect ${port}`,
    yaml: `network: { connect: [${[...connect, port].join(', ')}] }`,
  });
}

/** Answers by rules of hosts. Names are not looked up. */
function answerHosts(grant: HostsGrant, attempt: Attempt, around: string): UseAnswer {
  const verdict = decide(rulesOf(grant), attempt);
  const by = [Wall.broker, around];
  if (verdict.kind === 'refused') {
    const { denial, remedy } = verdict;
    const line =
      denial.kind === 'excepted'
        ? lineOfException(grant, denial.exception)
        : denial.kind === 'other-port'
          ? lineOfRule(grant, denial.rule)
          : undefined;
    return refused(describeDenial(denial), line, by, {
      option: remedyOption(remedy),
      yaml: remedyYaml(remedy),
    });
  }
  const notes = [
    ...(verdict.kind === 'resolve'
      ? ['Its addresses must be public, or be granted themselves; the name is not looked up for this answer']
      : []),
    ...(grant.hosts.some(({ rule, requests }) => rule === verdict.rule && requests !== undefined)
      ? ['The rule also holds which requests may be sent']
      : []),
  ];
  return granted('a rule grants it', lineOfRule(grant, verdict.rule), by, notes);
}

/** Answers about a connection of a program that our kernel serves. */
export function answerServedConnect(plan: ServedPlan, { attempt }: ConnectUse): UseAnswer {
  const handed = connectedSocket(plan.grants, attempt);
  if (handed !== undefined)
    return granted(`it is connected already, as descriptor ${handed.descriptor}`, lineOfGrant(handed), []);
  const around = plan.kind === 'wasm' || plan.kind === 'elf' ? Wall.seccomp : Wall.network;
  if (plan.network !== undefined) return answerHosts(plan.network, attempt, around);
  const { option, yaml } = ruleFor(attempt);
  const mend =
    plan.kind === 'node'
      ? { option, yaml }
      : { option: undefined, yaml: yaml?.replace('network: {', 'network: !network {') };
  return refused('it can make no connection', undefined, [Wall.seccomp], mend);
}

/** Answers about listening of a Linux program. */
export function answerWorldBind({ linux, grants }: LinuxPlan, { port }: BindUse): UseAnswer {
  const { network, walls } = linux;
  const handed = listeningSocket(grants, port);
  if (handed !== undefined)
    return granted(
      `it is handed a socket that listens there, as descriptor ${handed.descriptor}`,
      lineOfGrant(handed),
      [],
    );
  switch (network.mode) {
    case 'none':
      return refused('it has no network', undefined, [walls === 'all' ? Wall.network : Wall.seccomp], {
        option: '--network loopback',
        yaml: 'network: loopback',
      });
    case 'loopback':
    case 'hosts': {
      const published = network.publish.find((one) => one.port === port);
      const note =
        published === undefined
          ? `Only the program itself reaches it; --publish HOSTPORT:${port} would let this host in`
          : `127.0.0.1:${published.hostPort} of this host leads there`;
      return granted('the port is one of its own loopback', lineOf(network), [Wall.network], [note]);
    }
    case 'host': {
      const { bind } = network;
      if (bind === undefined) return granted("it uses the host's network", lineOf(network), []);
      const line = portsLine('bind', bind);
      if (bind.includes(port)) return granted('its port is granted', line, [Wall.ports]);
      return refused('its port is not among those granted', line, [Wall.ports], {
        option: `--bind ${port}`,
        yaml: `network: { bind: [${[...bind, port].join(', ')}] }`,
      });
    }
  }
}

/** Answers about listening of a program that our kernel serves: only with sockets that it is handed. */
export function answerServedBind({ grants, kind, network }: ServedPlan, { port }: BindUse): UseAnswer {
  const handed = listeningSocket(grants, port);
  if (handed !== undefined)
    return granted(
      `it is handed a socket that listens there, as descriptor ${handed.descriptor}`,
      lineOfGrant(handed),
      [],
    );
  if (kind === 'node' && network !== undefined)
    return granted('the port is one of its own loopback', lineOf(network), [Wall.network]);
  return refused('it can open no port', undefined, [Wall.seccomp], {
    option: undefined,
    yaml: `listen: !socket { bind: '127.0.0.1:${port}' }`,
  });
}
