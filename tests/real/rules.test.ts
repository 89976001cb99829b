// Real programs do under rules what they do under the same grants without: a refusal that no rule asks for is a fault.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../frame/real/rules.ts';
import { lacks, type Ran, slow, testAsUsers } from '../frame/real/run-as.ts';

/** The folder of the Rust toolchain; empty without one. */
const toolchain = (spawnSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).stdout ?? '').trim();

type Real = {
  readonly programs: readonly string[];
  readonly options?: readonly string[];
  /** A folder that it needs besides, which not every user may enter. */
  readonly reads?: string;
  readonly heavy?: true;
  readonly script: string;
};

/** Scripts by the programs that they try. Each prints the same in each folder. */
const reals: Readonly<Record<string, Real>> = {
  bash: {
    programs: ['bash'],
    script: `for i in 1 2 3; do echo $i > f$i; done; mkdir -p a/b; cat f* | tee a/b/c | wc -c; ls -AR | wc -l
      pushd a > /dev/null && popd > /dev/null; read x < f1; echo $x; mapfile -t l < <(cat f2 f3); echo \${l[1]}
      shopt -s globstar; echo **/c; cat <<< here; trap 'echo end' EXIT; (cd /tmp; pwd)
      ln -s f2 link; ln f3 hard; cat link hard; stat -c %h f3; rm -r a f1; ls; find . -name 'f*' | sort`,
  },
  git: {
    programs: ['git'],
    script: `export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a
      export GIT_COMMITTER_EMAIL=a@example.org GIT_AUTHOR_DATE=2020-01-01T00:00Z GIT_COMMITTER_DATE=2020-01-01T00:00Z
      git init -q -b main --template= r; cd r; for i in $(seq 30); do echo $i > f$i; done; git add .; git commit -qm one
      git checkout -qb x; echo y >> f1; git commit -qam two; git checkout -q main; echo z >> f2; git stash -q
      git merge -q --no-ff -m merge x; git stash pop -q; git status --short; git log --oneline
      git worktree add -q ../w x; git -C ../w log -1 --format=%s; git gc -q; git fsck; git mv f3 g3; git rm -q f4
      git commit -qam three; git clone -q . ../c; git -C ../c log --format=%H | wc -l; git rebase -q x
      git grep -c 5 | wc -l; git archive HEAD | tar t | wc -l`,
  },
  'make and a compiler': {
    programs: ['make', 'gcc'],
    script: `printf '#include <stdio.h>\\nint main() { puts("hi"); }\\n' > a.c
      printf 'a: a.o\\n\\tgcc -o a a.o\\na.o: a.c\\n\\tgcc -MMD -g -O2 -c a.c\\n' > Makefile
      make -s -j2; ./a; make -q; echo $?; touch a.c; make -n; ar rcs liba.a a.o; ar t liba.a
      gcc -shared -fPIC -o l.so a.c; nm -D l.so | grep -c main; strip a; ./a`,
  },
  vim: {
    programs: ['vim'],
    script: `printf 'a\\nb\\n' > t; vim -Nu NONE -n -es -c '%s/a/x/' -c wq t < /dev/null; cat t
      vim -Nu NONE -es -c 'set backup writebackup undofile undodir=.' -c 'normal iq' -c wq t < /dev/null; ls -A; cat t`,
  },
  tmux: {
    programs: ['tmux'],
    script: `export SHELL=/bin/sh; tmux -S $PWD/s -f /dev/null new -d 'echo inside > out; tmux wait -S done; cat'; tmux -S $PWD/s wait done
      cat out; tmux -S $PWD/s kill-server 2> /dev/null; true`,
  },
  npm: {
    programs: ['npm'],
    script: `export npm_config_cache=$PWD/.c npm_config_update_notifier=false; mkdir -p q/pk; cd q
      printf '{"name":"pk","version":"1.0.0","bin":"x.js","scripts":{"postinstall":"node x.js > made"}}' > pk/package.json
      printf '#!/usr/bin/env node\\nconsole.log(1)\\n' > pk/x.js; npm pack -s ./pk > /dev/null
      printf '{"name":"q","version":"1.0.0","dependencies":{"pk":"file:pk-1.0.0.tgz"},"scripts":{"t":"pk"}}' > package.json
      npm install -s --offline; npm ci --offline -s; ls node_modules; cat node_modules/pk/made; npm -s run t`,
  },
  nginx: {
    programs: ['nginx', 'curl'],
    options: ['--network', 'loopback'],
    script: `mkdir l h; echo hello > h/i.html; [ $(id -u) = 0 ] && echo 'user root;' > n.conf
      at='_temp_path l;'; paths="client_body$at proxy$at fastcgi$at uwsgi$at scgi$at"
      printf "pid $PWD/l/pid; events {} http { access_log $PWD/l/a; $paths sendfile on;
        server { listen 127.0.0.1:18080; root $PWD/h; } }" >> n.conf
      nginx -e l/e -c $PWD/n.conf -p $PWD; get='curl -s --retry 50 --retry-connrefused --retry-delay 1'
      $get http://127.0.0.1:18080/i.html; $get -r 1-2 http://127.0.0.1:18080/i.html
      $get -I http://127.0.0.1:18080/none | head -1; nginx -e l/e -c $PWD/n.conf -p $PWD -s quit
      while [ -e l/pid ]; do sleep 0.1; done; wc -l < l/a`,
  },
  'a program of the JVM': {
    programs: ['java'],
    script: `cat > A.java <<'X'
import java.nio.file.*;
public class A { public static void main(String[] a) throws Exception {
  Files.writeString(Path.of("o"), "x"); System.out.println(Files.readString(Path.of("o")));
  try (var s = Files.walk(Path.of("."))) { System.out.println(s.count()); }
  Thread t = new Thread(() -> System.out.println("thread")); t.start(); t.join();
  System.out.println(new ProcessBuilder("echo", "child").inheritIO().start().waitFor());
  Files.copy(Path.of("o"), Path.of("o2"));
  Files.move(Path.of("o2"), Path.of("o3"), StandardCopyOption.ATOMIC_MOVE);
  System.out.println(Files.exists(Path.of("o3")) + " " + Files.exists(Path.of(".env")));
} }
X
java -XX:-UsePerfData A.java`,
  },
  'tests in Python': {
    programs: ['python3'],
    script: `printf 'import unittest, tempfile, os, shutil, sqlite3, subprocess
class T(unittest.TestCase):
  def test_a(self):
    d = tempfile.mkdtemp(dir="."); open(d + "/x", "w").write("1"); os.replace(d + "/x", d + "/y")
    self.assertEqual(os.listdir(d), ["y"]); shutil.rmtree(d)
  def test_b(self):
    c = sqlite3.connect("d.db"); c.execute("create table t(i)"); c.executemany("insert into t values(?)", [(i,) for i in range(999)])
    c.commit(); c.execute("vacuum"); self.assertEqual(c.execute("select count(*) from t").fetchone(), (999,))
  def test_c(self):
    self.assertEqual(subprocess.check_output(["cat"], input=b"x"), b"x")
' > test_t.py; python3 -W ignore -m unittest -v test_t 2>&1 | grep -v ' in '; ls __pycache__ | wc -l`,
  },
  cargo: {
    programs: toolchain === '' ? ['rustc'] : [],
    reads: toolchain,
    heavy: true,
    script: `export PATH=${toolchain}/bin:$PATH HOME=$PWD CARGO_HOME=$PWD/ch CARGO_NET_OFFLINE=true
      cargo init -q --vcs none --name x p; cd p; printf 'pub fn f() -> i32 { 1 }
#[test] fn t() { assert_eq!(f(), 1); }\n' > src/lib.rs; printf 'fn main() { println!("{}", x::f()); }\n' > src/main.rs
      printf 'fn main() { println!("cargo:rustc-env=A=b"); }\n' > build.rs
      cargo run -q; cargo test -q 2>&1 | grep -c '1 passed'; cargo build -q --release; ls target; cargo clean -q; ls`,
  },
  'go build': {
    programs: ['go'],
    heavy: true,
    script: `export GOCACHE=$PWD/c GOPATH=$PWD/g; mkdir m; cd m; printf 'module x\\ngo 1.20\\n' > go.mod
      printf 'package main\\nimport "fmt"\\nfunc F() int { return 1 }\\nfunc main() { fmt.Println(F()) }\\n' > main.go
      printf 'package main\\nimport "testing"\\nfunc TestF(t *testing.T) { if F() != 1 { t.Fatal() } }\\n' > main_test.go
      go run .; go test . | cut -f 1,2; go vet .`,
  },
  PostgreSQL: {
    programs: ['initdb', 'psql'],
    script: `export PATH=$(ls -d /usr/lib/postgresql/*/bin):$PATH PGHOST=$PWD/run LC_ALL=C
      [ $(id -u) != 0 ] || { echo 'PostgreSQL serves no root'; exit; }
      mkdir run ts; initdb -D d -U postgres -A trust > /dev/null; sql() { psql -U postgres -d x -qAt "$@"; }
      up() { pg_ctl -D d -o "-k $PWD/run -c listen_addresses=''" -l log -w start > /dev/null; }
      up; createdb -U postgres x; sql -c 'create table t as select generate_series(1,20000) i' -c 'create index on t(i)' \\
        -c 'select count(*) from t where i < 100' -c 'vacuum t' -c checkpoint -c "copy t to '$PWD/out'"
      wc -l < out; pg_dump -U postgres x | wc -l; pgbench -U postgres -i -q x 2> /dev/null
      pgbench -U postgres -t 20 -c 4 -n x 2> /dev/null | grep -c 'processed: 80/80'
      sql -c "create tablespace s location '$PWD/ts'" -c 'create table u tablespace s as select 1'
      pg_ctl -D d -m immediate stop > /dev/null; up; sql -c 'select count(*) from t'; pg_ctl -D d -m fast stop | tail -1`,
  },
  sshd: {
    programs: ['ssh', 'scp', 'sshd', 'ssh-keygen'],
    options: ['--network', 'loopback'],
    script: `[ $(id -u) != 0 ] || { echo 'sshd of root wants a user of its own'; exit; }
      for name in host granted; do ssh-keygen -q -t ed25519 -N '' -f $name; done; cp granted.pub authorized; echo content > file
      printf "Port 18022\\nListenAddress 127.0.0.1\\nHostKey $PWD/host\\nAuthorizedKeysFile $PWD/authorized\\nStrictModes no
UsePAM no\\nPidFile none\\nSubsystem sftp internal-sftp\\n" > config
      $(command -v sshd || echo /usr/sbin/sshd) -D -e -f $PWD/config 2> log & server=$!
      until grep -q listening log; do sleep 0.1; done
      scp -q -P 18022 -o StrictHostKeyChecking=no -o UserKnownHostsFile=$PWD/known -o BatchMode=yes -i $PWD/granted \\
        127.0.0.1:$PWD/file copied 2> /dev/null; cat copied; kill $server`,
  },
  Chromium: {
    programs: ['chromium'],
    heavy: true,
    options: ['--network', 'loopback'],
    script: `export HOME=$PWD; echo '<p>hello<script>document.write(1+1)</script>' > a.html
      chromium --headless=new --no-sandbox --disable-gpu --dump-dom file://$PWD/a.html 2> /dev/null`,
  },
};

