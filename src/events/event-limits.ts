/** How much one request and one event may hold. Beyond is refused, never cut. */
export interface EventLimits {
  /** Bytes of a request body, after any content encoding was undone. */
  readonly maxBodyBytes: number;
  /** Events in one request. */
  readonly maxEvents: number;
  /** Bytes of one event as JSON (binary mode: body and ce- headers). */
  readonly maxEventBytes: number;
  /** Levels of nesting; the event itself is the first, `data` the second. */
  readonly maxDepth: number;
  /** Keys of all objects of one event together. */
  readonly maxKeys: number;
  /** UTF-16 code units of a text. */
  readonly maxTextLength: number;
  /** UTF-16 code units of a key. */
  readonly maxKeyLength: number;
  /** How far a clock of the sender may run ahead, ms. */
  readonly maxFutureMs: number;
}

export const DEFAULT_EVENT_LIMITS: EventLimits = {
  maxBodyBytes: 8 * 1024 * 1024,
  maxEvents: 1_000,
  maxEventBytes: 64 * 1024,
  maxDepth: 16,
  maxKeys: 500,
  maxTextLength: 8_192,
  maxKeyLength: 128,
  maxFutureMs: 5 * 60_000,
};
