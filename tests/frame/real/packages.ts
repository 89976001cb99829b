// One real task for each of the packages of Debian whose command lines are used most: what works outside works inside.

/** A task for one package. */
export type Task = {
  readonly package: string;
  /** The program without which the task is skipped. */
  readonly needs: string;
  /** For `sh -e`, in a directory of its own. */
  readonly script: string;
  /** `true` for output that varies, or describes the machine; without it, the output is the same inside and outside. */
  readonly varies?: true;
  /** It is in the normal run, too: the package is on every host or installed by the run, and the task takes no second. */
  readonly quick?: true;
  /** Groups of system calls that it needs. */
  readonly calls?: readonly string[];
  /** It needs a loopback interface. */
  readonly loopback?: true;
  /** Reason for which it is for ordinary users only. */
  readonly notRoot?: string;
};

const HELLO_C = 'printf \'#include <stdio.h>\\nint main(void) { puts("hello"); return 0; }\\n\' > a.c';

export const tasks: readonly Task[] = [
  {
    package: 'coreutils',
    needs: 'sort',
    quick: true,
    script:
      'seq 20 | shuf --random-source=/bin/sh | sort -n | tee n | sha256sum; split -n 3 n; cat x?? | cmp - n; cp -a n m; install -m 640 n o; stat -c %a o; ln -s n l; readlink -f l | xargs basename; factor 4294967297; date -u -d @0; nproc > /dev/null; df . > /dev/null; mktemp > /dev/null; timeout 5 sleep 0',
  },
  {
    package: 'dash',
    needs: 'dash',
    quick: true,
    script: 'x=$(echo a | tr a b); for i in 1 2; do echo $x$i; done; trap "echo bye" EXIT; ulimit -c 0',
  },
  {
    package: 'bash',
    needs: 'bash',
    quick: true,
    script:
      "bash -c 'declare -A m=([a]=1); m[b]=2; echo $((m[a] + m[b])); cat <(echo sub) <<< ignored; wait; echo $BASHPID > /dev/null; [[ abc =~ b(.) ]] && echo matches'; bash -lc 'echo login'",
  },
  {
    package: 'findutils',
    needs: 'find',
    quick: true,
    script:
      'mkdir -p a/b; touch a/b/c; find a -type f -newer /etc/os-release -print0 | xargs -0 ls; find a -depth -delete; ls',
  },
  {
    package: 'grep',
    needs: 'grep',
    quick: true,
    script: 'printf "one\\ntwo\\n" > f; grep -nE "t(w)o" f; grep -rc one .; grep -P "\\w+o$" f',
  },
  {
    package: 'sed',
    needs: 'sed',
    quick: true,
    script: 'printf "a b\\n" > f; sed -i -E "s/(a) (b)/\\2 \\1/" f; cat f; ls',
  },
  {
    package: 'gawk',
    needs: 'awk',
    quick: true,
    script: 'seq 10 | awk \'{ s += $1 } END { print s, strftime("%Y", 0) != "" }\'',
  },
  {
    package: 'diffutils',
    needs: 'diff',
    quick: true,
    script: 'seq 5 > a; seq 2 6 > b; diff -u a b | tail -n +3 || true; cmp a b || true; sdiff a b || true',
  },
  {
    package: 'patch',
    needs: 'patch',
    quick: true,
    script: 'seq 5 > a; sed s/3/drei/ a > b; diff -u a b > p || true; patch a p; cmp a b',
  },
  {
    package: 'tar',
    needs: 'tar',
    quick: true,
    script: 'mkdir d; seq 9 > d/f; tar cf t d; rm -r d; tar xf t; cat d/f; tar tf t',
  },
  {
    package: 'gzip',
    needs: 'gzip',
    quick: true,
    script: 'seq 999 > f; gzip -k f; zcat f.gz | cmp - f; gzip -t f.gz; zgrep -c 9 f.gz',
  },
  { package: 'bzip2', needs: 'bzip2', quick: true, script: 'seq 999 > f; bzip2 -k f; bzcat f.bz2 | cmp - f' },
  {
    package: 'xz-utils',
    needs: 'xz',
    quick: true,
    script: 'seq 99999 > f; xz -k -T2 f; xzcat f.xz | cmp - f',
  },
  { package: 'zstd', needs: 'zstd', script: 'seq 99999 > f; zstd -q -T2 f; zstdcat f.zst | cmp - f' },
  {
    package: 'zip and unzip',
    needs: 'unzip',
    script: 'seq 9 > f; zip -q a.zip f; rm f; unzip -q a.zip; cat f',
  },
  {
    package: 'p7zip',
    needs: '7z',
    script: 'seq 9 > f; 7z a x.7z f > /dev/null; rm f; 7z x x.7z > /dev/null; cat f',
  },
  {
    package: 'cpio',
    needs: 'cpio',
    script: 'seq 9 > f; echo f | cpio -o --quiet > c; rm f; cpio -i --quiet < c; cat f',
  },
  {
    package: 'util-linux',
    needs: 'flock',
    quick: true,
    varies: true,
    script:
      'flock lock echo locked; getopt -o a: -- -a 1; lscpu | grep -c "^CPU(s)"; hexdump -C lock; taskset -p $$; script -qc "echo in a terminal" /dev/null; nsenter --help > /dev/null; findmnt / > /dev/null || true',
  },
  {
    package: 'procps',
    needs: 'ps',
    quick: true,
    varies: true,
    script:
      'ps aux | head -n 3; free -m | grep Mem; uptime; top -b -n1 | head -n 5; pgrep -f sleep || true; vmstat | tail -n 1; w > /dev/null; sleep 60 & kill $!',
  },
  { package: 'psmisc', needs: 'pstree', varies: true, script: 'pstree -p; sleep 60 & killall sleep' },
  {
    package: 'file',
    needs: 'file',
    quick: true,
    script: 'file -b /bin/sh | cut -c 1-3; printf "%%PDF-1.4\\n" > p; file -b p; file --mime-type -b p',
  },
  { package: 'tree', needs: 'tree', script: 'mkdir -p a/b; touch a/b/c; tree --noreport' },
  {
    package: 'less',
    needs: 'less',
    quick: true,
    script: 'seq 9 > f; less f | cat; LESSOPEN="|cat %s" less f | tail -n 1',
  },
  {
    package: 'man-db',
    needs: 'man',
    varies: true,
    script: 'man -P cat ls | head -n 3; man -w bash; whatis ls || true',
  },
  {
    package: 'groff',
    needs: 'groff',
    script: 'printf ".TH x 1\\n.SH NAME\\nx\\n" | groff -man -Tascii | head -n 3',
  },
  {
    package: 'vim',
    needs: 'vim',
    script: 'printf "a\\nb\\n" > f; vim -u NONE -es -c "2d" -c "normal Aend" -c wq f; cat f',
  },
  { package: 'ed', needs: 'ed', script: 'printf "a\\nhi\\n.\\nw f\\nq\\n" | ed -s; cat f' },
  { package: 'nano', needs: 'nano', varies: true, script: 'nano --version | head -n 1' },
  {
    package: 'perl',
    needs: 'perl',
    quick: true,
    script:
      'perl -MPOSIX -MFile::Temp=tempfile -MDigest::SHA=sha1_hex -e \'my ($h, $n) = tempfile(); print $h "x"; print sha1_hex("a"), " ", POSIX::floor(2.5), "\\n"; print getpwuid($<) ne "", "\\n"\'',
  },
  {
    package: 'python3',
    needs: 'python3',
    quick: true,
    script:
      '/usr/bin/python3 -c "\nimport json, sqlite3, ssl, hashlib, tempfile, subprocess, multiprocessing, threading, zlib, decimal, os, pwd, locale\nprint(json.dumps(sqlite3.connect(\\":memory:\\").execute(\\"select 1+1\\").fetchall()), subprocess.check_output([\\"echo\\", \\"hi\\"]), len(ssl.create_default_context().get_ca_certs()) > 0)\nwith multiprocessing.Pool(2) as p: print(p.map(abs, [-1, -2]))\nprint(pwd.getpwuid(os.getuid()).pw_uid == os.getuid())"; /usr/bin/python3 -m json.tool --compact /dev/stdin < /dev/null || true',
  },
  {
    package: 'ruby',
    needs: 'ruby',
    script:
      'ruby -rjson -ropenssl -e \'puts JSON.dump({a: 1}), OpenSSL::Digest::SHA256.hexdigest("a"), `echo sub`\'; gem list > /dev/null',
  },
  {
    package: 'nodejs',
    needs: 'node',
    quick: true,
    varies: true,
    script:
      'node -e \'const { execSync } = require("child_process"); console.log(process.versions.node, os = require("os").cpus().length > 0, String(execSync("echo sub"))); new (require("worker_threads").Worker)("console.log(1)", { eval: true })\'',
  },
  {
    package: 'php-cli',
    needs: 'php',
    script:
      'printf "<?php echo json_encode([1 => strrev(\\"abc\\")]), ini_get(\\"memory_limit\\"), php_ini_loaded_file() !== false, PHP_EOL;" > a.php; php a.php; php -l a.php',
  },
  {
    package: 'composer',
    needs: 'composer',
    varies: true,
    script:
      'composer --no-interaction --version; echo "{}" > composer.json; composer --no-interaction validate --no-check-publish || true',
  },
  {
    package: 'lua5.4',
    needs: 'lua5.4',
    script: 'lua5.4 -e \'print(string.rep("a", 3), os.tmpname() ~= nil, io.popen("echo sub"):read())\'',
  },
  {
    package: 'r-base-core',
    needs: 'Rscript',
    script:
      'Rscript -e \'x <- c(1, 2, 4); print(summary(lm(x ~ seq_along(x)))$r.squared); write.csv(data.frame(x), "o.csv")\'; cat o.csv',
  },
  {
    package: 'ghc',
    needs: 'ghc',
    script:
      'printf "import qualified Data.Map as M\\nmain = print (M.toList (M.fromList [(1, 2)]))\\n" > a.hs; ghc -v0 a.hs; ./a',
  },
  {
    package: 'gcc',
    needs: 'gcc',
    quick: true,
    script: `${HELLO_C}; gcc -O2 -g -fsanitize=undefined -o a a.c; ./a; gcc -static -o s a.c; ./s`,
  },
  {
    package: 'g++',
    needs: 'g++',
    script:
      'printf "#include <regex>\\n#include <iostream>\\nint main() { std::cout << std::regex_match(\\"ab\\", std::regex(\\"a.\\")) << std::endl; }\\n" > a.cc; g++ -o a a.cc; ./a',
  },
  { package: 'clang', needs: 'clang', script: `${HELLO_C}; clang -o a a.c; ./a` },
  {
    package: 'binutils',
    needs: 'objdump',
    quick: true,
    script:
      'readelf -h /bin/true | grep -c Class; nm -D /bin/true | grep -c GLIBC; objdump -p /bin/true | grep -c NEEDED; strings /bin/true | head -n 1; ar rc x.a /bin/true; ar t x.a; ldd /bin/true > /dev/null',
  },
  {
    package: 'make',
    needs: 'make',
    quick: true,
    script: 'printf "all: a b\\n%%:\\n\\techo made \\$@ > \\$@\\n" > Makefile; make -s -j2 all; cat a b',
  },
  {
    package: 'cmake',
    needs: 'cmake',
    varies: true,
    script: `${HELLO_C}; printf 'cmake_minimum_required(VERSION 3.10)\\nproject(a C)\\nadd_executable(a a.c)\\n' > CMakeLists.txt; cmake -S . -B b > /dev/null; cmake --build b > /dev/null; b/a`,
  },
  {
    package: 'ninja-build',
    needs: 'ninja',
    script:
      'printf "rule c\\n  command = cp \\$in \\$out\\nbuild o: c i\\n" > build.ninja; echo x > i; ninja --quiet; cat o',
  },
  {
    package: 'autoconf and automake',
    needs: 'autoreconf',
    varies: true,
    script: `${HELLO_C}; printf 'AC_INIT([a],[1])\\nAM_INIT_AUTOMAKE([foreign])\\nAC_PROG_CC\\nAC_CONFIG_FILES([Makefile])\\nAC_OUTPUT\\n' > configure.ac; printf 'bin_PROGRAMS = a\\na_SOURCES = a.c\\n' > Makefile.am; autoreconf -i 2> /dev/null; ./configure -q; make -s; ./a`,
  },
  {
    package: 'bison and flex',
    needs: 'bison',
    script:
      'printf "%%%%\\ns: %%empty;\\n%%%%\\n" > a.y; bison a.y; ls a.tab.c; printf "%%%%\\n. ;\\n%%%%\\n" > b.l; flex b.l; ls lex.yy.c; echo "define(a,b)a" | m4',
  },
  {
    package: 'gettext',
    needs: 'msgfmt',
    script:
      'printf \'msgid ""\\nmsgstr "Content-Type: text/plain; charset=UTF-8\\\\n"\\nmsgid "a"\\nmsgstr "b"\\n\' > a.po; msgfmt -o a.mo a.po; msgunfmt a.mo | tail -n 2',
  },
  { package: 'pkg-config', needs: 'pkg-config', varies: true, script: 'pkg-config --list-all | head -n 1' },
  {
    package: 'golang',
    needs: 'go',
    varies: true,
    script:
      'printf "package main\\nimport \\"fmt\\"\\nfunc main() { fmt.Println(1 + 1) }\\n" > a.go; GOCACHE=$PWD/c GOFLAGS=-mod=mod go run a.go',
  },
  {
    package: 'default-jdk-headless',
    needs: 'javac',
    varies: true,
    script:
      'printf "class A { public static void main(String[] a) { System.out.println(Runtime.getRuntime().availableProcessors() > 0); } }\\n" > A.java; javac A.java; java A; java -Xmx64m A.java; jar cf a.jar A.class; keytool -help 2>&1 | head -n 1',
  },
  { package: 'maven', needs: 'mvn', varies: true, script: 'mvn -v | head -n 1' },
  {
    package: 'git',
    needs: 'git',
    quick: true,
    script:
      'git init -q -b main r; cd r; git config user.email a@example.org; git config user.name A; echo 1 > f; git add f; git commit -qm one; git status --short; git log --format=%s; git gc -q; git clone -q . ../c; git -C ../c fsck',
  },
  {
    package: 'rsync',
    needs: 'rsync',
    script: 'mkdir a; seq 9 > a/f; rsync -a a/ b/; cat b/f; rsync -an --itemize-changes a/ b/',
  },
  {
    package: 'curl',
    needs: 'curl',
    varies: true,
    script:
      'echo page > p; curl -s file://$PWD/p; curl -s --max-time 2 http://127.0.0.1:9/ || echo refused; curl -V | head -n 1',
  },
  {
    package: 'wget',
    needs: 'wget',
    loopback: true,
    varies: true,
    script:
      'mkdir s; echo page > s/p; (cd s; exec /usr/bin/python3 -m http.server 8123 --bind 127.0.0.1 > /dev/null 2>&1) & for i in 1 2 3 4 5 6 7 8 9 10; do wget -q -O o http://127.0.0.1:8123/p && break; sleep 0.3; done; cat o; kill $!',
  },
  {
    package: 'openssl',
    needs: 'openssl',
    quick: true,
    varies: true,
    script:
      'openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=a -keyout k -out c 2> /dev/null; openssl x509 -noout -subject -in c; echo a | openssl enc -aes-256-cbc -pbkdf2 -k x | openssl enc -d -aes-256-cbc -pbkdf2 -k x',
  },
  {
    package: 'gnupg',
    needs: 'gpg',
    varies: true,
    script:
      'export GNUPGHOME=$PWD/g; mkdir -m 700 g; echo secret > f; gpg --batch --passphrase x --pinentry-mode loopback -c f; gpg --batch --passphrase x --pinentry-mode loopback -d f.gpg 2> /dev/null; gpgconf --kill all',
  },
  {
    package: 'openssh-client',
    needs: 'ssh-keygen',
    varies: true,
    script:
      'ssh-keygen -q -t ed25519 -N "" -f k; ssh-keygen -l -f k.pub; ssh -V; ssh -F none -G example.org | head -n 1',
  },
  { package: 'jq', needs: 'jq', script: 'echo \'{"a": [1, 2]}\' | jq -c ".a | map(. + 1)"' },
  { package: 'bc', needs: 'bc', script: 'echo "scale=20; 4*a(1)" | bc -l' },
  {
    package: 'sqlite3',
    needs: 'sqlite3',
    script:
      'sqlite3 d "create table t (a); insert into t values (1), (2); select sum(a) from t"; sqlite3 d "pragma journal_mode=wal; insert into t values (3)"; sqlite3 d "select count(*) from t"',
  },
  {
    package: 'libxml2-utils',
    needs: 'xmllint',
    script:
      'echo "<a><b/></a>" | xmllint --format -; echo "<a><b>1</b></a>" | xmllint --xpath "//b/text()" -',
  },
  { package: 'ripgrep', needs: 'rg', script: 'echo needle > f; rg -n needle .; rg --files .' },
  {
    package: 'parallel',
    needs: 'parallel',
    script: 'mkdir -p .parallel; touch .parallel/will-cite; seq 4 | parallel -k -j2 echo n{}',
  },
  { package: 'pv', needs: 'pv', script: 'seq 9 | pv -q | tail -n 1' },
  {
    package: 'socat',
    needs: 'socat',
    loopback: true,
    script:
      'socat TCP-LISTEN:8124,bind=127.0.0.1,reuseaddr EXEC:cat & for i in 1 2 3 4 5 6 7 8 9 10; do echo ping | socat - TCP:127.0.0.1:8124 2> /dev/null && break; sleep 0.2; done; wait',
  },
  {
    package: 'tmux',
    needs: 'tmux',
    varies: true,
    script:
      'export TMUX_TMPDIR=$PWD TERM=xterm; tmux -f /dev/null new -d "echo from tmux > o; tmux wait -S done"; tmux wait done || true; for i in 1 2 3 4 5 6 7 8 9; do [ -s o ] && break; sleep 0.2; done; cat o',
  },
  {
    package: 'busybox',
    needs: 'busybox',
    script:
      'busybox seq 3 | busybox awk "{ print \\$1 * 2 }"; busybox sh -c "echo ok"; busybox env -i /bin/busybox echo hi',
  },
  {
    package: 'dpkg',
    needs: 'dpkg-query',
    quick: true,
    script:
      'dpkg -s dpkg | head -n 2; dpkg -S /bin/sh || dpkg -S /usr/bin/dpkg; dpkg --print-architecture; dpkg -L dpkg | head -n 1',
  },
  {
    package: 'dpkg-dev',
    needs: 'dpkg-deb',
    quick: true,
    script:
      'mkdir -p p/DEBIAN; printf "Package: a\\nVersion: 1\\nArchitecture: all\\nMaintainer: A <a@example.org>\\nDescription: a\\n" > p/DEBIAN/control; dpkg-deb --root-owner-group -b p a.deb; dpkg-deb -I a.deb | grep Package',
  },
  {
    package: 'e2fsprogs',
    needs: 'mke2fs',
    varies: true,
    script:
      'truncate -s 8M i; /sbin/mke2fs -q -F i; /sbin/e2fsck -fn i > /dev/null 2>&1; /sbin/debugfs -R "ls" i 2> /dev/null | grep -c lost',
  },
  { package: 'fontconfig', needs: 'fc-list', varies: true, script: 'fc-list | head -n 1; fc-match serif' },
  {
    package: 'imagemagick',
    needs: 'convert',
    script:
      'convert -size 20x10 gradient: a.png; identify -format "%w %h\\n" a.png; convert a.png -resize 50% b.jpg; identify -format "%w %h\\n" b.jpg',
  },
  {
    package: 'ffmpeg',
    needs: 'ffmpeg',
    quick: true,
    varies: true,
    script:
      'ffmpeg -v error -f lavfi -i testsrc=d=1:s=64x64:r=5 -c:v mpeg4 v.avi; ffprobe -v error -show_entries stream=nb_frames,width -of csv=p=0 v.avi',
  },
  {
    package: 'ghostscript',
    needs: 'gs',
    script:
      'printf "%%!PS\\n/Times-Roman findfont 20 scalefont setfont 50 50 moveto (x) show showpage\\n" > a.ps; ps2pdf a.ps; gs -q -dNOPAUSE -dBATCH -sDEVICE=pnggray -sOutputFile=a.png a.pdf; head -c 4 a.pdf; echo; ls a.png',
  },
  {
    package: 'poppler-utils',
    needs: 'pdftotext',
    script:
      'printf "%%!PS\\n/Times-Roman findfont 20 scalefont setfont 50 50 moveto (word) show showpage\\n" > a.ps; ps2pdf a.ps; pdftotext a.pdf -; pdfinfo a.pdf | grep Pages',
  },
  {
    package: 'graphviz',
    needs: 'dot',
    script:
      'echo "digraph { a -> b }" | dot -Tplain | head -n 1; echo "digraph { a -> b }" | dot -Tsvg | grep -c "<text"',
  },
  {
    package: 'pandoc',
    needs: 'pandoc',
    script: 'echo "# Title" | pandoc -t html; echo "*a*" | pandoc -o a.docx; pandoc -t plain a.docx',
  },
  {
    package: 'texlive-latex-base',
    needs: 'pdflatex',
    varies: true,
    script:
      'printf "\\\\\\\\documentclass{article}\\\\\\\\begin{document}Hello\\\\\\\\end{document}\\n" | sed "s/\\\\\\\\\\\\\\\\/\\\\\\\\/g" > a.tex; pdflatex -interaction=batchmode a.tex > /dev/null; head -c 4 a.pdf; kpsewhich article.cls',
  },
  {
    package: 'libreoffice-writer',
    needs: 'soffice',
    varies: true,
    script:
      'echo hello > a.txt; soffice --headless --convert-to pdf a.txt > o 2>&1 || { cat o; exit 1; }; head -c 4 a.pdf',
  },
  {
    package: 'aspell',
    needs: 'aspell',
    quick: true,
    script: 'echo "helo world" | aspell list; aspell dicts | grep -c en_US',
  },
  {
    package: 'gdb',
    needs: 'gdb',
    calls: ['debug'],
    script: `${HELLO_C}; gcc -g -o a a.c; gdb -q -batch -nx -ex "break main" -ex run -ex bt -ex kill ./a | grep -c "main () at a.c"`,
  },
  {
    package: 'strace',
    needs: 'strace',
    calls: ['debug'],
    script: 'strace -f -o t -e trace=execve true; grep -c execve t',
  },
  {
    package: 'postgresql',
    needs: 'pg_ctlcluster',
    varies: true,
    notRoot: 'PostgreSQL refuses to run as root',
    script:
      'b=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1); $b/initdb -D d > /dev/null; $b/pg_ctl -D d -w -l l -o "-k $PWD -c listen_addresses=" start > /dev/null; $b/psql -h "$PWD" -Atc "select 1 + 1" postgres; $b/pg_ctl -D d -m fast stop > /dev/null',
  },
  {
    package: 'redis-server',
    needs: 'redis-server',
    varies: true,
    script:
      'redis-server --port 0 --unixsocket $PWD/s --daemonize no --save "" > l & for i in 1 2 3 4 5 6 7 8 9; do redis-cli -s s set a 1 2> /dev/null && break; sleep 0.2; done; redis-cli -s s incr a; redis-cli -s s shutdown nosave; wait',
  },
  {
    package: 'nginx',
    needs: '/usr/sbin/nginx',
    loopback: true,
    varies: true,
    script:
      'mkdir -p w t; echo page > w/p; printf "daemon on; pid $PWD/pid; error_log $PWD/e; events {} http { access_log off; client_body_temp_path $PWD/t; proxy_temp_path $PWD/t; fastcgi_temp_path $PWD/t; uwsgi_temp_path $PWD/t; scgi_temp_path $PWD/t; server { listen 127.0.0.1:8125; root $PWD/w; } }" > c; case $(id -u) in 0) sed -i "1s/^/user root; /" c;; esac; /usr/sbin/nginx -e $PWD/e -c $PWD/c; curl -s http://127.0.0.1:8125/p; kill $(cat pid)',
  },
];
