import type { AskContext, ConnectAnswer, ConnectQuestion, OnConnect } from '../network/question.ts';
import type { AskedAccess } from './access.ts';

/** Something that a program wants and that its grants leave to a person. */
export type Question =
  /** A connection that no rule allows. */
  | ({ readonly kind: 'connection' } & ConnectQuestion)
  /** An access for which a rule about files says `ask`. */
  | ({ readonly kind: 'access' } & AskedAccess);

/** An answer: for as long as the program runs, for what waits now alone, or no. */
export type QuestionAnswer = ConnectAnswer;

/** Decides about a question, at once or when a person has answered. */
export type OnQuestion = (
  question: Question,
  context: AskContext,
) => QuestionAnswer | Promise<QuestionAnswer>;

/** The words by which people and other programs answer; `always` is for later starts, too. */
export const answerWords = ['once', 'run', 'always', 'no'] as const;

/** An answer in words. */
export type AnswerWord = (typeof answerWords)[number];

/** Reads an answer: a word of `answerWords` or its first letter, in any case; `undefined` for other texts. */
export function readAnswer(text: string): AnswerWord | undefined {
  const given = text.toLowerCase();
  return answerWords.find((word) => given === word || given === word.charAt(0));
}

/** Gives the meaning of a word for the program that runs. */
export function answerOf(word: AnswerWord): QuestionAnswer {
  return word === 'once' ? word : word !== 'no';
}

/** Answers questions about connections by a function for these alone; other questions are denied. */
export function byConnect(onConnect: OnConnect): OnQuestion {
  return (question, context) => {
    if (question.kind !== 'connection') return false;
    const { kind: _, ...connection } = question;
    return onConnect(connection, context);
  };
}
