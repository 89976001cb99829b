/** What becomes of something that Node does lazily or through the system. */
export type Feature = {
  readonly feature: string;
  /** What Node opens or calls for it. */
  readonly needs: string;
  /** `works`, works once it has been prepared, or is refused with an error. */
  readonly after: 'works' | 'prepared' | 'refused';
  /** How, or what to do about it. */
  readonly how: string;
};

/** "What breaks and why": the table of docs/capsicum.md, each row of which has a test. */
export const features: readonly Feature[] = [];
