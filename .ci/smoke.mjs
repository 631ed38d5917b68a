// Runs the README's run command as a newcomer would, and reads the sample day's alerts and inspection
// tasks by the API within 60 seconds of starting; then stops it and looks for what it left behind.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIMIT_MS = 60_000;
const dataDir = mkdtempSync(join(tmpdir(), 'yxrisk-smoke-'));
const port = await freePort();
const startedAt = Date.now();
const service = spawn('npm', ['start'], {
  env: {
    ...process.env,
    PORT: String(port),
    DATA_DIR: dataDir,
    MONGODB_URI: '',
    REDIS_URL: '',
    ADMIN_TOKEN: '',
  },
  stdio: ['ignore', 'pipe', 'pipe'],
  detached: true,
});
let output = '';
service.stdout.on('data', (chunk) => (output += chunk));
service.stderr.on('data', (chunk) => (output += chunk));
const exited = new Promise((resolve) => service.on('exit', (code, signal) => resolve({ code, signal })));

try {
  const token = await until('the admin token is printed', () => /yxr_[A-Za-z0-9_-]{20,}/.exec(output)?.[0]);
  const api = (path) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } }).then((r) =>
      r.ok ? r.json() : undefined,
    );
  await until('/readyz answers 200', () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      (r) => r.ok,
      () => false,
    ),
  );
  const alerts = await until('alerts of the sample day', async () => {
    const page = await api('/api/alerts?limit=200');
    return page?.items?.length >= 10 && page.items;
  });
  const tasks = await until('inspection tasks', async () => {
    const page = await api('/api/inspections?limit=200');
    return page?.items?.length > 0 && page.items;
  });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  const kinds = new Set(alerts.map((alert) => alert.riskPoint.kind));
  console.log(
    `${alerts.length} alerts of ${kinds.size} kinds and ${tasks.length} inspection tasks read ${seconds} s after npm start`,
  );
  const errors = output.split('\n').filter((line) => /"level":(50|60)|\bERROR\b|\bFATAL\b/.test(line));
  if (errors.length > 0) throw new Error(`the log of a healthy start holds errors:\n${errors.join('\n')}`);

  process.kill(-service.pid, 'SIGTERM');
  const end = await Promise.race([exited, sleep(20_000).then(() => undefined)]);
  if (!end) throw new Error('SIGTERM did not end it within 20 s');
  // npm itself ends at the signal, while the service behind it drains.
  const deadline = Date.now() + 20_000;
  let left = await leftovers();
  while (left.length > 0 && Date.now() < deadline) {
    await sleep(200);
    left = await leftovers();
  }
  if (left.length > 0) throw new Error(`left behind 20 s after SIGTERM:\n${left.join('\n')}`);
  console.log('stopped by SIGTERM without a process, port or file left behind');
} catch (error) {
  console.error(output.replaceAll(/yxr_[A-Za-z0-9_-]{20,}/g, 'yxr_…'));
  console.error(`smoke run failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  try {
    process.kill(-service.pid, 'SIGKILL');
  } catch {
    // already gone
  }
  rmSync(dataDir, { recursive: true, force: true });
}

async function until(what, probe) {
  for (;;) {
    const found = await Promise.resolve(probe()).catch(() => undefined);
    if (found) return found;
    if (service.exitCode !== null)
      throw new Error(`npm start ended with ${service.exitCode} while waiting: ${what}`);
    if (Date.now() - startedAt > LIMIT_MS) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`);
    await sleep(200);
  }
}
async function leftovers() {
  const processes = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  const left = processes.filter((line) => line.includes(dataDir) && !line.includes('ps -eo'));
  if (await answers(port)) left.push(`port ${port} still answers`);
  if (existsSync(join(dataDir, 'run.json'))) left.push('run.json in DATA_DIR');
  return left;
}
function answers(portNumber) {
  return fetch(`http://127.0.0.1:${portNumber}/healthz`).then(
    () => true,
    () => false,
  );
}
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}
