import { openSync } from 'node:fs';
import { HeldDatabase, wordLines } from '../colon-file.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { defineService, serviceCall } from '../service.ts';
import {
  integerShape,
  listShape,
  nullableShape,
  optionalShape,
  recordShape,
  type Shaped,
  textShape,
} from '../shape.ts';

const name = textShape(256, ['tcp', 'http', '?']);
const names = listShape(name, 256);
const MOST_PORT = 65535;

/** An entry of protocols(5). */
const protocolShape = recordShape({ name, aliases: names, proto: integerShape(0, 255) });

/** An entry of services(5). */
const portShape = recordShape({ name, aliases: names, port: integerShape(0, MOST_PORT), protocol: name });

type Protocol = Shaped<typeof protocolShape>;
type Port = Shaped<typeof portShape>;

const commands = ['getprotobyname', 'getprotobynumber', 'getservbyname', 'getservbyport'] as const;

/** Names of protocols and ports, from `/etc/protocols` and `/etc/services`. */
export const netdbService = defineService({
  name: 'netdb',
  about: 'Names of protocols and ports, from `/etc/protocols` and `/etc/services`.',
  holds: 'these two files, to be read',
  process: 'shared',
  limits: { commands: commandsLimit(commands) },
  calls: {
    getprotobyname: serviceCall('Finds a protocol by name or alias.', { name }, nullableShape(protocolShape)),
    getprotobynumber: serviceCall(
      'Finds a protocol by number.',
      { proto: integerShape(0, 255) },
      nullableShape(protocolShape),
    ),
    getservbyname: serviceCall(
      'Finds a port by name or alias, of any protocol or of one.',
      { name, protocol: optionalShape(name) },
      nullableShape(portShape),
    ),
    getservbyport: serviceCall(
      'Finds the name of a port, of any protocol or of one.',
      { port: integerShape(0, MOST_PORT), protocol: optionalShape(name) },
      nullableShape(portShape),
    ),
  },
  state: null,
  prepare: () => ({ descriptors: openDatabases(['protocols', 'services']), data: null }),
  start: ({ descriptors }) => {
    const protocols = databaseOf(descriptors['protocols'], readProtocols);
    const ports = databaseOf(descriptors['services'], readPorts);
    return {
      getprotobyname: ({ name: wanted }, { limits }) => {
        requireCommand(limits, 'getprotobyname');
        return protocols().find((each) => hasName(each, wanted)) ?? null;
      },
      getprotobynumber: ({ proto }, { limits }) => {
        requireCommand(limits, 'getprotobynumber');
        return protocols().find((each) => each.proto === proto) ?? null;
      },
      getservbyname: ({ name: wanted, protocol }, { limits }) => {
        requireCommand(limits, 'getservbyname');
        return ports().find((each) => hasName(each, wanted) && isOf(each, protocol)) ?? null;
      },
      getservbyport: ({ port, protocol }, { limits }) => {
        requireCommand(limits, 'getservbyport');
        return ports().find((each) => each.port === port && isOf(each, protocol)) ?? null;
      },
    };
  },
});

/** Opens databases of `/etc`; small images have none, which then have no entries. */
function openDatabases(files: readonly string[]): Record<string, number> {
  const opened: Record<string, number> = {};
  for (const file of files) {
    try {
      opened[file] = openSync(`/etc/${file}`, 'r');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return opened;
}

function databaseOf<Row>(
  file: number | undefined,
  read: (text: string) => readonly Row[],
): () => readonly Row[] {
  if (file === undefined) return () => [];
  const database = new HeldDatabase({ descriptors: { file }, data: null }, read);
  return () => database.current();
}

function readProtocols(database: string): readonly Protocol[] {
  return wordLines(database).flatMap(([first = '', number = '', ...aliases]) =>
    /^\d{1,3}$/.test(number) && Number(number) <= 255
      ? [{ name: first, aliases, proto: Number(number) }]
      : [],
  );
}

function readPorts(database: string): readonly Port[] {
  return wordLines(database).flatMap(([first = '', place = '', ...aliases]) => {
    const [, port, protocol] = /^(\d{1,5})\/(\w+)$/.exec(place) ?? [];
    return protocol !== undefined && Number(port) <= MOST_PORT
      ? [{ name: first, aliases, port: Number(port), protocol }]
      : [];
  });
}

function hasName({ name: first, aliases }: Protocol | Port, wanted: string): boolean {
  return first === wanted || aliases.includes(wanted);
}

function isOf(port: Port, protocol: string | undefined): boolean {
  return protocol === undefined || port.protocol === protocol;
}
