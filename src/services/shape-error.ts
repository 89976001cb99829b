/** A place within a value: names of keys and positions in lists. */
export type ShapePath = readonly (string | number)[];

/** A value does not have the shape that was expected. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
  readonly path: ShapePath;

  constructor(path: ShapePath, message: string) {
    super(message);
    this.path = path;
  }
}
