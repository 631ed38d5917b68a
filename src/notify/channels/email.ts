import { createTransport } from 'nodemailer';
import { renderText, type RenderOptions } from '../render-text.js';
import { ChannelError, type Channel } from './channel.js';

export interface EmailOptions extends RenderOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
  /** For connecting, greeting and each silence. Default 15 000. */
  readonly timeoutMs?: number;
}

/** E-mail by SMTP, plain text. Its `Message-ID` is that of the message, so that mail systems can tell a repetition. */
export function makeEmail(options: EmailOptions): Channel {
  const { name, host, port, security, user, password, from, timeoutMs = 15_000, ...render } = options;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name,
    type: 'email',
    limits: [],
    async send({ id, to, content }) {
      if (to === undefined) throw new ChannelError('there is no mailbox', { permanent: 'message' });
      try {
        await transport.sendMail({
          from,
          to,
          subject: content.title.replaceAll(/[\r\n]+/g, ' '),
          text: renderText(content, render),
          messageId: `<${id}@yxrisk>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
      } catch (cause) {
        throw explain(host, cause);
      }
    },
  };
}

/** The server's words may repeat the mailbox: only its code is kept. */
function explain(host: string, cause: unknown): ChannelError {
  const { responseCode, code, command } = cause as { responseCode?: number; code?: string; command?: string };
  if (responseCode === undefined)
    return new ChannelError(`${host} cannot be reached or broke off (${code ?? 'no code'})`, { cause });
  // 5xx about this mailbox or this mail stays so; a refused login (535) is a mistake in the settings and may be mended.
  const permanent = responseCode >= 500 && /RCPT|DATA/i.test(command ?? '');
  return new ChannelError(
    `${host} answered ${responseCode} to ${command ?? 'the session'}`,
    permanent ? { permanent: 'message', cause } : { cause },
  );
}
