import { close } from '../../host/files/files.ts';
import type { WireShape } from '../shape.ts';
import { passedIn, type Wire } from '../wire.ts';

/**
 * Reads the answer to a call. Descriptors in an answer of another form are closed: a service that is compromised would fill the
 * table of its client with them.
 *
 * @throws ShapeError
 */
export function readReply<Reply>(gives: WireShape<Reply>, answer: Wire): Reply {
  try {
    return gives.read(answer, []);
  } catch (error) {
    for (const { descriptor } of passedIn(answer)) close(descriptor);
    throw error;
  }
}
