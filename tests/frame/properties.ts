import fc from 'fast-check';

// `scripts/test.js` gives a seed, so that a run can be repeated; without one, every run tries something else.
const { TEST_SEED } = process.env;
if (TEST_SEED !== undefined) fc.configureGlobal({ seed: Number(TEST_SEED) });

export { default } from 'fast-check';
