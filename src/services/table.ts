import { configurationService } from './offered/configuration.ts';
import { dnsService } from './offered/dns.ts';
import { fileargsService } from './offered/fileargs.ts';
import { filesystemService } from './offered/filesystem.ts';
import { grpService } from './offered/grp.ts';
import { httpService } from './offered/http.ts';
import { loginService } from './offered/login.ts';
import { netService } from './offered/net.ts';
import { netdbService } from './offered/netdb.ts';
import { powerboxService } from './offered/powerbox.ts';
import { programService } from './offered/program.ts';
import { pwdService } from './offered/pwd.ts';
import { randomService } from './offered/random.ts';
import { socketService } from './offered/socket.ts';
import { sshAgentService } from './offered/ssh-agent.ts';
import { sysctlService } from './offered/sysctl.ts';
import { syslogService } from './offered/syslog.ts';
import { tlsService } from './offered/tls.ts';
import type { AnyService } from './service.ts';
import { makeZygote } from './zygote.ts';

const offered = {
  dns: dnsService,
  pwd: pwdService,
  grp: grpService,
  netdb: netdbService,
  random: randomService,
  syslog: syslogService,
  sysctl: sysctlService,
  fileargs: fileargsService,
  powerbox: powerboxService,
  filesystem: filesystemService,
  configuration: configurationService,
  net: netService,
  http: httpService,
  socket: socketService,
  program: programService,
  tls: tlsService,
  login: loginService,
  'ssh-agent': sshAgentService,
};

/** The services by their names, with their types: those of clients come out of it. */
export type ServiceTypes = typeof offered & { readonly zygote: ReturnType<typeof makeZygote> };

const byName = new Map<string, AnyService>(Object.entries(offered));

/** All services, in the order of the documentation: documents, documentation, types and tests come out of this table. */
export const services: ReadonlyMap<string, AnyService> = new Map<string, AnyService>([
  ...byName,
  ['zygote', makeZygote(byName)],
]);
