/** The part of `cloudabi/services` that confined programs have: all but the services themselves, which act on the host. */

export {
  choicesLimit,
  fixedLimit,
  type Limit,
  mapLimit,
  mostLimit,
  needed,
  permissionLimit,
  setLimit,
} from '../limit.ts';
export type { ProgramEnd } from '../program/process-end.ts';
export {
  declareService,
  type RequestChannel,
  type ServiceDeclaration,
  type ServiceHandlers,
  serviceCall,
} from '../service.ts';
export { ServiceError, type ServiceErrorCode } from '../service-error.ts';
export {
  anyShape,
  boolShape,
  bytesShape,
  choiceShape,
  descriptorShape,
  integerShape,
  listShape,
  mapShape,
  nothingShape,
  nullableShape,
  optionalShape,
  recordShape,
  textShape,
  type WireShape,
} from '../shape.ts';
export { ShapeError } from '../shape-error.ts';
export type { ServiceTypes } from '../table.ts';
export { Passed, type Wire } from '../wire.ts';
export { ServiceChannel } from './channel.ts';
export type { ClientOf, ServiceClient } from './client.ts';
export { ControlledProcess } from './controlled-process.ts';
export { openService, type ServiceLimits, type ServiceMock } from './open-service.ts';
export { type Packet, PacketSocket } from './packet-socket.ts';
