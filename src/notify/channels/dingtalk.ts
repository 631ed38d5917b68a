import { createHmac } from 'node:crypto';
import { renderMarkdown, type RenderOptions } from '../render-text.js';
import type { Channel } from './channel.js';
import { makeRobot } from './robot.js';

export interface DingTalkOptions extends RenderOptions {
  readonly name: string;
  /** Default https://oapi.dingtalk.com */
  readonly url?: string;
  readonly token: string;
  /** SEC…: the secret of 加签. */
  readonly sign?: string;
  readonly now: () => number;
}

const MINUTE_MS = 60_000;

/**
 * A DingTalk group robot (自定义机器人): Markdown, signed (加签): `sign` is the base64 of HMAC-SHA256 over
 * `timestamp\nSEC…`, keyed with SEC…, timestamp in ms. 20 messages a minute; who sends more is shut out for 10 minutes.
 * Source: open.dingtalk.com, 自定义机器人接入.
 */
export function makeDingTalk({ name, url, token, sign, now, ...render }: DingTalkOptions): Channel {
  return makeRobot(
    {
      name,
      type: 'dingtalk',
      limits: [{ messages: 20, perMs: MINUTE_MS }],
      request: ({ content }, at) => {
        const target = new URL('/robot/send', url ?? 'https://oapi.dingtalk.com');
        target.searchParams.set('access_token', token);
        if (sign !== undefined) {
          target.searchParams.set('timestamp', String(at));
          target.searchParams.set(
            'sign',
            createHmac('sha256', sign).update(`${at}\n${sign}`).digest('base64'),
          );
        }
        const text = renderMarkdown(content, render, 18_000);
        return {
          url: target,
          body: { msgtype: 'markdown', markdown: { title: content.title, text }, at: { isAtAll: false } },
        };
      },
      codeOf: ({ errcode }) => errcode,
      tooFast: { 130101: 10 * MINUTE_MS, 410100: 10 * MINUTE_MS, 90018: 10 * MINUTE_MS },
    },
    now,
  );
}
