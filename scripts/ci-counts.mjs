import { readFileSync } from 'node:fs';

/**
 * Adds up the vitest reports of a CI run. Its argument is a file with a line per phase:
 * name, seconds, exit code and the report the phase had to leave (`-` for none), by tabs.
 * A phase that ended badly, or ran no test where it should have, counts as one failed at
 * least, so that a broken build can never look like a run without failures.
 */
const NOTHING = { passed: 0, failed: 0, skipped: 0 };

const readPhases = (path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name, seconds, exitCode, report] = line.split('\t');
      return { name, seconds, exitCode: Number(exitCode), report };
    });

const readReport = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/** A file that could not be loaded has no test in it that failed; it is one itself. */
const brokenFiles = (report) =>
  report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );

const failures = (report) => [
  ...brokenFiles(report).map(({ name }) => name),
  ...report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${name}: ${test.fullName}${firstLines(test.failureMessages?.[0])}`),
  ),
];

/** How a failure begins: enough to repeat a random one, whose seed it names. */
const firstLines = (message = '') =>
  message
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .map((line) => `\n             ${line.slice(0, 300)}`)
    .join('');

const countReport = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests + brokenFiles(report).length,
  skipped: report.numPendingTests + report.numTodoTests,
});

const countPhase = ({ exitCode, report: path }) => {
  const report = path === '-' ? undefined : readReport(path);
  const counts = report === undefined ? NOTHING : countReport(report);
  const ranNothing = path !== '-' && counts.passed + counts.failed === 0;
  const endedBadly = exitCode !== 0 || ranNothing;
  return {
    ...counts,
    failed: endedBadly ? Math.max(counts.failed, 1) : counts.failed,
    failures: report === undefined ? [] : failures(report),
  };
};

const wording = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

const main = ([path]) => {
  const phases = readPhases(path).map((phase) => ({ ...phase, counts: countPhase(phase) }));
  for (const { name, seconds, exitCode, report, counts } of phases) {
    const result = report === '-' && exitCode === 0 ? 'ok' : wording(counts);
    console.log(`${seconds.padStart(5)} s  ${name}: ${result}`);
    for (const failure of counts.failures) console.log(`         ✗ ${failure}`);
  }

  const total = { ...NOTHING };
  for (const { counts } of phases) {
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  if (total.passed + total.failed === 0) total.failed = 1;
  console.log(wording(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
};

main(process.argv.slice(2));
