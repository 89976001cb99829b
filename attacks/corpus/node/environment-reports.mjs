// Route: Has Node write files for it: a diagnostic report, a trace, a heap snapshot.
// Known from: CVE-2026-48617 (Node permission model, process.report.writeReport)
// Refused: EACCES, EPERM, ENOSYS, absent
// Twin: asks for statistics of the heap
// Unconfined: works
import fs from 'node:fs';
import { createTracing } from 'node:trace_events';
import v8 from 'node:v8';

export const attempt = ({ base }) => {
  process.report.directory = `${base}/secret`;
  try {
    process.report.writeReport('report.json');
    if (fs.existsSync(`${base}/secret/report.json`)) return;
  } catch {}
  try {
    return createTracing({ categories: ['node'] }).enable();
  } catch {}
  v8.writeHeapSnapshot(`${base}/secret/heap`);
};
export const twin = () => void v8.getHeapStatistics();
