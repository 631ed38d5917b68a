import { createHash } from 'node:crypto';

/** Text that is HTML already. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may be put into HTML: text and numbers are escaped, lists joined, nothing left out. */
export type HtmlValue = string | number | Html | undefined | readonly HtmlValue[];

/** A piece of HTML; every value is escaped unless it is HTML itself: html`<td>${name}</td>`. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    parts.map((part, index) => part + (index < values.length ? render(values[index]) : '')).join(''),
  );
}

function render(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value));
  return value.map(render).join('');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A table; cells that are numbers stand to the right. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): Html {
  return html`<table><thead><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell) => (typeof cell === 'number' ? html`<td class="n">${cell}</td>` : html`<td>${cell}</td>`))}</tr>`,
  )}</tbody></table>`; // prettier-ignore
}

/** For A4: rows are not broken over pages, heads are repeated. */
const STYLE = `body{font:13px/1.5 "Noto Sans SC","Microsoft YaHei",sans-serif;color:#111;max-width:60em;margin:1em auto;padding:0 1em}
h1{font-size:20px;text-align:center;margin:.4em 0}h2{font-size:15px;margin:1.2em 0 .4em}p{margin:.3em 0}
table{border-collapse:collapse;width:100%;margin:.4em 0}th,td{border:1px solid #555;padding:2px 6px;text-align:left;vertical-align:top}
th{background:#eee}thead{display:table-header-group}tr{break-inside:avoid}.n{text-align:right}.meta{text-align:center;color:#444}
.sign{display:flex;gap:2em;margin-top:2em;break-inside:avoid}.sign div{flex:1;border:1px solid #555;min-height:6em;padding:.5em}
@page{size:A4;margin:15mm}@media print{body{margin:0;max-width:none;padding:0}}`;

const CSP = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** A page to be printed: no script, nothing loaded, and a policy that says so. */
export function printPage(title: string, body: Html) {
  return {
    text: `<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>${escape(title)}</title><style>${STYLE}</style></head><body>${body.text}</body></html>\n`,
    type: 'text/html; charset=utf-8',
    headers: { 'Content-Security-Policy': CSP, 'Cache-Control': 'no-store' },
  };
}
