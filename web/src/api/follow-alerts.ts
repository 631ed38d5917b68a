import type { ApiClient } from './client.js';

/** Whether the stream is up: the console says so, and reads by itself at intervals while it is not. */
export type StreamState = 'live' | 'waiting';

const RETRY_MS = [1_000, 2_000, 5_000, 15_000];

/**
 * Follows the change feed of alerts until the signal aborts: `onChange` is called for each change and after each gap. A stream
 * that breaks is taken up after the last change seen, so that nothing is lost or told twice. (EventSource cannot send a token.)
 */
export async function followAlerts(options: {
  readonly api: ApiClient;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
  readonly onState: (state: StreamState) => void;
}): Promise<void> {
  const { api, signal, onChange, onState } = options;
  let lastId: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const response = await api.stream('/api/alerts/stream', lastId, signal);
      for await (const { event, id } of readEvents(response)) {
        if (id !== undefined) lastId = id;
        if (event === 'ready') {
          failures = 0;
          onState('live');
        }
        if (event === 'reset') lastId = undefined;
        if (event !== 'ready' || lastId === undefined) onChange();
      }
    } catch {
      // Broken, refused or aborted: the state says so, and the next turn tries again.
      failures += 1;
    }
    if (signal.aborted) return;
    onState('waiting');
    await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 15_000, signal);
  }
}

interface StreamEvent {
  readonly event: string;
  readonly id?: string;
}

async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      const event = fields.get('event');
      const id = fields.get('id');
      if (event !== undefined) yield { event, ...(id !== undefined && { id }) };
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
