/** The server's end of a channel, which `serve` takes. */
export class ServedEnd {
  /** The host descriptor. */
  readonly descriptor: number;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }
}
