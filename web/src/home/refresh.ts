/** Besides the stream, for what changes by time alone. */
export const REFRESH_MS = 60_000;
