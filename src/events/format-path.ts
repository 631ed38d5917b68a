/** Keys and list positions from the root down. */
export type Path = readonly (string | number)[];

const PLAIN_KEY = /^[\p{L}\p{N}_-]{1,64}$/u;
const SHOWN = 40;

/** `data.documents[2].name`; a key with odd characters is shown as `data["a b"]`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (PLAIN_KEY.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${quote(step)}]`;
  }
  return text;
}

/** A value as JSON, cut to a length that fits an error message. */
export function quote(value: unknown): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, SHOWN + 1) : value) ?? 'nothing';
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
