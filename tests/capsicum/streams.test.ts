import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { told } from '../frame/capsicum/child.ts';

describe('limitStream', () => {
  test('leaves the use of a stream, and the questions about a terminal', async () => {
    const answers = await told(`
      const { limitStream } = capsicum;
      const input = fs.openSync('/dev/zero', 'r+'), output = fs.openSync('/dev/null', 'r+');
      limitStream(input, 'read');
      limitStream(output, ['write']);
      enter();
      const raw = (call, ...values) => syscall(callNumberOf(call), ...values);
      tell([
        attempt(() => fs.readSync(input, Buffer.alloc(1))), attempt(() => fs.writeSync(input, 'x')),
        attempt(() => fs.readSync(output, Buffer.alloc(1))), attempt(() => fs.writeSync(output, 'x')),
        // Not a terminal (ENOTTY) is an answer of the device; EPERM of the filter.
        raw('ioctl', input, 0x5413, 0), raw('ioctl', input, 0x5402, 0), raw('fcntl', input, 3) >= 0, raw('fcntl', input, 1033, 0),
      ]);`);
    assert.deepEqual(answers, [1, 'EPERM', 'EPERM', 1, -25, -1, true, -1]);
  });

  test('limits the standard streams, and leaves closed ones alone', async () => {
    const answers = await told(`
      const { limitStdio, rightsOf } = capsicum;
      fs.closeSync(2);
      syscall(callNumberOf('close'), 2);
      limitStdio();
      fs.openSync('/dev/null', 'r+');
      enter();
      tell([rightsOf(0).includes('write'), rightsOf(0).includes('read'), rightsOf(1).includes('read'), rightsOf(1).includes('write'), rightsOf(2).length]);
      fs.writeSync(1, '');`);
    assert.deepEqual(answers, [false, true, false, true, 15]);
  });

  test('cached facts go on working, and comes before enter', async () => {
    const answers = await told(`
      const { cacheCertificates, cacheLocale, cacheRandom, cacheTimeZone } = capsicum;
      await cacheTimeZone('Europe/Lisbon'); await cacheLocale('pt-BR'); await cacheCertificates(); cacheRandom();
      enter();
      const { randomBytes } = process.getBuiltinModule('node:crypto');
      tell([new Date(0).toLocaleString('pt-BR', { timeZone: 'Europe/Lisbon' }), randomBytes(4).length, await later(cacheTimeZone())]);`);
    assert.deepEqual(answers, ['01/01/1970, 01:00:00', 4, 'already_entered']);
  });
});

describe('limit by name', () => {
  test('takes commands by name, so that no other is left', async () => {
    const answers = await told(`
      const file = fs.openSync('/dev/null', 'r+');
      limit(file, { fcntls: ['F_GETFL'], ioctls: ['FIONREAD', 'TIOCGWINSZ'] });
      enter();
      const raw = (call, ...values) => syscall(callNumberOf(call), ...values);
      tell([raw('fcntl', file, 3) >= 0, raw('fcntl', file, 1), raw('ioctl', file, 0x541b, 0), raw('ioctl', file, 0x5413, 0), raw('ioctl', file, 0x5421, 0)]);`);
    // The device knows none of the requests (ENOTTY).
    assert.deepEqual(answers, [true, -1, -25, -25, -1]);
  });

  test('says which commands no descriptor keeps, and why', async () => {
    const answers = await told(`
      const wrong = (limits) => { try { limit(1, limits); return 'accepted'; } catch (error) { return error.message.split('. Those')[0]; } };
      tell([wrong({ ioctls: ['TIOCSTI'] }), wrong({ ioctls: [0x5412] }), wrong({ fcntls: ['F_GETFLL'] }), wrong({ fcntls: ['F_DUPFD'] }), wrong({ fcntls: ['F_GETFL', 4] })]);`);
    assert.deepEqual(answers, [
      "ioctl 'TIOCSTI' does not stay in capability mode: it puts input into the terminal, as if a person had typed it",
      "ioctl '21522' cannot be left to a descriptor",
      "fcntl 'F_GETFLL' cannot be left to a descriptor; did you mean 'F_GETFL'?",
      "fcntl 'F_DUPFD' does not stay in capability mode: it makes a number for the same file that is not limited",
      'accepted',
    ]);
  });
});
