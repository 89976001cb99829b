import { features, rights, unlimited } from '../../../src/capsicum/index.ts';

const after = { works: 'works', prepared: 'works, prepared', refused: 'refused' } as const;

/** "What breaks and why" as docs/capsicum.md shows it. */
export function featureTable(): string {
  const rows = features.map((row) => `| ${row.feature} | ${row.needs} | ${after[row.after]} | ${row.how} |`);
  return [
    '| what | needs | after `enter()` | because, or what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The rights on descriptors as docs/capsicum.md shows them. */
export function rightsTable(): string {
  return [
    '| right | lets | can be withheld |',
    '| --- | --- | --- |',
    ...Object.entries(rights).map(([right, lets]) => `| \`${right}\` | ${lets} | yes |`),
    ...Object.entries(unlimited).map(([right, why]) => `| ${right} | | no: ${why} |`),
  ].join('\n');
}
