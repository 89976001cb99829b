import { join } from 'node:path';
import { Filetype } from '../abi/generated/constants.ts';
import type { PartReader } from '../resources/document.ts';
import type { ReadContext } from '../resources/fields.ts';
import { readFile } from '../resources/file.ts';
import { pipeRights } from '../resources/pipe.ts';
import { readServiceTag } from '../resources/service-tag.ts';
import { SharedMemoryResource } from '../resources/shared-memory.ts';
import { connectedRights, listeningRights } from '../resources/socket-rights.ts';
import { nameWritten, quote, textIn, type Written } from '../resources/written.ts';
import { didYouMean } from '../text/suggest.ts';
import { ArrowEnd, type EndPurpose } from './arrow-end.ts';
import { describeArrow, sideOf, wantedForm } from './arrow-words.ts';
import type { Arrow, ArrowUse, AskedServiceArrow, OfferedServiceArrow, UseForm } from './graph-types.ts';
import { type ArrowPlaces, channelOf } from './places.ts';
import { askedBy } from './read-service-arrow.ts';

/** The parts of a graph that the grants of a program refer to. */
export type UseContext = {
  /** The name of the program whose grants are read. */
  readonly program: string;
  readonly arrows: ReadonlyMap<string, Arrow>;
  /** The names of all arrows, those with mistakes included. */
  readonly named: ReadonlySet<string>;
  readonly places: ArrowPlaces;
  /** The folder where relative paths of arrows start. */
  readonly directory: string;
  /** True where a published port of the program reaches it by a UNIX socket. */
  readonly isRelayed: (arrow: Arrow) => boolean;
};

/** The thing in the place of a tag, and its form. */
type Made = { readonly written: Written; readonly form: UseForm };

/** Collects the tags of a graph that stand in the grants of one program. */
export class UseReader {
  readonly uses: ArrowUse[] = [];
  readonly ends: ArrowEnd[] = [];
  /** The names of all arrows that stand somewhere, fitting or not. */
  readonly mentioned = new Set<string>();
  readonly #context: UseContext;

  constructor(context: UseContext) {
    this.#context = context;
  }

