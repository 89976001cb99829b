import { procGrants } from '../resources/linux-parts.ts';
import type { Option } from './options.ts';
import { ruleOptions } from './rule-options.ts';

/** The options of `exec` that grant something. */
export const grantOptions: readonly Option[] = [
  {
    name: '--read',
    value: 'PATH[:AT]',
    repeat: true,
    bytes: true,
    help: 'Let the program read the directory PATH and all beneath it, which it sees at AT\n(as PATH when AT is left out). A Linux program can also start programs in it,\nand PATH may be a file.',
  },
  {
    name: '--write',
    value: 'PATH[:AT]',
    repeat: true,
    bytes: true,
    help: 'Let it read, write, create and remove beneath PATH, too.',
  },
  {
    name: '--read-data',
    value: 'PATH[:AT]',
    repeat: true,
    bytes: true,
    help: 'Like --read, but nothing beneath PATH can be started.',
  },
  {
    name: '--write-data',
    value: 'PATH[:AT]',
    repeat: true,
    bytes: true,
    help: 'Like --write, but nothing beneath PATH can be started.',
  },
  {
    name: '--overlay',
    value: 'DIR[:AT]',
    repeat: true,
    bytes: true,
    help: "Let a Linux program change DIR as with --write, but keep its changes aside: DIR stays as it is.\nSee 'cloudabi changes', 'commit' and 'discard'. A further run goes on with them.",
  },
  {
    name: '--overlay-name',
    value: 'NAME',
    help: 'Keep them beside those of other runs, under this name.',
  },
  {
    name: '--encrypt',
    value: 'DIR[:AT]',
    repeat: true,
    bytes: true,
    help: "Let a Linux program change DIR as with --write, and encrypt on this host what it writes there.\nSee 'cloudabi decrypt'.",
  },
  {
    name: '--encrypt-key',
    value: 'FILE',
    help: 'The file with the key for --encrypt: 32 random bytes or more; /dev/fd/3 is a descriptor.',
  },
  {
    name: '--socket',
    value: 'PATH[:AT]',
    repeat: true,
    help: 'Let a Linux program connect to the UNIX socket PATH, which it sees at AT.',
  },
  {
    name: '--ssh-agent',
    value: 'KEY',
    repeat: true,
    help: 'Let a Linux program sign with KEY of the ssh-agent: a fingerprint (SHA256:…), a file (….pub)\nor the comment of a key. It uses no other key, and adds and removes none.',
  },
  {
    name: '--service',
    value: 'NAME[=LIMITS]',
    repeat: true,
    help: 'Let a Linux program ask the service NAME by its C library, within LIMITS: pwd={users: [root]}\n(users), grp (groups), dns (hosts), netdb (ports and protocols),\nsyslog (the log of this host), sysctl={names: {vm.swappiness: read}}\n(files beneath /proc/sys).',
  },
  {
    name: '--env',
    value: 'NAME[=VALUE]',
    repeat: true,
    bytes: true,
    help: 'Give it an environment variable, with the value it has here when VALUE is left out.',
  },
  {
    name: '--env-file',
    value: 'FILE',
    repeat: true,
    help: 'Give it the variables of FILE (NAME=value a line); --env counts before them. Those that steer\nwhat programs load and run, such as LD_PRELOAD and PATH, are refused.',
  },
  {
    name: '--limit',
    value: 'NAME=VALUE',
    repeat: true,
    help: 'Limit it: memory=64MiB, wall_clock=10s; a Linux program also processes=100,\ncpus=1.5, cpu_time=30s, open_files=256, file_size=1GiB, changes=1GiB (of --overlay).',
  },
  {
    name: '--profile',
    value: 'NAME[,NAME]',
    repeat: true,
    help: "Add the grants of these profiles ('cloudabi profiles' lists them), or of a file: ./team.yaml.\nOptions count where a profile says otherwise.",
  },
  { name: '--no-stdin', help: 'Withhold standard input; likewise --no-stdout and --no-stderr.' },
];

