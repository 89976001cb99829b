import { didYouMean } from '../text/suggest.ts';
import { Fields, type ReadContext } from './fields.ts';
import type { EncryptGrant, OverlayGrant } from './file-check.ts';
import { readSource, sourceKeys } from './request-grant.ts';
import { type PresetName, presetNames, type RightName, rightNames, type WrittenRights } from './rights.ts';
import { nameWritten, quote, type Written } from './written.ts';

/** Rights that change what is in a file already, which `append` promises not to. */
const changing: readonly RightName[] = [
  'fd_stat_put_flags',
  'file_allocate',
  'file_stat_fput_size',
  'mem_map',
  'mem_map_exec',
];

/** Names of overlays: they appear in commands. */
const OVERLAY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Reads `overlay`: true, or the name of one of several overlays of a directory. */
export function readOverlay(fields: Fields): OverlayGrant | undefined {
  const written = fields.get('overlay');
  const value = written?.kind === 'scalar' ? written.value : undefined;
  if (written === undefined || value === false) return undefined;
  const position = fields.at('overlay');
  if (value === true) return { name: undefined, position };
  if (typeof value === 'string' && OVERLAY_NAME.test(value)) return { name: value, position };
  return fields.expected('overlay', "true, false or a name of letters, digits, '.', '-' and '_'", written);
}

/** Reads `encrypt`: the source of the key. */
export function readEncrypt(fields: Fields, context: ReadContext): EncryptGrant | undefined {
  const written = fields.get('encrypt');
  if (written === undefined) return undefined;
  const position = fields.at('encrypt');
  const inner = Fields.read(written, sourceKeys, {
    ...context,
    subject: `'${fields.spell('encrypt')}'`,
    position,
  });
  const from = inner && readSource(inner, context);
  return from && { from, position };
}

/**
 * Reads `rights`: a name or a list of names of presets and of CloudABI rights. Without it: `read`, and everything that
 * changes files for changes that are kept aside.
 */
export function readRights(fields: Fields, context: ReadContext, overlay = false): WrittenRights | undefined {
  const written = fields.get('rights');
  if (written === undefined)
    return { presets: overlay ? ['read', 'write', 'create', 'remove', 'execute'] : ['read'], names: [] };
  const items: readonly Written[] = written.kind === 'seq' ? written.items : [written];
  if (items.length === 0)
    return fields.wrong('rights', "The list of rights is empty; leave it out for 'read'");
  const presets = new Set<PresetName>();
  const names = new Set<RightName>();
  let wrong = false;
  for (const item of items) {
    const value = item.kind === 'scalar' ? item.value : undefined;
    const preset = presetNames.find((name) => name === value);
    const right = rightNames.find((name) => name === value);
    if (preset !== undefined) presets.add(preset);
    else if (right !== undefined) names.add(right);
    else {
      wrong = true;
      context.mistakes.add(() => unknownRight(item), item.position ?? fields.at('rights'));
    }
  }
  return wrong ? undefined : consistent({ presets: [...presets], names: [...names] }, fields);
}

function unknownRight(item: Written): string {
  const list = presetNames.join(', ');
  if (item.kind !== 'scalar' || typeof item.value !== 'string')
    return `Key 'rights' expects the name of a right or a list of names, not ${nameWritten(item)}`;
  const hint = didYouMean(item.value, [...presetNames, ...rightNames]);
  return `Unknown right ${quote(item.value)}, expected ${list} or the name of a CloudABI right${hint}`;
}

/** `append` is a promise about a file: nothing beside it may break that. */
function consistent(rights: WrittenRights, fields: Fields): WrittenRights | undefined {
  if (!rights.presets.includes('append')) return rights;
  if (rights.presets.includes('write')) {
    const reason = "'write' changes existing bytes and 'append' only adds new ones";
    return fields.wrong('rights', `Rights 'append' and 'write' exclude each other: ${reason}`);
  }
  const breaking = rights.names.find((name) => changing.includes(name));
  if (breaking === undefined) return rights;
  return fields.wrong('rights', `Rights 'append' and '${breaking}' exclude each other: 'append' only adds`);
}
