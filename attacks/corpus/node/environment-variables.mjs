// Route: Looks for variables of its launcher: in the environment, in a report, in arguments.
// Known from: CVE-2025-48934 (Deno)
// Refused: absent
// Twin: sets a variable of its own
// Unconfined: works
export const attempt = () => {
  const report = process.report.getReport();
  const seen = { ...process.env, ...report.environmentVariables };
  const names = Object.keys(seen).filter((name) => /^(PATH|HOME|USER|PWD|ATTEMPT_SECRET)$/.test(name));
  return names.length > 0 ? 'ok' : 'absent';
};
export const twin = () => {
  process.env.OWN = 'mine';
  return process.env.OWN === 'mine' ? 'ok' : 'none';
};
