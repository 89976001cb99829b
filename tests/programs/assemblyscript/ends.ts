// Ends in the way that its argdata says; tests/sdk/assemblyscript.test.ts looks at what is told of that.
import { Argdata, exit, program } from 'cloudabi/assemblyscript';

// @ts-ignore: decorator
@external('cloudabi_program', 'program_abort')
declare function program_abort(address: usize, length: usize): i32;

function end(how: string): void {
  const last: usize = (<usize>memory.size() << 16) - 1;
  if (how == 'assert') assert(how.length == 0, 'There must be nothing');
  if (how == 'throw') throw new Error('red\x1b[31m\nforged: line');
  if (how == 'long') abort('é'.repeat(4000));
  if (how == 'abort') abort();
  if (how == 'exit') exit(3);
  if (how == 'outside') program_abort(usize.MAX_VALUE, 1);
  if (how == 'beyond') program_abort(last, 2);
  if (how == 'edge') program_abort(last, 1);
  if (how == 'endless') program_abort(0, usize.MAX_VALUE);
}

program((argdata: Argdata): void => {
  end(argdata.get('how').str().value);
  abort('It went on');
});
