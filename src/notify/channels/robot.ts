import type { Channel, Outgoing } from './channel.js';
import { ChannelError } from './channel.js';
import { postJson, refuseStatus } from './post-json.js';

/** What the three vendors' group robots differ in. */
export interface RobotForm {
  readonly name: string;
  readonly type: 'dingtalk' | 'wecom' | 'feishu';
  readonly limits: Channel['limits'];
  /** Where to and what to post now. */
  readonly request: (message: Outgoing, now: number) => { readonly url: URL; readonly body: unknown };
  /** The code of an answer; 0 = taken. */
  readonly codeOf: (answer: Record<string, unknown>) => unknown;
  /** Codes that say "too fast", and how long the vendor then shuts the robot out, ms. */
  readonly tooFast: Readonly<Record<number, number>>;
}

/** A group robot: posts JSON and reads the vendor's code, which comes with HTTP 200 even when it failed. */
export function makeRobot(form: RobotForm, now: () => number): Channel {
  return {
    name: form.name,
    type: form.type,
    limits: form.limits,
    async send(message) {
      const { url, body } = form.request(message, now());
      const answer = await postJson({ url, body: JSON.stringify(body) });
      if (answer.status < 200 || answer.status >= 300) refuseStatus(answer, url.hostname, now());
      const code = form.codeOf(parseAnswer(answer.body, url.hostname));
      if (code === 0) return;
      const retryAfterMs = form.tooFast[Number(code)];
      // The vendor's own words may repeat what was sent: only the code is kept.
      throw new ChannelError(
        `${url.hostname} refused the message with code ${String(code)}`,
        retryAfterMs === undefined ? {} : { retryAfterMs },
      );
    },
  };
}

function parseAnswer(body: string, host: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body) as unknown;
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below like any other answer that is none.
  }
  throw new ChannelError(`${host} answered something that is not its documented form`);
}
