// The confined client of the benchmark of services: asks as programs do, writes its figures as a line of JSON, and waits until
// it is ended.
import { number, program, service, writable } from 'cloudabi/program';
import { openService } from 'cloudabi/services';

/** Milliseconds that something takes once: the average over a batch, and the least of all batches. */
async function time(
  batches: number,
  batch: number,
  act: (index: number) => Promise<unknown>,
): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < batches; turn++) {
    const begin = performance.now();
    for (let index = 0; index < batch; index++) await act(turn * batch + index);
    best = Math.min(best, (performance.now() - begin) / batch);
  }
  return best;
}

export default program(
  {
    schema: {
      users: service('pwd'),
      names: service('dns'),
      zygote: service('zygote'),
      turn: number(),
      batches: number(),
      batch: number(),
      channels: number(),
      output: writable(),
    },
  },
  async ({ users, names, zygote, turn, batches, batch, channels, output }) => {
    const ask = (): Promise<unknown> => users.getpwnam({ name: 'root' });
    await ask();
    const warm = await time(batches, batch, async () => {
      const { channel } = await zygote.open({ service: 'pwd' });
      openService('pwd', channel.take()).close();
    });
    const roundTrip = await time(8 * batches, batch, ask);
    // Names differ, so that no answer comes from a cache.
    const lookUp = await time(batches, batch, (index) =>
      names.getaddrinfo({ name: `a${turn}-${index}.example`, family: 'ipv4' }),
    );
    // All of them stay open.
    const many: { close(): void }[] = [];
    const thousand = await time(1, 1, async () => {
      for (let index = 0; index < channels; index++) {
        const clone = await users.clone();
        many.push(clone);
        await clone.getpwnam({ name: 'root' });
      }
    });
    for (const clone of many) clone.close();
    output.write(`${JSON.stringify({ warm, roundTrip, lookUp, thousand })}\n`);
    await new Promise(() => setInterval(() => undefined, 60_000));
  },
);
