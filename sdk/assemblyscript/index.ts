// CloudABI for AssemblyScript: docs/assemblyscript-sdk.md.

export * from './abi/constants';
export { Access } from './access';
export { Argdata, ArgdataType, Entry, Serialized } from './argdata';
export { ArgdataMap, ArgdataSeq } from './argdata-build';
export { Channel, channelOf } from './channel';
export { Clock } from './clock';
export { Descriptor, NO_DESCRIPTOR, Status } from './descriptor';
export { Directory, DirectoryEntry } from './directory';
export { File, FileStat } from './file';
export { Event, Poll, sleep } from './poll';
export { exit, program, reportTo } from './program';
export { randomBytes } from './random';
export { Outcome, Result } from './result';
export { connectTo, findAddresses, findUser, findUserById, openFile, User } from './services';
export { Listener, Socket } from './socket';
export { Stream } from './stream';
