import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that another process or connection brings about; fails with what was waited for. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const endAt = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > endAt) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    await sleep(10);
  }
}
