import { Argdata } from './argdata';
import { ArgdataMap } from './argdata-build';
import { Channel } from './channel';
import { Errno } from './abi/constants';
import { File } from './file';
import { failure, Result, success } from './result';
import { Socket } from './socket';

// The calls of services that most programs make; `Channel.call` makes any other.

/** A user of the host, as far as the limits of the channel tell. */
export class User {
  constructor(
    readonly name: string,
    readonly uid: u32,
    readonly gid: u32,
    readonly home: string,
    readonly shell: string,
  ) {}
}

/** Finds a user by name, through a channel to the service `pwd`; `noent` for none. */
export function findUser(users: Channel, name: string): Result<User> {
  return readUser(users.call('getpwnam', one('name', Argdata.fromStr(name))));
}

/** The same by id. */
export function findUserById(users: Channel, uid: u32): Result<User> {
  return readUser(users.call('getpwuid', one('uid', Argdata.fromInt<u32>(uid))));
}

function readUser(answer: Result<Argdata>): Result<User> {
  if (!answer.ok) return failure<User>(answer.error, answer.task, answer.reason);
  const found = answer.value;
  if (found.isNull) return failure<User>(Errno.noent, answer.task.length > 0 ? answer.task : 'find a user');
  const name = found.get('name').str();
  const uid = found.get('uid').int<u32>();
  if (!name.ok || !uid.ok) return failure<User>(Errno.proto, 'find a user');
  return success(
    new User(
      name.value,
      uid.value,
      found.get('gid').int<u32>().or(0),
      found.get('dir').str().or(''),
      found.get('shell').str().or(''),
    ),
  );
}

/** Finds the addresses of a host as texts, through a channel to the service `dns`. */
export function findAddresses(names: Channel, host: string): Result<string[]> {
  const answer = names.call('getaddrinfo', one('name', Argdata.fromStr(host)));
  if (!answer.ok) return failure<string[]>(answer.error, answer.task, answer.reason);
  const items = answer.value.get('addresses').items();
  if (!items.ok) return failure<string[]>(Errno.proto, 'find the addresses of a host');
  const found: string[] = [];
  for (let index = 0; index < items.value.length; index++)
    found.push(items.value[index].get('address').str().or(''));
  return success(found);
}

/** Connects to a host, through a channel to the service `net`. */
export function connectTo(network: Channel, host: string, port: u16, protocol: string = 'tcp'): Result<Socket> {
  const given = new ArgdataMap()
    .set('host', Argdata.fromStr(host))
    .set('port', Argdata.fromInt<u16>(port))
    .set('protocol', Argdata.fromStr(protocol));
  const answer = network.call('connect', given.build());
  if (!answer.ok) return failure<Socket>(answer.error, answer.task, answer.reason);
  return answer.value.socket();
}

/** Opens a file that was named beforehand, through a channel to the service `fileargs`. @param access `read`, `write` or `append`. */
export function openFile(files: Channel, path: string, access: string = 'read'): Result<File> {
  const given = new ArgdataMap().set('path', Argdata.fromStr(path)).set('access', Argdata.fromStr(access));
  const answer = files.call('open', given.build());
  if (!answer.ok) return failure<File>(answer.error, answer.task, answer.reason);
  return answer.value.get('file').file();
}

/** A map with one entry. */
function one(key: string, value: Argdata): Argdata {
  return new ArgdataMap().set(key, value).build();
}
