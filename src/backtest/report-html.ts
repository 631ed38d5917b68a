import { CHANGE_KINDS, type AlertCounts, type BacktestResult, type Load } from './backtest-result.js';
import {
  CHANGE_WORDS,
  describeReplay,
  describeSketch,
  describeSubject,
  KIND_WORDS,
  makeShowTime,
  pickExamples,
  postWord,
  unitWord,
  type ReportNames,
} from './report-words.js';
import { noteOf } from './report-text.js';

/** Text that is HTML already; everything else is escaped. */
interface Html {
  readonly html: string;
}
type Part = Html | string | number | undefined | readonly Part[];

const PER_KIND = 5;

/** A backtest as one page without scripts or anything from outside: to be opened, printed and sent. */
export function reportHtml(result: BacktestResult, names: ReportNames): string {
  const showTime = makeShowTime(result.timeZone);
  const title = '规则回测报告';
  const page = html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        <p class="lead">${describeReplay(result, showTime)}</p>
        ${tiles(result)} ${rules(result)} ${units(result, names)} ${load(result, names)}
        ${examples(result, names, showTime)} ${failures(result)}
        <footer>
          现行规则 ${result.live.hash.slice(0, 12)}，候选规则 ${result.candidate.hash.slice(0, 12)}。
          回测按事件为系统所知的先后回放，不使用当时还不知道的信息；人工处置、静默和通知不在回放之内。
        </footer>
      </body>
    </html>`;
  return `${page.html}\n`;
}

function tiles({ total, load }: BacktestResult): Html {
  const tile = (label: string, value: Part, note: Part = '') =>
    html`<div class="tile"><span>${label}</span><b>${value}</b><small>${note}</small></div>`;
  const retracted = (count: number) => (count > 0 ? `其中后来撤回 ${count}` : '');
  return html`<div class="tiles">
    ${tile('现行预警', total.live, retracted(total.liveRetracted))}
    ${tile('候选预警', total.candidate, retracted(total.candidateRetracted))}
    ${CHANGE_KINDS.map((kind) => tile(KIND_WORDS[kind], total[kind]))}
    ${tile('日均（现行→候选）', `${load.total.live.perDay} → ${load.total.candidate.perDay}`)}
  </div>`;
}

function rules({ rules: rows }: BacktestResult): Html {
  const body = rows.map(
    (row) =>
      html`<tr>
        <td><b>${row.ruleName}</b><br /><code>${row.rule}</code></td>
        <td>${CHANGE_WORDS[row.change]}${versions(row)}</td>
        ${counts(row)}
        <td class="note">${noteOf(row)}</td>
      </tr>`,
  );
  return section(
    '按规则',
    html`<th>规则</th>
      <th>改动</th>
      ${countHeads()}
      <th>说明</th>`,
    body,
  );
}

function versions({
  liveVersion,
  candidateVersion,
}: {
  readonly liveVersion?: number;
  readonly candidateVersion?: number;
}): Part {
  if (liveVersion === candidateVersion || liveVersion === undefined || candidateVersion === undefined)
    return '';
  return html`<br /><small>第 ${liveVersion} 版 → 第 ${candidateVersion} 版</small>`;
}

function units({ orgUnits }: BacktestResult, names: ReportNames): Html {
  const body = orgUnits.map(
    (row) =>
      html`<tr>
        <td>${unitWord(row.orgUnit, names)}</td>
        ${counts(row)}
      </tr>`,
  );
  return section(
    '按单位',
    html`<th>单位</th>
      ${countHeads()}`,
    body,
  );
}

function load({ load: { total, recipients } }: BacktestResult, names: ReportNames): Html {
  const most = Math.max(1, ...recipients.flatMap(({ live, candidate }) => [live.perDay, candidate.perDay]));
  const row = (
    post: Part,
    unit: Part,
    sides: { readonly live: Load; readonly candidate: Load },
    bars: Part,
  ) =>
    html`<tr>
      <td>${post}</td>
      <td>${unit}</td>
      <td class="n">${sides.live.perDay}</td>
      <td class="n">${sides.candidate.perDay}</td>
      <td>${bars}</td>
      <td>${peak(sides.live)}</td>
      <td>${peak(sides.candidate)}</td>
    </tr>`;
  const body = [
    row(html`<b>全部</b>`, '', total, ''),
    ...recipients.map((one) =>
      row(
        postWord(one.post, names),
        unitWord(one.orgUnit, names),
        one,
        bars(one.live.perDay / most, one.candidate.perDay / most),
      ),
    ),
  ];
  const heads = ['接收岗位', '单位', '现行日均', '候选日均', '', '现行高峰', '候选高峰'];
  const note = '每个工作日要处理的预警条数；休息日发出的计入下一工作日。上条为现行，下条为候选。';
  return section('工作量估计', html`${heads.map((head) => html`<th>${head}</th>`)}`, body, note);
}

function peak({ peak: count, peakDay }: Load): string {
  return peakDay === undefined ? '' : `${count}（${peakDay}）`;
}

function bars(live: number, candidate: number): Html {
  const width = (share: number) => Math.round(share * 120);
  return html`<svg width="120" height="14" role="img" aria-label="日均对比">
    <rect class="live" y="1" height="5" width="${width(live)}" />
    <rect class="candidate" y="8" height="5" width="${width(candidate)}" />
  </svg>`;
}

function examples(result: BacktestResult, names: ReportNames, showTime: (at: number) => string): Part {
  const groups = pickExamples(result, PER_KIND);
  if (groups.length === 0) return '';
  return html`<h2>例子</h2>
    ${groups.map(
      ({ rule, kind, examples: shown }) =>
        html`<section class="group">
          <h3>${KIND_WORDS[kind]}：${names.rule?.(rule) ?? rule} <code>${rule}</code></h3>
          ${shown.map((example) => {
            const { live, candidate } = example;
            const one = candidate ?? live;
            return html`<article>
              <p><b>${describeSubject(example, names)}</b>　${one?.title}</p>
              ${live ? html`<p class="live">现行：${describeSketch(live, showTime)}</p>` : ''}
              ${candidate ? html`<p class="candidate">候选：${describeSketch(candidate, showTime)}</p>` : ''}
              <ul>
                ${one?.why.map((text) => html`<li>${text}</li>`)}
              </ul>
            </article>`;
          })}
        </section>`,
    )}`;
}

function failures({ failures: list }: BacktestResult): Part {
  if (list.length === 0) return '';
  return html`<h2>无法回放到底的对象</h2>
    <ul>
      ${list.map(({ recordId, message }) => html`<li>${recordId}：${message}</li>`)}
    </ul>`;
}

function countHeads(): Html {
  return html`<th>现行</th>
    <th>候选</th>
    ${CHANGE_KINDS.map((kind) => html`<th>${KIND_WORDS[kind]}</th>`)}`;
}

function counts(row: AlertCounts): Html {
  return html`<td class="n">${row.live}</td>
    <td class="n">${row.candidate}</td>
    ${CHANGE_KINDS.map((kind) => html`<td class="n ${row[kind] > 0 ? kind : ''}">${row[kind] || '·'}</td>`)}`;
}

function section(title: string, heads: Html, body: readonly Html[], note = ''): Html {
  if (body.length === 0) return html``;
  return html`<h2>${title}</h2>
    ${note === '' ? '' : html`<p class="note">${note}</p>`}
    <table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>`;
}

function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {
    html: strings.reduce((text, string, index) => text + toHtml(parts[index - 1]) + string),
  };
}

function raw(text: string): Html {
  return { html: text };
}

function toHtml(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  if ('html' in part) return part.html;
  return part.map(toHtml).join('');
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light; --live: #8c8c8c; --candidate: #1677ff; }
body { font: 14px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1f1f1f; max-width: 1200px; margin: 24px auto; padding: 0 24px; }
h1 { font-size: 24px; margin: 0 0 8px; } h2 { font-size: 18px; margin: 32px 0 8px; } h3 { font-size: 15px; margin: 20px 0 8px; }
.lead, .note, footer, small { color: #595959; } code { font-size: 12px; color: #595959; font-weight: normal; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.tile { border: 1px solid #d9d9d9; border-radius: 8px; padding: 8px 16px; min-width: 96px; }
.tile span, .tile small { display: block; font-size: 12px; color: #595959; } .tile b { font-size: 22px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { border-bottom: 1px solid #e8e8e8; padding: 6px 8px; text-align: left; vertical-align: top; }
th { background: #fafafa; } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.gained { color: #d4380d; font-weight: 600; } td.lost { color: #389e0d; font-weight: 600; }
td.earlier, td.later, td.severity, td.post, td.closing { color: #d48806; font-weight: 600; }
rect.live { fill: var(--live); } rect.candidate { fill: var(--candidate); }
article { border-left: 3px solid #d9d9d9; padding: 2px 12px; margin: 8px 0; } article p { margin: 2px 0; }
p.live { color: #595959; } p.candidate { color: #0958d9; } ul { margin: 4px 0; padding-left: 20px; color: #595959; font-size: 13px; }
footer { margin-top: 40px; border-top: 1px solid #e8e8e8; padding-top: 8px; font-size: 12px; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } tr, article, .tile { break-inside: avoid; } h2, h3 { break-after: avoid; } }
`;
