/** `2026-11-25 17:30` in a time zone: how tables for people show an instant. */
export function makeFormatLocalTime(timeZone: string): (at: Date) => string {
  // Swedish dates are written as ISO 8601 has them.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (at) => format.format(at);
}
