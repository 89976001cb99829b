import { program, readable, writable } from 'cloudabi/program';
import { answer } from './plugin.ts';

/** Does not like many links. */
export default program({ schema: { messages: readable(), verdicts: writable() } }, ({ messages, verdicts }) =>
  answer(messages, verdicts, ({ body }) => {
    const links = body.match(/https?:\/\//g)?.length ?? 0;
    return { score: links > 2 ? 1 : 0, header: ['X-Links', String(links)] };
  }),
);
