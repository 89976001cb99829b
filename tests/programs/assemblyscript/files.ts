// Does with a directory and an output what programs do, and writes down what came of it;
// tests/sdk/assemblyscript.test.ts compares that.
import {
  Access,
  Argdata,
  Clock,
  Clockid,
  Directory,
  Filetype,
  Poll,
  program,
  randomBytes,
  reportTo,
  Rights,
  sleep,
  Stream,
  Whence,
} from 'cloudabi/assemblyscript';

class Log {
  constructor(readonly output: Stream) {}
  line(text: string): void {
    this.output.writeText(text + '\n').check();
  }
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text));
}

function files(log: Log, root: Directory): void {
  const file = root.create('note', Access.readWrite).value;
  file.writeText('hello world').check();
  file.pwrite(bytesOf('W'), 6).check();
  log.line('seek ' + file.seek(-5, Whence.end).value.toString() + ' ' + file.tell().value.toString());
  log.line('rest ' + file.readText().value);
  file.seek(0).check();
  log.line('too much: ' + file.readAll(10).message);
  file.seek(0).check();
  log.line('just enough: ' + file.readAll(11).value.length.toString());
  file.truncate(4).check();
  file.allocate(0, 10).check();
  file.sync().check();
  file.datasync().check();
  const part = new Uint8Array(4);
  log.line('pread ' + file.pread(part, 1).value.toString() + ' ' + part.join(','));
  log.line('size ' + file.stat().value.size.toString());
  file.limit(Rights.fd_read | Rights.fd_seek).check();
  log.line('limited: ' + file.write(part).message);
  file.limit(u64.MAX_VALUE).check();
  log.line('not regained: ' + file.write(part).message);
  const twin = file.duplicate().value;
  file.close().check();
  log.line('closed: ' + file.read(part).message);
  log.line('twin ' + (twin.status().value.rights == (Rights.fd_read | Rights.fd_seek)).toString());
  log.line('exclusive: ' + root.create('note', Access.write, true).message);
}

function names(log: Log, root: Directory): void {
  root.mkdir('sub').check();
  const sub = root.openDirectory('sub').value;
  sub.create('inner').value.close().check();
  root.rename('note', 'moved', sub).check();
  sub.symlink('moved', 'link').check();
  log.line('link ' + sub.readlink('link').value);
  sub.link('moved', 'again', root).check();
  log.line('links ' + root.stat('again').value.links.toString());
  root.unlink('again').check();
  log.line('type ' + (sub.stat('link', false).value.type == Filetype.symbolic_link).toString());
  const listed: string[] = [];
  const entries = sub.list().value;
  for (let index = 0; index < entries.length; index++) listed.push(entries[index].name);
  log.line('list ' + listed.sort().join(' '));
  root.append('log').value.writeText('1').check();
  root.append('log').value.writeText('2').check();
  log.line('log ' + root.open('log').value.readText().value);
  log.line('out: ' + root.open('../note').message);
  log.line('nothing: ' + root.open('nothing').message);
  log.line('full: ' + root.rmdir('sub').message);
  const browsed = root.openDirectory('sub', Access.browse, Access.read).value;
  log.line('browsed ' + browsed.open('inner').ok.toString());
  log.line('narrowed: ' + browsed.create('more').message);
  log.line('not handed on: ' + browsed.open('inner', Access.write).message);
  log.line('not regained: ' + browsed.openDirectory('.').value.mkdir('more').message);
}

function many(log: Log, root: Directory): void {
  root.mkdir('many').check();
  const many = root.openDirectory('many').value;
  for (let index = 0; index < 300; index++) many.create('file-with-a-long-name-' + index.toString()).value.close().check();
  log.line('many ' + many.list().value.length.toString());
}

program((argdata: Argdata): void => {
  const log = new Log(argdata.get('output').stream().value);
  const root = argdata.get('root').directory().value;
  files(log, root);
  names(log, root);
  many(log, root);
  const wait = new Poll();
  const pause = wait.timeout(1000000);
  const moment = wait.moment(Clockid.monotonic, u64.MAX_VALUE);
  const before = Clock.monotonic();
  const events = wait.wait().value;
  log.line('events ' + events.length.toString() + ' ' + (events[0].id == pause && pause != moment).toString());
  sleep(1000000).check();
  log.line('passed ' + (Clock.monotonic() - before >= 2000000).toString());
  log.line('clock ' + (Clock.realtime() / 1000000000 > 1700000000 && Clock.resolution(Clockid.realtime) > 0).toString());
  log.line('random ' + (randomBytes(16).join() != randomBytes(16).join()).toString() + ' ' + Math.random().toString());
  log.line('wrong kind: ' + argdata.get('root').file().message);
  log.line('missing: ' + argdata.get('settings').get('limit').int<u8>().message);
  log.line('wrong type: ' + argdata.get('limits').items().value[1].str().message);
  log.line('range: ' + argdata.get('limits').items().value[0].int<u8>().message);
  log.line('otherwise ' + argdata.get('nothing').int<i32>().or(7).toString());
  reportTo(log.output);
  argdata.get('name').get('of').descriptor().value;
});