  /** The tags that a graph has beside those of other documents, and `!fd`, which it reads in its own way. */
  get readers(): ReadonlyMap<string, PartReader> {
    return new Map<string, PartReader>([
      ['arrow', (written, context, key) => this.#arrow(written, context, key)],
      ['ready', (written, context) => this.#plain(written, context, { kind: 'ready' })],
      ['stop', (written, context) => this.#plain(written, context, { kind: 'stop' })],
      ['fd', (written, context) => this.#stream(written, context)],
    ]);
  }

  /** The program prints into its log, and has no other descriptor of the process that starts it. */
  #stream(written: Written, { mistakes, position }: ReadContext): Written | undefined {
    const name = textIn(written);
    if (name === 'stdout' || name === 'stderr') return this.#add({ kind: 'log', stream: name }, position);
    mistakes.add(
      `In a graph, !fd is 'stdout' or 'stderr', which lead to the log of the program, not ${nameWritten(written)}`,
      written.position ?? position,
    );
    return undefined;
  }

  #plain(written: Written, context: ReadContext, purpose: PlainPurpose): Written | undefined {
    if (written.kind === 'scalar' && written.value === null) return this.#add(purpose, context.position);
    context.mistakes.add(`${context.subject} takes no value`, written.position ?? context.position);
    return undefined;
  }

  #arrow(written: Written, context: ReadContext, key: string | undefined): Written | undefined {
    const { mistakes } = context;
    const position = written.position ?? context.position;
    const text = textIn(written);
    const [name, client] = text?.split('/', 2) ?? [];
    const { arrows, named, program } = this.#context;
    const arrow = name === undefined ? undefined : arrows.get(name);
    if (name === undefined)
      mistakes.add(`!arrow expects the name of an arrow, not ${nameWritten(written)}`, position);
    else if (!named.has(name))
      mistakes.add(() => `There is no arrow ${quote(name)}${didYouMean(name, named)}`, position);
    if (text !== undefined) this.mentioned.add(text);
    if (arrow === undefined) return undefined;
    const side = sideOf(arrow, program);
    if (side === undefined) {
      mistakes.add(`${describeArrow(arrow)}: program '${program}' is at neither end of it`, position);
      return undefined;
    }
    const form = formOf(key);
    const known = client === undefined || (arrow.kind === 'service' && side === 'to');
    const made =
      isWrongWay(arrow, side, key) || !known ? undefined : this.#make(arrow, side, form, context, client);
    if (made === undefined) mistakes.add(`${describeArrow(arrow)}: ${wantedForm(arrow, side)}`, position);
    else this.uses.push({ arrow, side, form: made.form, position });
    return made?.written;
  }

  /** Makes the thing that stands in the place of a tag; `undefined` where the arrow does not fit. */
  #make(
    arrow: Arrow,
    side: ArrowUse['side'],
    form: UseForm,
    context: ReadContext,
    client?: string,
  ): Made | undefined {
    const position = context.position;
    const made = (written: Written | undefined, as: UseForm = form): Made | undefined =>
      written && { written, form: as };
    const scalar = (value: string | number): Written => ({ kind: 'scalar', value, position });
    const { places, directory } = this.#context;
    switch (arrow.kind) {
      case 'connection':
        if (side === 'to') {
          if (arrow.socket !== undefined) {
            const rights: Written = {
              kind: 'seq',
              items: ['read', 'write', 'create', 'remove'].map(scalar),
              position,
            };
            return form === 'directory' || form === 'descriptor'
              ? made(this.#file(places.insideOf(arrow), rights, context), 'directory')
              : undefined;
          }
          return form === 'descriptor'
            ? made(this.#add({ kind: 'listener', arrow: arrow.name, unix: true }, position))
            : undefined;
        }
        if (form === 'path') return made(scalar(places.socketOf(arrow)));
        if (form === 'name')
          return made(
            mapOf(
              [
                ['host', scalar(arrow.to)],
                ['ports', scalar(arrow.port)],
                ['socket', scalar(places.socketOf(arrow))],
              ],
              position,
            ),
          );
        return form === 'descriptor'
          ? made(this.#add({ kind: 'client', arrow: arrow.name }, position))
          : undefined;
      case 'published':
        if (form !== 'descriptor') return undefined;
        return made(
          this.#add({ kind: 'listener', arrow: arrow.name, unix: this.#context.isRelayed(arrow) }, position),
        );
      case 'pipe': {
        if (form !== 'descriptor') return undefined;
        const end = side === 'from' ? 'write' : 'read';
        return made(this.#add({ kind: 'pipe', arrow: arrow.name, end }, position));
      }
      case 'shared_memory': {
        if (form !== 'descriptor') return undefined;
        const { type, base, inheriting } = new SharedMemoryResource(arrow.size, position).check();
        const description = `Memory of arrow '${arrow.name}', shared by ${arrow.between.join(', ')}`;
        const checked = { type, base, inheriting, description };
        return made(
          this.#keep(new ArrowEnd('shared_memory', { kind: 'memory', arrow: arrow.name }, checked, position)),
        );
      }
      case 'directory':
        if (form !== 'directory' && form !== 'descriptor') return undefined;
        return made(
          this.#file(
            join(directory, arrow.path),
            side === 'from' ? arrow.rights : arrow.handed,
            context,
            arrow,
          ),
          'directory',
        );
      case 'service':
        return made(
          'to' in arrow
            ? this.#offered(arrow, side, form, context, client)
            : this.#asked(arrow, form, context),
        );
      case 'outside':
        return form === 'name' ? made(arrow.host) : undefined;
    }
  }

  /** A service of ours: a channel, or an entry of the list `services`. */
  #asked(arrow: AskedServiceArrow, form: UseForm, context: ReadContext): Written | undefined {
    const written = askedBy(arrow, this.#context.program, context);
    if (written === undefined || form === 'library') return written;
    const resource = form === 'descriptor' ? readServiceTag(written, context) : undefined;
    return resource && { kind: 'resource', resource, position: context.position };
  }

  /** A service of a program: its listener for one client, or the connection of that client. */
  #offered(
    arrow: OfferedServiceArrow,
    side: ArrowUse['side'],
    form: UseForm,
    { position, mistakes }: ReadContext,
    client: string | undefined,
  ): Written | undefined {
    const { program, places } = this.#context;
    const [only, ...others] = arrow.clients;
    const name = side === 'from' ? program : (client ?? (others.length === 0 ? only : undefined));
    if (name === undefined || !arrow.clients.includes(name)) {
      if (name !== undefined)
        mistakes.add(
          () => `Arrow '${arrow.name}' has no client ${quote(name)}${didYouMean(name, arrow.clients)}`,
          position,
        );
      return undefined;
    }
    const way = channelOf(arrow, name);
    if (side === 'from' && form === 'path')
      return { kind: 'scalar', value: places.socketOf({ name: way }), position };
    if (form !== 'descriptor') return undefined;
    return this.#add(
      side === 'from' ? { kind: 'client', arrow: way } : { kind: 'listener', arrow: way, unix: true },
      position,
    );
  }

  #file(path: string, rights: Written, context: ReadContext, arrow?: Arrow): Written | undefined {
    const { position } = context;
    const written = mapOf(
      [
        ['path', { kind: 'scalar', value: path, position: arrow?.position ?? position }],
        ['rights', rights],
      ],
      position,
    );
    const resource = readFile(written, context);
    return resource && { kind: 'resource', resource, position };
  }

