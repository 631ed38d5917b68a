/** A told value as text: texts as they are, anything else as JSON, and `undefined` for what was not told. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
