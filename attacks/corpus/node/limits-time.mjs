// Route: Computes for ever, so that nothing else in the process runs that could end it.
// Known from: first principles
// Grants: { limits: { wallClock: 1500 } }
// Refused: limit-wall_clock
// Twin: computes for a moment
// Unconfined: cannot run: it would not end
export const attempt = () => {
  for (let round = 0; ; round = (round + 1) % 1000);
};
export const twin = () => {
  for (let round = 0; round < 1000; round++);
};
