import { expect } from '@jest/globals';
import { digest } from './digest-world.js';
import { openWorld, type Subject } from './open-world.js';

/** The world of the test of rights, and an admin in it whom nothing but the input can be refused for. */
export type AdminWorld = Awaited<ReturnType<typeof openAdminWorld>>;

export async function openAdminWorld() {
  const world = await openWorld();
  const headers = { Authorization: `Bearer ${world.api.tokens.admin}` };
  const admin: Subject = { name: 'admin', id: 'admin', reach: [], headers };
  return {
    world,
    admin,
    /** Every collection is as it was, no request ended in a bug, and no prototype got a field. */
    assertUnharmed: async (before: Record<string, string>): Promise<void> => {
      expect(await digest(world)).toEqual(before);
      const bugs = world.api.lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50);
      expect(bugs).toEqual([]);
      expect({}).not.toHaveProperty('isAdmin');
    },
  };
}
