// Route: Writes to the socket by which its process reports to the launcher: lines without an end, and no reports.
// Known from: first principles; messages of a sandbox that its parent believes
// Refused: bad_report
// Twin: writes to a granted output
// Unconfined: cannot run: there is no launcher to report to
import fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const lines = [
  '{"is":"refused","refusal":{"call":"\\u001b[2J","descriptor":0,"missing":[],"grant":-5}}\n',
  '{"is":"exited","code":0,"usage":{"maximumMemory":1e400,"cpuTime":-1}}\n',
  '{"__proto__":{"is":"failed"},"is":"trapped","message":"\\u001b]0;title\\u0007"}\n',
  `{"is":"failed","code":"x","message":"${'y'.repeat(70_000)}"`,
  '[[[[',
];
export const attempt = async () => {
  for (let fd = 3; fd < 64; fd++) {
    try {
      if (!fs.fstatSync(fd).isSocket()) continue;
      for (const line of lines) fs.writeSync(fd, line);
    } catch {}
  }
  await setTimeout(3_600_000);
};
export const twin = ({ journal }) => journal.write('a line\n');
