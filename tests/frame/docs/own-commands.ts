// Commands of a page that work on this tree and would take too long within its tests, such as `npm test`: what they name
// must be there.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const tests = ['tests', 'attacks'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
);

/** Throws unless every command is one of this tree's: an npm script, or scripts/test.js with prefixes that tests have. */
export function assertOwnCommands(commands: string): void {
  const lines = commands.replaceAll(/(^|\s)#.*$|^\$ /gm, '').split(/\n|&&/);
  for (const command of lines.map((line) => line.trim())) {
    const [program = '', ...words] = command.replace(/^(?:[A-Z_]+=\S+ )*/, '').split(/\s+/);
    if (command === '' || command === 'npm ci' || command === 'npm pack') continue;
    if (program === 'npm') {
      const name = words[0] === 'run' ? (words[1] ?? '') : (words[0] ?? '');
      if (name === 'ci')
        assert.ok(words[1] === '--prefix' && existsSync(`${words[2]}/package-lock.json`), command);
      else assert.ok(scripts[name] !== undefined, `${command}: package.json has a script '${name}'`);
      for (const [file] of (scripts[name] ?? '').matchAll(/\b(scripts|examples)\/\S+\.js/g))
        assert.ok(existsSync(file), file);
    } else {
      assert.match(command, /^(?:[A-Z_]+=\S+ )*node scripts\/test\.js /);
      for (const prefix of words.slice(1))
        assert.ok(
          tests.some((name) => name.startsWith(prefix) && name.endsWith('.test.ts')),
          `${command}: a test is called ${prefix}…`,
        );
    }
  }
}
