// TODO: Leap seconds
export const now = (): number => Date.now();
