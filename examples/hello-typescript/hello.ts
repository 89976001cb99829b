import { program, text, writable } from 'cloudabi/program';

export default program({ schema: { output: writable(), message: text() } }, ({ output, message }) => {
  output.write(`${message}\n`);
});
