import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { addHost } from '../resources/add-host.ts';
import { addRule } from '../resources/add-rule.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { printable } from '../text/printable.ts';
import type { KeepRule } from './always.ts';

/**
 * Makes the function that adds rules to a document: to its hosts, or before the rule that asks. Its comments and its order
 * stay.
 */
export function keepInDocument(file: string): KeepRule {
  return (question) => {
    const { rule } = question;
    try {
      const path = realpathSync(file);
      const text = readFileSync(path, 'utf8');
      const changed =
        question.kind === 'access' ? addRule(text, rule, question.asked.text) : addHost(text, rule);
      if (changed === undefined)
        return {
          failed:
            question.kind === 'access'
              ? `${file} has no list of rules with '${printable(question.asked.text)}' before which ${rule} can be added`
              : `${file} has no list of hosts to which ${rule} can be added`,
        };
      replace(path, changed);
      return { kept: `${rule} was added to ${file}` };
    } catch (error) {
      return { failed: `Cannot add ${rule} to ${file}: ${reasonOf(error)}` };
    }
  };
}

/** Puts a text in the place of a file's content: at each moment, the file has the old or the new one. */
function replace(path: string, text: string): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    writeFileSync(beside, text, { flag: 'wx', mode: statSync(path).mode & 0o777 });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
