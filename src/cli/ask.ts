import { describeQuestion } from '../asking/describe-question.ts';
import { type AnswerWord, answerOf, type OnQuestion, type Question, readAnswer } from '../asking/question.ts';
import { QuestionBoard } from '../asking/question-board.ts';
import { LineServer } from '../control/line-server.ts';
import { serveQuestions } from '../control/question-service.ts';
import type { Plan } from '../plan/plan-types.ts';
import { mayChange, mayReach } from '../plan/writable-path.ts';
import type { Process } from '../process/process.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { AlwaysGranted, type KeepRule } from './always.ts';
import { Asker } from './asker.ts';
import { keepInDocument } from './document-rules.ts';
import { heldTerminals } from './held-terminals.ts';
import { UsageError } from './options.ts';
import { printError } from './output.ts';
import { OwnTerminal } from './own-terminal.ts';
import type { AskingTerminal } from './prompt.ts';
import { keepInRules } from './rules-file.ts';
import { whileStopped } from './stopped.ts';
import type { TerminalSession } from './terminal-session.ts';

/** The ways of asking that the user has chosen. */
export type AskOptions = {
  /** True for the terminal of this command. */
  readonly terminal: boolean;
  /** The path of a socket at which other processes of the user answer. */
  readonly socket: string | undefined;
  /** The file to which rules go that are granted for good; without one, the user is told. */
  readonly keep: { readonly kind: 'rules' | 'document'; readonly path: string } | undefined;
};

/** Answers the questions of one program by the persons who were chosen. */
export class Asking {
  readonly #command: string;
  readonly #plan: Plan;
  readonly #own: OwnTerminal | undefined;
  readonly #always: AlwaysGranted;
  /** True if rules are kept in a file. */
  readonly #keeps: boolean;
  readonly #onAnswer: (question: Question, word: AnswerWord) => void;
  readonly board = new QuestionBoard();
  readonly #server: LineServer | undefined;
  #use: (terminal: AskingTerminal) => void = () => undefined;
  readonly #unanswered = new Map<string, Question>();

  /**
   * @param onAnswer Called with each answer.
   * @throws UsageError when the program has nothing to ask about, or there is no terminal that is ours alone.
   */
  constructor(
    command: string,
    plan: Plan,
    { terminal, socket, keep }: AskOptions,
    onAnswer: (question: Question, word: AnswerWord) => void = () => undefined,
  ) {
    this.#onAnswer = onAnswer;
    if (!leavesQuestions(plan))
      throw new UsageError(
        "--ask is for programs with rules of hosts (--net) or a rule that asks, such as 'ask read **/.env', and this is none",
      );
    this.#command = command;
    this.#plan = plan;
    const keeper = keep && keeperOf(plan, keep);
    this.#keeps = keeper !== undefined;
    this.#always = new AlwaysGranted(command, plan, keeper);
    this.#own = terminal ? new OwnTerminal() : undefined;
    if (terminal) checkTerminals(plan);
    const used = new Promise<AskingTerminal>((resolve) => {
      this.#use = resolve;
    });
    if (terminal) answerAtTerminal(this.board, new Asker(command, used));
    this.#server = socket === undefined ? undefined : serveAt(socket, plan, this.board);
  }

  /** Answers a question, as `launch` asks it. */
  readonly onQuestion: OnQuestion = async (question, context) => {
    const begun = performance.now();
    const word = await this.board.ask(question, context);
    const ended = context.signal.aborted && performance.now() - begun < PATIENCE;
    if (ended && question.kind === 'connection') this.#unanswered.set(question.rule, question);
    this.#onAnswer(question, word);
    if (word === 'always') this.#always.add(question);
    return answerOf(word);
  };

  /** The program was started; `session` shows its terminal in the user's. */
  begin(program: Process, session: TerminalSession | undefined): void {
    const own = this.#own;
    if (session?.readsKeys === true) this.#use(session);
    else if (own === undefined) return;
    else if (session !== undefined)
      this.#use({ ask: (text, signal) => session.quietly(() => own.ask(text, signal)) });
    else if (heldTerminals(this.#plan).length > 0)
      this.#use({ ask: (text, signal) => whileStopped(program, () => own.ask(text, signal)) });
    else this.#use(own);
  }

  /**
   * The program has ended, and the terminal is the user's again: rules about which its end came before an answer can
   * still be kept for later starts.
   *
   * @param byItself False if a signal has ended it: its user wants no question then.
   */
  async end(program: Process, byItself: boolean): Promise<void> {
    this.#server?.close();
    if (byItself && this.#keeps) await this.#askLate();
    this.#always.tell();
    const more = program.notAsked;
    if (more > 0)
      printError(
        `${this.#command}: ${more} more ${more === 1 ? 'connection or access was' : 'connections or accesses were'} refused without a question: there were too many`,
      );
  }

  async #askLate(): Promise<void> {
    for (const question of [...this.#unanswered.values()].slice(0, MOST_LATE)) {
      const text = `\n${this.#command}: The program has ended. ${describeQuestion(question)}\n  [a]lways from now on, [n]o? `;
      const line = await this.#own?.ask(text, AbortSignal.timeout(PATIENCE));
      if (line !== undefined && readAnswer(line) === 'always') this.#always.add(question);
    }
  }
}

/** Milliseconds within which an answer is waited for: a question that was given up before has ended with its program. */
const PATIENCE = 110_000;

/** Questions that are asked after the end. */
const MOST_LATE = 4;

/** Lets the user at the terminal answer the questions of a board. */
function answerAtTerminal(board: QuestionBoard, asker: Asker): void {
  const asked = new Map<number, AbortController>();
  board.watch({
    onQuestion: (id, question) => {
      const controller = new AbortController();
      asked.set(id, controller);
      void asker.ask(question, { signal: controller.signal }).then((word) => board.answer(id, word));
    },
    onClosed: (id) => {
      asked.get(id)?.abort();
      asked.delete(id);
    },
  });
}

function serveAt(path: string, plan: Plan, board: QuestionBoard): LineServer {
  if (mayReach(plan, path))
    throw new UsageError(
      `The program would see the socket '${path}' of --ask-socket: put it where nothing is granted`,
    );
  try {
    return new LineServer(path, (client) => serveQuestions(board, client));
  } catch (error) {
    throw new UsageError(`--ask-socket: ${error instanceof Error ? error.message : reasonOf(error)}`);
  }
}

/** A program could lead the change of a document that it may change itself to another file. */
function keeperOf(plan: Plan, { kind, path }: NonNullable<AskOptions['keep']>): KeepRule | undefined {
  if (mayChange(plan, path)) return undefined;
  return kind === 'rules' ? keepInRules(path) : keepInDocument(path);
}

/** Tells whether a plan has rules of hosts that a broker decides by, or rules that ask. */
function leavesQuestions(plan: Plan): boolean {
  if (plan.kind === 'linux')
    return (
      plan.linux.network.mode === 'hosts' || plan.linux.rules.some(({ action }) => action.kind === 'ask')
    );
  return plan.kind === 'node' && plan.network !== undefined;
}

/** A program of several processes cannot be stopped for a question, so that it must not hold the terminal. */
function checkTerminals(plan: Plan): void {
  const [held] = plan.kind === 'linux' ? heldTerminals(plan) : [];
  if (held === undefined) return;
  throw new UsageError(
    `--ask would ask at the terminal that the program holds as ${held}, where it could write over the question: give the program a terminal of its own (--terminal, or 'terminal: true' in the document), redirect the stream, or use --ask-socket`,
  );
}
