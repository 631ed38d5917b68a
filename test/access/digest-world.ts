import { createHash } from 'node:crypto';
import type { World } from './open-world.js';

/** Every collection and what is in it. */
export async function digest({ api }: World): Promise<Record<string, string>> {
  const collections = (await api.connection.db?.listCollections().toArray()) ?? [];
  const sums: Record<string, string> = {};
  for (const { name } of collections.sort((a, b) => a.name.localeCompare(b.name))) {
    const hash = createHash('sha256');
    let count = 0;
    for await (const document of api.connection.collection(name).find({}).sort({ _id: 1 })) {
      hash.update(JSON.stringify(document));
      count += 1;
    }
    sums[name] = `${count} ${hash.digest('hex').slice(0, 12)}`;
  }
  return sums;
}
