import { test } from 'node:test';
import { compiler, ociProgram } from '../../../src/oci/native/code.ts';
import { isWhatItsSourceSays } from '../../frame/host/machine-code.ts';

test('the native program of the OCI runtime is what its source says', (context) =>
  isWhatItsSourceSays(context, 'oci', { compiler, code: ociProgram }));
