import { createHmac } from 'node:crypto';
import type { Channel, Outgoing } from './channel.js';
import { postJson, refuseStatus } from './post-json.js';
import { resolvePublic, type Resolve } from './resolve-public.js';

export interface WebhookOptions {
  readonly name: string;
  readonly url: string;
  /** `whsec_` and the base64 of the key. While it is changed both sign, the newer first. */
  readonly secrets: readonly string[];
  /** Private networks that may be reached, CIDR. */
  readonly allowPrivate: readonly string[];
  readonly now: () => number;
  readonly timeoutMs?: number;
  /** Default: DNS. */
  readonly resolve?: Resolve;
}

/**
 * An endpoint after Standard Webhooks 1.0.0: signed with HMAC-SHA256 (`v1`) over id, time of the attempt and body; any 2xx is
 * success; redirects are not followed; the name is resolved once, refused where it is private, and the connection
 * goes to that very address.
 */
export function makeWebhook(options: WebhookOptions): Channel {
  const { name, secrets, allowPrivate, now, timeoutMs, resolve } = options;
  const url = new URL(options.url);
  return {
    name,
    type: 'webhook',
    limits: [],
    async send(message) {
      const pinned = await resolvePublic(url.hostname, allowPrivate, resolve);
      const body = JSON.stringify(toPayload(message));
      const timestamp = String(Math.floor(now() / 1000));
      const answer = await postJson({
        url,
        body,
        pinned,
        headers: {
          'webhook-id': message.id,
          'webhook-timestamp': timestamp,
          'webhook-signature': secrets
            .map((secret) => signWebhook(secret, message.id, timestamp, body))
            .join(' '),
        },
        ...(timeoutMs !== undefined && { timeoutMs }),
      });
      if (answer.status < 200 || answer.status >= 300) refuseStatus(answer, url.hostname, now());
    },
  };
}

/** `v1,` and the signature of one attempt. */
export function signWebhook(secret: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Thin: ids and what happened; whoever may, reads the rest at `/api/alerts/{id}`. */
function toPayload({ content }: Outgoing) {
  const { kind, title, severity, lines, more, footer, at } = content;
  return {
    type: `notification.${kind}`,
    timestamp: at.toISOString(),
    data: { title, severity, lines, more, reason: footer },
  };
}
