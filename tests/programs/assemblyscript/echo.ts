// Accepts two connections, one after the other, and sends back what comes, until the peer has said all.
import { Argdata, Poll, program, Sdflags } from 'cloudabi/assemblyscript';

program((argdata: Argdata): void => {
  const listener = argdata.get('listen').listener().value;
  for (let served = 0; served < 2; served++) {
    const wait = new Poll();
    wait.readable(listener);
    wait.wait().check();
    const peer = listener.accept().value;
    peer.writeAll(peer.readAll().value).check();
    peer.shutdown(Sdflags.wr).check();
    peer.close().check();
  }
});
