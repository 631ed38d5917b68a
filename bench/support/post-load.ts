import { Agent, request } from 'node:http';
import type { JsonObject } from '../../src/json.js';

/** Requests ready to be sent: building them is no part of what is measured. */
export function toBatches(events: readonly JsonObject[], size: number): Buffer[] {
  const batches: Buffer[] = [];
  for (let from = 0; from < events.length; from += size)
    batches.push(Buffer.from(JSON.stringify(events.slice(from, from + size))));
  return batches;
}

export interface Poster {
  /** Resolves with the status once the whole answer is here. */
  post(body: Buffer, contentType?: string): Promise<number>;
  close(): void;
}

/** Keeps its connections open, as an integration does. */
export function makePoster(url: string, token: string, maxSockets = 64): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const target = new URL('/api/events', url);
  const { hostname, port, pathname } = target;
  const post: Poster['post'] = (body, contentType = 'application/cloudevents-batch+json') =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': contentType,
        'content-length': body.length,
      };
      const sent = request({ agent, hostname, port, path: pathname, method: 'POST', headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
      });
      // The server may close an idle connection at the moment at which it is used again.
      sent.on('error', (error) => (sent.reusedSocket ? resolve(post(body, contentType)) : reject(error)));
      sent.end(body);
    });
  return { post, close: () => agent.destroy() };
}

/** Sends all batches in order, some of them side by side; throws when one is not taken. */
export async function postAll(poster: Poster, batches: readonly Buffer[], sideBySide: number): Promise<void> {
  let next = 0;
  const sender = async () => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) {
      const status = await poster.post(batch);
      if (status !== 202) throw new Error(`a batch was answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, sender));
}
