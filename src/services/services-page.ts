import { services } from './table.ts';

/** The page that has the table of services. */
export const SERVICES_PAGE = 'docs/services.md';

const BEGIN = '<!-- services: made by `npm run generate` -->';
const END = '<!-- services end -->';

/** A section for each service: its limits, its calls, and what it holds. */
function servicesSections(): string {
  return [...services.values()]
    .map(({ name, about, holds, process, limits, calls }) => {
      const place = process === 'own' ? 'a process of its own' : 'the shared process';
      const limitRows = Object.entries(limits).map(
        ([key, limit]) =>
          `| \`${key}\` | ${limit.about} ${limit.needed === true ? 'It has to be named. ' : ''}Expects ${cell(limit.words)}. |`,
      );
      const callRows = Object.entries(calls).map(
        ([call, declared]) =>
          `| \`${call}\` | ${cell(declared.about)} | \`${cell(declared.takes.type)}\` | \`${cell(declared.gives.type)}\` |`,
      );
      return [
        `### ${name}`,
        '',
        `${about} It runs in ${place} and holds ${holds}.`,
        ...(limitRows.length === 0 ? [] : ['', '| limit | meaning |', '| --- | --- |', ...limitRows]),
        '',
        '| call | meaning | takes | gives |',
        '| --- | --- | --- | --- |',
        ...callRows,
      ].join('\n');
    })
    .join('\n\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Puts the sections of the services into the text of their page. */
export function withServices(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${SERVICES_PAGE} has no place for the services`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${servicesSections()}\n\n${page.slice(end)}`;
}
