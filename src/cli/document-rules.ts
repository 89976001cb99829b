import { realpathSync, statSync } from 'node:fs';
import { replaceFile } from '../host/files/replace-file.ts';
import { addHost } from '../resources/add-host.ts';
import { addRule } from '../resources/add-rule.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { printable } from '../text/printable.ts';
import type { KeepRule } from './always.ts';
import { readTextFile } from './document.ts';

/**
 * Makes the function that adds rules to a document: to its hosts, or before the rule that asks. Its comments and its order
 * stay.
 */
export function keepInDocument(file: string): KeepRule {
  return (question) => {
    const { rule } = question;
    try {
      const path = realpathSync(file);
      const text = readTextFile(path);
      const changed =
        question.kind === 'access' ? addRule(text, rule, question.asked.text) : addHost(text, rule);
      if (changed === undefined)
        return {
          failed:
            question.kind === 'access'
              ? `${file} has no list of rules with '${printable(question.asked.text)}' before which ${rule} can be added`
              : `${file} has no list of hosts to which ${rule} can be added`,
        };
      replaceFile(path, changed, statSync(path).mode & 0o777);
      return { kept: `${rule} was added to ${file}` };
    } catch (error) {
      return { failed: `Cannot add ${rule} to ${file}: ${reasonOf(error)}` };
    }
  };
}