  #add(purpose: PlainPurpose, position: Written['position']): Written {
    return this.#keep(endOf(purpose, position));
  }

  #keep(resource: ArrowEnd): Written {
    this.ends.push(resource);
    return { kind: 'resource', resource, position: resource.position };
  }
}

type PlainPurpose = Exclude<EndPurpose, { kind: 'memory' }>;

function endOf(purpose: PlainPurpose, position: Written['position']): ArrowEnd {
  const socket = (description: string, rights: ReturnType<typeof connectedRights>): ArrowEnd =>
    new ArrowEnd('socket', purpose, { description, type: Filetype.socket_stream, ...rights }, position);
  const pipe = (description: string, end: 'read' | 'write'): ArrowEnd =>
    new ArrowEnd('pipe', purpose, { description, type: Filetype.unknown, ...pipeRights(end) }, position);
  switch (purpose.kind) {
    case 'client':
      return socket(`Connected by arrow '${purpose.arrow}'`, connectedRights(true));
    case 'listener':
      return socket(`Takes the connections of arrow '${purpose.arrow}'`, listeningRights(purpose.unix));
    case 'pipe':
      return pipe(`The ${purpose.end} end of arrow '${purpose.arrow}'`, purpose.end);
    case 'log':
      return pipe(`The log of the program (${purpose.stream})`, 'write');
    case 'ready':
      return pipe('Written to when the program is ready', 'write');
    case 'stop':
      return pipe('Ends when the program shall stop', 'read');
  }
}

function mapOf(entries: readonly (readonly [string, Written])[], position: Written['position']): Written {
  return {
    kind: 'map',
    entries: entries.map(([key, value]) => ({ key: { kind: 'scalar', value: key, position }, value })),
    position,
  };
}

/** Tells whether a standard stream would get the other end of a pipe. */
function isWrongWay(arrow: Arrow, side: ArrowUse['side'], key: string | undefined): boolean {
  if (arrow.kind !== 'pipe') return false;
  return side === 'from' ? key === 'stdin' : key === 'stdout' || key === 'stderr';
}

/** The form of an end that belongs into a key of `!command`, or into `!network`. */
function formOf(key: string | undefined): UseForm {
  if (key === 'sockets') return 'path';
  if (key === 'network') return 'name';
  if (key === 'services') return 'library';
  return key === 'directories' ? 'directory' : 'descriptor';
}