/** The options of `exec` that are for Linux programs only. */
export const linuxOptions: readonly Option[] = [
  {
    name: '--base',
    value: 'BASE',
    help: 'Its files before any grant: minimal (itself and its libraries; the\ndefault), system (the programs and libraries of this host, /tmp, /dev, /proc), none.',
  },
  {
    name: '--chdir',
    value: 'DIR',
    bytes: true,
    help: 'Start it in DIR, as it sees it; without this option here, if it sees it.',
  },
  {
    name: '--network',
    value: 'MODE',
    help: "none (the default), loopback (a loopback of its own), host (the host's).",
  },
  {
    name: '--net',
    value: 'RULE',
    repeat: true,
    help: 'A network that reaches the hosts of the rules and no others: registry.example.org:443,\n*.example.org:80,443, 10.0.0.0/8:53/udp, public:443, localhost:5432.\n"GET,HEAD registry.example.org:443" holds requests.',
  },
  {
    name: '--secret',
    value: 'NAME@HOST:PORT[=PLACE]',
    repeat: true,
    help: 'Send the variable NAME of this environment with each request to HOST, as a bearer token or at\nPLACE (header:NAME, basic:USER, query:NAME). The program finds a placeholder in NAME.',
  },
  {
    name: '--net-except',
    value: 'RULE',
    repeat: true,
    help: 'Refuse these hosts, although a rule allows them; without ports, on all ports.',
  },
  {
    name: '--net-resolver',
    value: 'ADDRESS:PORT',
    help: "Look granted names up at this server, not in the host's way.",
  },
  {
    name: '--net-limit',
    value: 'NAME=VALUE',
    repeat: true,
    help: 'Limit the network of --net: connections=100, connections_per_second=20,\nbytes_per_second=1MiB, bytes=10GiB.',
  },
  {
    name: '--connect',
    value: 'PORT',
    repeat: true,
    help: "On the host's network: connect to no other TCP ports.",
  },
  {
    name: '--bind',
    value: 'PORT',
    repeat: true,
    help: "On the host's network: listen on no other TCP ports.",
  },
  {
    name: '--publish',
    value: 'HOSTPORT:PORT',
    repeat: true,
    help: "Forward HOSTPORT of this host's loopback to PORT of the program's.",
  },
  {
    name: '--listen',
    value: 'ADDRESS',
    repeat: true,
    help: 'Hand it a socket that listens at ADDRESS, from descriptor 3 (LISTEN_FDS).',
  },
  {
    name: '--home',
    value: 'DIR',
    optional: [],
    help: 'A home directory of its own, in memory; with --home=DIR that directory, which keeps\nwhat the program leaves there. HOME leads to it.',
  },
  {
    name: '--user',
    value: 'NAME|UID[:GID]',
    help: 'As root: make it another user, of one group, in its files and for the kernel.',
  },
  {
    name: '--show-user',
    value: 'UID[:GID]',
    help: 'Not as root: let it find this user and group in the place of yours, for itself and its files.',
  },
  { name: '--tmp', help: 'A private /tmp. --no-tmp withholds that of the base system.' },
  { name: '--dev', help: 'The harmless devices of /dev. --no-dev withholds them.' },
  {
    name: '--proc',
    optional: procGrants,
    help: 'A /proc that shows WHAT: processes (its own), system (its share of the machine, too; the\ndefault of WHAT, and of the base system), everything (all that the kernel says), none.\n--no-proc withholds it.',
  },
  {
    name: '--terminal',
    help: 'A terminal of its own, by default when standard input and output are\nterminals. --no-terminal hands it yours.',
  },
  ...ruleOptions,
  {
    name: '--allow-calls',
    value: 'GROUP',
    repeat: true,
    help: 'Let it use a group of system calls that programs do not normally need.',
  },
  {
    name: '--promise',
    value: 'NAME[,NAME]',
    repeat: true,
    help: 'Refuse every system call that these promises leave out: stdio, rpath, wpath, cpath, dpath, fattr,\nchown, flock, tty, unix, inet, dns, proc, exec, id, unveil.',
  },
  {
    name: '--executables',
    value: 'FILE',
    help: "Let it start no files but those whose checksums are in FILE, which 'cloudabi checksum' writes.",
  },
  {
    name: '--refuse',
    value: 'KIND',
    repeat: true,
    help: 'Of these, start none of a kind: 32-bit, static, dynamic, not-pie, executable-stack, script.',
  },
  {
    name: '--trusted',
    help: 'Of these, start none that another user than root and you could replace.',
  },
];

/** Switches that help mentions with another. */
export const unlistedOptions: readonly Option[] = [
  '--no-stdout',
  '--no-stderr',
  '--no-tmp',
  '--no-dev',
  '--no-proc',
  '--no-terminal',
].map((name) => ({ name, help: '' }));