for (const [name, { programs, options = [], reads, heavy, script }] of Object.entries(reals))
  testAsUsers(
    `${name}: the same under rules`,
    lacks(...programs) || (heavy === true && slow),
    async (t, user) => {
      if (reads !== undefined && (await user.run('ls', [reads])).status !== 0)
        return t.skip(`this user may not enter ${reads}`);
      const more = reads === undefined ? options : [...options, '--read', reads];
      const run = async (folder: string, ...rules: readonly string[]): Promise<Ran> => {
        user.write(join(folder, 'script'), script);
        user.write(join(folder, 'kept'), '');
        const grants = ['--write', folder, '--chdir', folder, '--env', `PATH=${process.env['PATH']}`];
        return await user.exec([...grants, ...more, ...rules, '--', 'bash', 'script']);
      };
      const without = await run('grants');
      const under = await run('rules', ...RULES);
      assert.notEqual(without.stdout, '', without.stderr);
      assert.deepEqual([under.stdout, under.status], [without.stdout, without.status], under.stderr);
      // The rules do hold.
      user.write('rules/.env', 'secret');
      const held = [...['--write', 'rules', '--chdir', 'rules'], ...RULES];
      const tried = await user.exec([...held, '--', 'bash', '-c', 'cat .env; echo >> kept']);
      assert.doesNotMatch(tried.stdout, /secret/);
      assert.match(tried.stderr, /No such file[\s\S]*Operation not permitted/);
      assert.ok(existsSync(join(user.folder, 'rules/.env')));
    },
  );
