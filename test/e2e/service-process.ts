import { spawn, type ChildProcess } from 'node:child_process';
import { eventually } from '../infra/start-stores-process.js';

/** How a process ended and what it said. */
export interface Ended {
  /** Exit code, or null with a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** `yxrisk …` in a process of its own. */
export interface YxriskProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly out: () => string;
  readonly ended: Promise<Ended>;
}

/** A running service with its API. */
export interface ServiceProcess extends YxriskProcess {
  /** As it printed it, e.g. `http://127.0.0.1:41234`; empty where it has no API. */
  readonly address: string;
  /** Printed at the first start only. */
  readonly token?: string;
}

/** Runs the real `bin/yxrisk.ts` on the embedded stores of a data folder. */
export function spawnYxrisk(args: readonly string[], env: Readonly<Record<string, string>>): YxriskProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/yxrisk.ts', ...args], {
    env: {
      ...process.env,
      MONGODB_URI: '',
      REDIS_URL: '',
      ADMIN_TOKEN: '',
      SAMPLE_DAY: 'off',
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, ...said })),
  );
  return { child, pid: child.pid ?? 0, out: () => said.out, ended };
}

/** Runs a command to its end. */
export function runYxrisk(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return spawnYxrisk(args, env).ended;
}

/** Starts the service, or one part of it, and waits until it says that it is ready. */
export async function startYxrisk(
  env: Readonly<Record<string, string>>,
  only?: 'api' | 'worker' | 'scheduler',
): Promise<ServiceProcess> {
  const service = spawnYxrisk(['start', ...(only ? ['--only', only] : [])], env);
  let hasEnded = false;
  void service.ended.then(() => (hasEnded = true));
  await eventually(
    () => hasEnded || /"msg":"ready"/.test(service.out()),
    (done) => done,
    // On a busy machine reading the rules alone takes a minute.
    150_000,
  );
  const address = /Console and API\s+(http:\S+)\//.exec(service.out())?.[1] ?? '';
  if (hasEnded || !service.out().includes('"msg":"ready"')) {
    service.child.kill('SIGKILL');
    const { out, err } = await service.ended;
    throw new Error(`the service did not start:\n${out}\n${err}`);
  }
  const token = /Admin token\s+(yxr_\S+)/.exec(service.out())?.[1];
  return { ...service, address, ...(token !== undefined && { token }) };
}
