import { questionValue } from '../asking/describe-question.ts';
import { readAnswer } from '../asking/question.ts';
import type { QuestionBoard } from '../asking/question-board.ts';
import { fieldOf } from './json-lines.ts';
import type { LineClient, LineSession } from './line-server.ts';

/**
 * Serves the questions of a board to a client: it sends `{"type":"question","id":1,…}` and `{"type":"closed","id":1}`, and
 * takes `{"id":1,"answer":"once"}`.
 */
export function serveQuestions(board: QuestionBoard, client: LineClient): LineSession {
  const onEnd = board.watch({
    onQuestion: (id, question) => client.send({ type: 'question', id, ...questionValue(question) }),
    onClosed: (id) => client.send({ type: 'closed', id }),
  });
  return {
    onValue: (value) => {
      const problem = takeAnswer(board, value);
      if (problem !== undefined) client.send({ type: 'error', message: problem });
    },
    onEnd,
  };
}

/** Takes an answer that a client has sent; returns the reason why it is none. */
export function takeAnswer(board: QuestionBoard, value: unknown): string | undefined {
  const id = fieldOf(value, 'id');
  const answer = fieldOf(value, 'answer');
  const word = typeof answer === 'string' ? readAnswer(answer) : undefined;
  if (typeof id !== 'number' || word === undefined)
    return 'An answer is {"id":NUMBER,"answer":"once"}, or "run", "always", "no"';
  return board.answer(id, word) ? undefined : `No question ${id} is open`;
}
