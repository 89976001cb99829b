// docs/rules.md: its commands print what the page says, and its tables mean what the matcher does.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ruledCategories } from '../../src/policy/category-table.ts';
import { Matcher } from '../../src/policy/decide.ts';
import { parsePolicy } from '../../src/policy/parse-policy.ts';
import { parseFileRule } from '../../src/policy/parse-rule.ts';
import { pattern } from '../../src/policy/pattern.ts';
import { actionKinds } from '../../src/policy/rule.ts';
import { compileTable } from '../../src/policy/table.ts';
import { Page } from '../frame/docs/page.ts';
import { install, makeDesk } from '../frame/docs/shell.ts';

const page = new Page('docs/rules.md');
const commands = page.blocks('sh').filter((block) => !block.startsWith('cloudabi ctl'));
const changes = page.blocks('sh').filter((block) => block.startsWith('cloudabi ctl'));
const outputs = page.blocks('text');
const document = page.block('yaml');
const policy = page.block('policy');
const [api = '', live = ''] = page.blocks('ts');

/** The rows of the table below a heading, each cell with the texts in backquotes in it. */
function rowsOf(heading: string): readonly (readonly (readonly string[])[])[] {
  const table = page.text.slice(page.text.indexOf(`| ${heading}`)).split('\n\n', 1)[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)),
    );
}

const categories = new Page('docs/categories.md');
const status = categories.block('sh');
categories.end();

test('the command of docs/categories.md lets git look', (t) => {
  const { run } = makeDesk(t, {});
  const result = run(`git init -q .\n${status}`);
  assert.equal(result.status, 0, result.stderr);
});

test('the commands print what the page says', (t) => {
  const desk = makeDesk(t, {});
  assert.equal(commands.length, outputs.length);
  for (const [index, command] of commands.entries()) {
    const where = index === 0 ? '' : 'cd app\n';
    const { stdout, stderr } = desk.run(`${where}${command.replaceAll(' -- ', ' --no-stdin -- ')}`);
    const wanted = (outputs[index] ?? '').trimEnd();
    // Standard error is not in order with standard output.
    const all = `${stdout}${stderr}`.replace(/^cloudabi exec: /gm, '');
    const traced = all
      .replace(/^\S+Z (?=\S+ \(\d+\): )/gm, '')
      .replace(/\b(of|hide|write) \/\S+?\/app\//g, '$1 …/app/');
    if (command.includes('--trace')) assert.ok(traced.includes(wanted), all);
    else if (command.includes('--explain')) assert.ok(all.includes(wanted), all);
    else assert.equal(traced.trimEnd(), wanted, command);
  }
});

test('the document, the policy and the program of the API are read', (t) => {
  const { cwd, run } = makeDesk(t, { 'grants.yaml': document, 'app/unused': '' });
  const explained = run('cloudabi explain --config grants.yaml /bin/sh');
  assert.equal(explained.status, 0, explained.stderr);
  assert.match(explained.stdout, /^ {2}deny\(EPERM\) change \/app\/\.git\/\*\* {2}grants\.yaml:12:5$/m);
  assert.deepEqual(
    parsePolicy(policy).map(({ kind }) => kind),
    ['rule', 'rule', 'include'],
  );
  install(cwd);
  mkdirSync(join(cwd, 'bin'));
  writeFileSync(
    join(cwd, 'api.mjs'),
    `${api.replace("'make'", "'/bin/true'")}\nconsole.log(make.linux.rules[0].patterns[0]);\n`,
  );
  const { stdout, stderr } = run('node api.mjs');
  assert.equal(stdout, '/data/\\[2026\\]\\ reports/**\n', stderr);
});

test('the program of the API changes its rules, and ctl looks for a program', (t) => {
  const { cwd, run } = makeDesk(t, { 'app/.env': 'x' });
  install(cwd);
  writeFileSync(join(cwd, 'live.mjs'), live.replace("['1']", "['9']"));
  const { stdout, stderr } = run('node live.mjs');
  assert.equal(
    stdout,
    "launcher: hide /app/**/.env\nlauncher: state sealed\n[ 'hide /app/**/.env' ]\n",
    stderr,
  );
  for (const line of changes.join('').trim().split('\n')) {
    const { status, stderr: message } = run(line);
    assert.equal(status, 64, message);
    assert.match(message, /No command of yours runs 'make'/);
  }
});

test('the tables name each action, and patterns that match as they say', () => {
  assert.deepEqual(
    rowsOf('action ').map(([first]) => first?.[0]?.split(' ')[0]),
    ['allow', 'deny', 'hide', 'mask', 'append', 'log', 'ask', 'stop', 'kill'],
  );
  assert.equal(rowsOf('action ').length, actionKinds.length);
  const rows = rowsOf('pattern        | matches');
  assert.ok(rows.length >= 5);
  for (const [[text = ''] = [], yes = [], no = []] of rows) {
    const { value } = parseFileRule(`deny read ${text}`);
    assert.ok(value);
    const rule = {
      ...value,
      patterns: [pattern(text)],
      categories: ruledCategories,
      source: { text, place: '' },
    };
    const matcher = new Matcher(compileTable([rule], () => undefined));
    for (const path of yes)
      assert.equal(matcher.decide('read', Buffer.from(path)).rule, 0, `${text} ${path}`);
    for (const path of no)
      assert.equal(matcher.decide('read', Buffer.from(path)).rule, undefined, `${text} ${path}`);
  }
});

page.end();
