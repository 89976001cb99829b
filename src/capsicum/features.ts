/** A feature that Node has lazily or through the system, and its state in capability mode. */
export type Feature = {
  readonly feature: string;
  /** The files and calls that Node needs for it. */
  readonly needs: string;
  /** It works; it works once it has been prepared, and throws a `NotPreparedError` otherwise; it fails with an error. */
  readonly after: 'works' | 'prepared' | 'refused';
  /** The reason why it works, the preparation, or the error and its replacement. */
  readonly how: string;
};

/** "What breaks and why": the table of docs/capsicum.md. Each row has a test of its own. */
export const features: readonly Feature[] = [
  {
    feature: 'local time: `new Date()`, `toLocaleString()`, `Intl.DateTimeFormat`',
    needs: '`/etc/localtime`; Intl data, which are in the executable',
    after: 'works',
    how: '`enter()` finds out the time zone, and the target of the link stays known when `TZ` changes',
  },
  {
    feature: 'other time zones and locales, collation, number formats, segmentation',
    needs: 'Intl data, which are in the executable',
    after: 'works',
    how: 'a Node that reads them from a directory (`NODE_ICU_DATA`) needs `prepare({ locales, timeZones })`, or `enter()` refuses',
  },
  {
    feature: 'timers, signals, `AbortSignal.timeout`, workers that run already',
    needs: 'descriptors of its own',
    after: 'works',
    how: 'pipes and event counters reach nothing outside the process',
  },
  {
    feature: "asynchronous work: `crypto`, `zlib`, `fs` on open files, WebAssembly, a script's `timeout`",
    needs: 'threads',
    after: 'works',
    how: 'threads of the process are confined like the process, so that they may be started',
  },
  {
    feature: 'random numbers, hashes, ciphers, keys',
    needs: '`getrandom`; OpenSSL is configured when Node starts',
    after: 'works',
    how: 'nothing is opened',
  },
  {
    feature: "Node's own modules, `fetch`, `WebSocket` and other globals that are loaded when first used",
    needs: 'code, which is in the executable',
    after: 'works',
    how: 'loading them opens nothing',
  },
  {
    feature: '`console`, `process.stdout`, `process.stderr`',
    needs: 'the type of the descriptor; the terminal again',
    after: 'works',
    how: '`enter()` makes them',
  },
  {
    feature: '`process.memoryUsage()`, `process.memoryUsage.rss()`',
    needs: '`/proc/self/stat`',
    after: 'works',
    how: 'this one file stays readable',
  },
  {
    feature:
      '`process.title`, `process.umask()`, `process.cwd()`, `process.resourceUsage()`, `process.uptime()`',
    needs: 'calls about the process itself',
    after: 'works',
    how: 'they name nothing else',
  },
  {
    feature: '`os.hostname()`, `os.release()`, `os.loadavg()`, `os.uptime()`, `os.totalmem()`, `os.tmpdir()`',
    needs: '`uname`, `sysinfo`; files of `/proc`, for which they have a substitute that says the same',
    after: 'works',
    how: 'the substitute',
  },
  {
    feature: '`os.availableParallelism()`, `process.constrainedMemory()`',
    needs: 'the control group',
    after: 'works',
    how: 'they answer as they did at `enter()`',
  },
  {
    feature: 'stacks of errors, source maps of modules that are loaded',
    needs: 'maps, which Node reads with the module',
    after: 'works',
    how: 'they are in memory',
  },
  {
    feature: '`http`, `https`, `net` servers that listen already: connections, keep-alive, upgrade',
    needs: '`accept4`, `read`, `write`',
    after: 'works',
    how: 'sockets that are open stay usable',
  },
  {
    feature: 'TLS over a socket that is connected already, with the certificates of Node',
    needs: 'the bundled certificates',
    after: 'works',
    how: '`NODE_EXTRA_CA_CERTS` is read by `enter()`',
  },
  {
    feature: '`dns.getServers()`',
    needs: '`/etc/resolv.conf`',
    after: 'works',
    how: 'it is read by `enter()`',
  },
  {
    feature: '`os.cpus()`, `os.freemem()`, `os.networkInterfaces()`, `os.userInfo()`',
    needs: 'files of `/proc` and `/etc`, a socket',
    after: 'prepared',
    how: '`prepare({ system: true })`; processors and memory are read anew each time, the rest is as it was then',
  },
  {
    feature: '`require()` and `import()` of packages and files that were not loaded',
    needs: 'the files',
    after: 'prepared',
    how: '`prepare({ modules: [...] })`, or keep their directory. Before Node 22.15 `import()` fails with its own `ERR_MODULE_NOT_FOUND`',
  },
  {
    feature: '`dns.lookup()` of a name',
    needs: '`/etc/hosts`, a socket',
    after: 'prepared',
    how: '`prepare({ dns: [...] })` keeps the answers',
  },
  {
    feature: "`tls.getCACertificates('system')` and `('extra')`",
    needs: 'the certificates of the system',
    after: 'prepared',
    how: '`prepare({ certificates: true })`',
  },
  {
    feature: '`new Worker()`',
    needs: 'a thread, the file of the script',
    after: 'prepared',
    how: '`enter({ workers: true })`; the script must be in a kept directory or a string',
  },
  {
    feature: 'paths outside of kept directories: `fs`, `process.chdir()`, `process.dlopen()`, `fs.watch()`',
    needs: 'the file system',
    after: 'refused',
    how: '`EACCES`. Open before, or keep the directory; `fs.existsSync()` says `false`, as for any file it may not look at',
  },
  {
    feature: '`fs.watch()` in a kept directory',
    needs: '`inotify_add_watch`, which looks a path up by itself',
    after: 'refused',
    how: '`EACCES`. A watcher that was made before goes on',
  },
  {
    feature: 'connecting, listening, new sockets: `net`, `dgram`, `fetch()`, `http.request()`',
    needs: '`socket`, `bind`, `connect`',
    after: 'refused',
    how: '`EPERM`. Connect and listen before',
  },
  {
    feature: 'datagrams to an address',
    needs: '`sendto` with an address',
    after: 'refused',
    how: '`EPERM`. Connect the socket before and send to its peer, one buffer at a time',
  },
  {
    feature: '`dns.resolve()` and its like, `dns.lookupService()`, `dns.Resolver`',
    needs: 'sockets',
    after: 'refused',
    how: '`ERR_NOT_PREPARED`, or `ECONNREFUSED` from a resolver. Ask before',
  },
  {
    feature: '`child_process`, `cluster`',
    needs: '`fork`, `execve`',
    after: 'refused',
    how: '`EPERM`. Start helpers before, and talk to them through pipes; they can end, and how is told',
  },
  {
    feature: 'signals to other processes: `process.kill()`',
    needs: '`kill`',
    after: 'refused',
    how: '`EPERM`; to itself they work',
  },
  {
    feature: 'other identities: `process.setuid()`, `process.setgroups()`, `os.setPriority()`',
    needs: 'calls of the same names',
    after: 'refused',
    how: '`EPERM`, or `EACCES` for priorities. Drop privileges before',
  },
  {
    feature: 'the inspector: `inspector.open()`, `SIGUSR1`',
    needs: 'a listening socket',
    after: 'refused',
    how: '`ERR_NOT_PREPARED`; the signal is ignored. Start with `--inspect`',
  },
  {
    feature: 'reports, heap snapshots to a file, profiles',
    needs: 'files of `/proc`; a new file',
    after: 'refused',
    how: '`process.report.getReport()` fails with `ERR_NOT_PREPARED`; files can be written to kept directories',
  },
  {
    feature: '`process.availableMemory()`',
    needs: 'files of `/proc` and of the control group',
    after: 'refused',
    how: '`ERR_NOT_PREPARED`. Use `os.freemem()`, prepared',
  },
  {
    feature: "`process.on('SIGSYS')`",
    needs: 'the signal that capability mode itself uses',
    after: 'refused',
    how: '`EPERM`',
  },
];
