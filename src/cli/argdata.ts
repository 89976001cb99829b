import { type Command, Option } from 'commander';
import { type Argdata, ArgdataError, ArgdataValueError, decode, encode } from '../argdata/index.ts';
import { JsonError, parseJson } from '../argdata/json-parse.ts';
import { printJson } from '../argdata/json-print.ts';
import { printYaml } from '../argdata/yaml-print.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { printDump } from './argdata-dump.ts';
import { parseHex, printHex } from './hex.ts';
import { decodeUtf8, InputError, readInput } from './input.ts';
import { printError } from './output.ts';

/** Adds `cloudabi argdata encode|decode|print`. */
export function addArgdataCommand(program: Command): void {
  const argdata = program
    .command('argdata')
    .description('Convert between argdata and text: the tree of values a program starts with')
    .addHelpText('after', EXAMPLES);
  argdata
    .command('encode')
    .description('Turn YAML or JSON into binary argdata')
    .argument('[file]', 'the text; standard input if left out or -')
    .addOption(new Option('--from <format>', 'what the text is').choices(['yaml', 'json']).default('yaml'))
    .option('--hex', 'write hexadecimal digits instead of bytes')
    .action(guard(encodeCommand));
  argdata
    .command('decode')
    .description('Turn binary argdata into YAML or JSON')
    .argument('[file]', 'the argdata; standard input if left out or -')
    .option('--hex', 'the input is hexadecimal digits; spaces are allowed')
    .option('--json', 'write JSON instead of YAML')
    .action(guard(decodeCommand));
  argdata
    .command('print')
    .description('Explain binary argdata byte by byte, up to the first mistake')
    .argument('[file]', 'the argdata; standard input if left out or -')
    .option('--hex', 'the input is hexadecimal digits; spaces are allowed')
    .action(guard(printCommand));
}

const EXAMPLES = `
Examples:
  $ echo '{port: 80, log: !fd 0}' | cloudabi argdata encode --hex
  $ echo '07 81 05 82 02 01 83 08 41 00' | cloudabi argdata decode --hex
  $ cloudabi argdata encode grants.yaml | cloudabi argdata print

Descriptors are written '!fd NUMBER'. Exit status: 0, or 2 when the input is wrong.`;

async function encodeCommand(file: string | undefined, options: { from: string; hex?: true }): Promise<void> {
  const { name, bytes } = readInput(file);
  const text = decodeUtf8(bytes, name);
  const encoded = encode(options.from === 'json' ? fromJson(text, name) : await fromYaml(text, name));
  process.stdout.write(options.hex ? `${printHex(encoded)}\n` : encoded);
}

async function decodeCommand(file: string | undefined, options: { hex?: true; json?: true }): Promise<void> {
  const value = decode(readArgdata(file, options.hex));
  process.stdout.write(options.json ? printJson(value) : printYaml(value));
}

async function printCommand(file: string | undefined, options: { hex?: true }): Promise<void> {
  const error = printDump(readArgdata(file, options.hex), process.stdout);
  if (error !== undefined) throw error;
}

function readArgdata(file: string | undefined, hex: true | undefined): Uint8Array {
  const { name, bytes } = readInput(file);
  return hex ? parseHex(decodeUtf8(bytes, name), name) : bytes;
}

function fromJson(text: string, name: string): Argdata {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new InputError(`${name}:${error.line}:${error.column}: ${error.message}`);
  }
}

/** The YAML parser is loaded here, so that the other commands start without it. */
async function fromYaml(text: string, name: string): Promise<Argdata> {
  const { fdOfTag, parseYaml, YamlError, yamlToArgdata } = await import('../argdata/yaml.ts');
  try {
    return yamlToArgdata(parseYaml(text, { file: name }), fdOfTag);
  } catch (error) {
    if (error instanceof YamlError) throw new InputError(error.format());
    throw error;
  }
}

/** Turns a mistake in the input into a message and an exit status. */
function guard<Args extends unknown[]>(
  action: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await action(...args);
    } catch (error) {
      const known =
        error instanceof InputError || error instanceof ArgdataError || error instanceof ArgdataValueError;
      if (!known) throw error;
      printError(error.message);
      process.exitCode = ExitStatus.configuration;
    }
  };
}
