import { resolve } from 'node:path';
import { parseAnyRule, printAnyRule } from '../policy/any-rule.ts';
import { withAbsoluteFile } from '../resources/rule-grant.ts';
import { textIn, type Written } from '../resources/written.ts';

/** Keys whose texts are paths on the host, where a value is a text, or texts in a list or a map. */
const PATHS: ReadonlySet<string> = new Set(['sockets', 'env_file', 'home', 'agent', 'file', 'policy']);

/** Keys that are looked into for such keys. */
const HOLDERS: ReadonlySet<string> = new Set(['ssh_agent', 'network', 'hosts', 'credential']);

/** The value of `home` that is no path. */
const NO_PATH: ReadonlySet<string> = new Set(['private']);

/**
 * Makes the paths of a profile absolute, since they start at its own folder and not at that of the document that includes
 * it. Tags have done so themselves.
 */
export function withOwnPaths(written: Written, directory: string): Written {
  return each(written, (key, value) =>
    key === 'rules'
      ? rulesWithOwnFiles(value, directory)
      : PATHS.has(key)
        ? absolute(value, directory)
        : HOLDERS.has(key)
          ? within(key, value, directory)
          : value,
  );
}

function within(key: string, written: Written, directory: string): Written {
  if (key === 'ssh_agent' && written.kind === 'seq') return keyFiles(written, directory);
  if (written.kind === 'seq')
    return { ...written, items: written.items.map((item) => withOwnPaths(item, directory)) };
  return each(written, (inner, value) => {
    if (inner === 'keys') return keyFiles(value, directory);
    if (PATHS.has(inner)) return absolute(value, directory);
    return HOLDERS.has(inner) ? within(inner, value, directory) : value;
  });
}

function each(written: Written, change: (key: string, value: Written) => Written): Written {
  if (written.kind !== 'map') return written;
  const entries = written.entries.map(({ key, value }) => ({ key, value: change(textIn(key) ?? '', value) }));
  return { ...written, entries };
}

/** Rules of masks name files. */
function rulesWithOwnFiles(written: Written, directory: string): Written {
  if (written.kind !== 'seq') return written;
  const items = written.items.map((item): Written => {
    const { value } = parseAnyRule(textIn(item) ?? '');
    if (value?.kind !== 'paths' || value.rule.action.kind !== 'mask') return item;
    const text = printAnyRule(withAbsoluteFile(value, directory));
    return { kind: 'scalar', value: text, position: item.position };
  });
  return { ...written, items };
}

/** Keys of an agent with this ending are files. */
function keyFiles(written: Written, directory: string): Written {
  if (written.kind !== 'seq') return written;
  return {
    ...written,
    items: written.items.map((item) => (textIn(item)?.endsWith('.pub') ? absolute(item, directory) : item)),
  };
}

function absolute(written: Written, directory: string): Written {
  if (written.kind === 'seq')
    return { ...written, items: written.items.map((item) => absolute(item, directory)) };
  if (written.kind === 'map') return each(written, (_, value) => absolute(value, directory));
  const text = textIn(written);
  if (text === undefined || text === '' || NO_PATH.has(text)) return written;
  return { kind: 'scalar', value: resolve(directory, text), position: written.position };
}
