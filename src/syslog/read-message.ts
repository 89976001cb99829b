import { printable } from '../text/printable.ts';

/*
 * Messages that programs send to /dev/log, one a datagram: a priority, then either what syslog(3) writes (time, name of the
 * program, id of the process, text; RFC 3164 without the host) or version 1 of RFC 5424. Only the priority is sure.
 */

/** A message as a program sent it. Its time and host are left out: the log that takes it has its own. */
export type LogMessage = {
  /** 0 (kern) to 23 (local7); syslog(3). */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number;
  /** The name that the program gives itself; empty for none. */
  readonly tag: string;
  /** The id that the program gives itself, as text; empty for none. */
  readonly process: string;
  /** One line without control characters. */
  readonly text: string;
};

/** The most bytes of a message that are read, as Casper's service has it. */
export const MAX_LOG_MESSAGE = 2048;

const MAX_PRIORITY = 191;

/** The facility of messages without a priority: user (RFC 3164, section 4.3.3), with the severity notice. */
const NO_PRIORITY = 13;

/** The time as syslog(3) writes it. */
const LOCAL_TIME = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:\d{4} )?/;

/** The name of a program and the id of its process. */
const TAG = /^([^\s[\]:]{1,48})(?:\[(\d{1,10})\])?: ?/;

/** The fields of RFC 5424 behind the version: time, host, program, process, id of the message. */
const FIELDS = /^1 \S{1,64} \S{1,255} (\S{1,48}) (\S{1,128}) \S{1,32} /;

/** Names and ids that can stand before the text of a line of a log. */
const PLAIN_NAME = /^[^\s[\]:]+$/;

/** Structured data: a dash, or elements in brackets, in whose quoted values a backslash escapes. */
const STRUCTURED = /^(?:-|(?:\[(?:[^"\]\\]|"(?:[^"\\]|\\.){0,2048}"){0,2048}\])+)(?: |$)/;

/** Reads a message; `undefined` for one without any text. Bytes that are not UTF-8 are replaced. */
export function readLogMessage(bytes: Uint8Array): LogMessage | undefined {
  const line = plain(new TextDecoder().decode(bytes.subarray(0, MAX_LOG_MESSAGE)));
  const [whole = '', digits] = /^<(\d{1,3})>/.exec(line) ?? [];
  const priority = digits === undefined || Number(digits) > MAX_PRIORITY ? NO_PRIORITY : Number(digits);
  const { tag, process, text } = parse(line.slice(whole.length));
  if (text === '') return undefined;
  return { facility: priority >> 3, severity: priority & 7, tag, process, text };
}

function parse(rest: string): Pick<LogMessage, 'tag' | 'process' | 'text'> {
  const fields = FIELDS.exec(rest);
  if (fields !== null) {
    const [all, tag = '', process = ''] = fields;
    const data = STRUCTURED.exec(rest.slice(all.length));
    // The byte order mark of section 6.4 is no character that is shown.
    const text = rest.slice(all.length + (data?.[0].length ?? 0)).replace(/^\ufffd/, '');
    return { tag: given(tag), process: given(process), text: text.trim() };
  }
  const timeless = rest.replace(LOCAL_TIME, '');
  const [all = '', tag = '', process = ''] = TAG.exec(timeless) ?? [];
  return { tag, process, text: timeless.slice(all.length).trim() };
}

/** A dash stands for nothing, and so does what could not be told from the text behind it. */
function given(field: string): string {
  return field === '-' || !PLAIN_NAME.test(field) ? '' : field;
}

/** Text of one line: a line end, and every other control character, would forge a message of its own in some logs. */
function plain(text: string): string {
  return printable(text.replace(/[\0\n]+$/, ''));
}
