import { deepStrictEqual } from 'node:assert/strict';
import { fdOfTag, parseYaml, printYaml, YamlError, yamlToArgdata } from '../../src/argdata/yaml.ts';
import { refusedAs, type Target, textOf } from '../target.ts';

/** Argdata written as YAML. */
export const yaml: Target = {
  name: 'yaml',
  promise: 'text is refused with a YamlError that says where, or is a value that survives printing',
  words: [
    '!fd 0',
    '!fd stdout',
    '!!binary ',
    '!!timestamp ',
    '!!set ',
    '%TAG ! tag:nuxi.nl,2015:cloudabi/',
    '---',
    '...',
    '&a ',
    '*a',
    '<<: ',
    '? ',
    ': ',
    '- ',
    '\n',
    '  ',
    '"',
    "'",
    '|-\n',
    '>',
    '0x',
    '1.5',
    '.inf',
    '~',
    '# ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '\t',
    '\ufeff',
    '\\x00',
  ],
  maximumLength: 1024,
  run(bytes) {
    const value = refusedAs([YamlError], () => yamlToArgdata(parseYaml(textOf(bytes)), fdOfTag));
    if (value !== undefined) deepStrictEqual(yamlToArgdata(parseYaml(printYaml(value)), fdOfTag), value);
  },
};
