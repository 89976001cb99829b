import { file, program, readable, writable } from 'cloudabi/program';
import { answer } from './plugin.ts';

const schema = { messages: readable(), verdicts: writable(), words: file() };

/** Counts words that only spam has. It alone has the list of words. */
export default program({ schema }, async ({ messages, verdicts, words }) => {
  const list = (await words.readFile('utf8')).split('\n').filter((word) => word !== '');
  await answer(messages, verdicts, ({ subject, body }) => {
    const text = `${subject}\n${body}`.toLowerCase();
    return { score: list.filter((word) => text.includes(word)).length / 2 };
  });
});
