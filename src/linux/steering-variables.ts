/**
 * Variables that make the loader, an interpreter or a shell run code of their value. A file of
 * variables often comes with a project, so that it may not set them; a variable that the user writes may.
 */
const steering: readonly RegExp[] = [
  // ld.so(8), glibc and musl
  /^LD_/,
  /^(?:GCONV_PATH|LOCPATH|GLIBC_TUNABLES|MALLOC_.*|NIS_PATH|HOSTALIASES|RES_OPTIONS)$/,
  // Shells: bash(1), sh(1)
  /^(?:BASH_ENV|ENV|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|IFS|CDPATH|BASH_FUNC_.*)$/,
  // Interpreters and virtual machines
  /^(?:NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|PYTHON(?:PATH|HOME|STARTUP|INSPECT|BREAKPOINT|WARNINGS|USERBASE|EXECUTABLE))$/,
  /^(?:PERL5?(?:LIB|OPT|DB)|RUBY(?:OPT|LIB)|GEM_(?:PATH|HOME)|BUNDLE_.*|PHP(?:RC|_INI_SCAN_DIR))$/,
  /^(?:JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|CLASSPATH|MAVEN_OPTS|GRADLE_OPTS|DOTNET_STARTUP_HOOKS)$/,
  /^(?:LUA_(?:INIT|PATH|CPATH).*|R_(?:HOME|PROFILE|ENVIRON).*|ERL_(?:AFLAGS|FLAGS|ZFLAGS|LIBS)|JULIA_(?:LOAD_PATH|DEPOT_PATH))$/,
  // Programs that start others: git(1), ssh(1), less(1), cargo, go, make
  /^(?:GIT_.*|SSH_ASKPASS.*|LESS(?:OPEN|CLOSE)|PAGER|EDITOR|VISUAL|BROWSER|MANPAGER|TERMINFO.*)$/,
  /^(?:RUSTC.*|RUSTFLAGS|RUSTDOC.*|CARGO_.*|RUSTUP_.*|GO(?:FLAGS|ROOT|PATH|BIN|ENV|TOOLCHAIN|PROXY|NOSUMDB|NOSUMCHECK|SUMDB|PRIVATE)|CC|CXX|LD|AR|AS|MAKE.*|GCC_EXEC_PREFIX|COMPILER_PATH|LIBRARY_PATH|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|CPATH)$/,
  // The places where programs are found and keep things, and the peers that they trust
  /^(?:PATH|HOME|SHELL|TMPDIR|XDG_.*|npm_config_.*|NPM_CONFIG_.*|PIP_.*|UV_.*)$/i,
  /^(?:https?_proxy|all_proxy|no_proxy|ftp_proxy|SSL_CERT_(?:FILE|DIR)|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|OPENSSL_.*)$/i,
  /^(?:LISTEN_(?:FDS|PID|FDNAMES)|NOTIFY_SOCKET|SSH_AUTH_SOCK|DBUS_.*|DOCKER_HOST|KUBECONFIG)$/,
];

/** Tells whether a variable steers how programs are loaded and what they run or trust. */
export function isSteeringVariable(name: string): boolean {
  return steering.some((pattern) => pattern.test(name));
}
