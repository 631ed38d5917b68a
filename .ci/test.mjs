// The README's test command, told by suite. Suites that fail are run once more, alone: the browser suites
// share two cores with another suite, and a single wait that runs out there says little. What fails again, or
// more than a few failures at once, fails the run; what passes only then is named at the end (docs/decisions/0020).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const RUN_AGAIN_AT_MOST = 4;
const dir = mkdtempSync(join(tmpdir(), 'yxrisk-ci-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const first = runJest('first.json', []);
const failed = first.suites.filter(({ status }) => status === 'failed').map(({ name }) => name);
tellSlowest(first.suites);
// A run that fails with no suite to blame (stores that do not start, a crash) is not tried again.
if (first.code !== 0 && (failed.length === 0 || failed.length > RUN_AGAIN_AT_MOST)) process.exit(1);
if (failed.length > 0) {
  console.log(`\n== once more, alone: ${failed.join(' ')}`);
  const again = runJest('again.json', ['--runInBand', '--runTestsByPath', ...failed]);
  if (again.code !== 0) process.exit(1);
  console.log(`\nPASSED ONLY WHEN RUN AGAIN (their first failure is above): ${failed.join(' ')}`);
}

function runJest(file, args) {
  const report = join(dir, file);
  const { status } = spawnSync('npm', ['test', '--', '--json', `--outputFile=${report}`, ...args], {
    stdio: 'inherit',
  });
  return { code: status ?? 1, suites: readSuites(report) };
}

function readSuites(report) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch (cause) {
    console.error(`jest left no report of its suites: ${cause.message}`);
    return [];
  }
  return results.map(({ name, status, startTime, endTime }) => ({
    name: relative(process.cwd(), name),
    status,
    seconds: (endTime - startTime) / 1000,
  }));
}

function tellSlowest(suites) {
  const slowest = suites.toSorted((a, b) => b.seconds - a.seconds).slice(0, 12);
  const rows = slowest.map(({ name, seconds }) => `${seconds.toFixed(0).padStart(5)} s  ${name}`);
  console.log(`\nslowest suites:\n${rows.join('\n')}`);
}
