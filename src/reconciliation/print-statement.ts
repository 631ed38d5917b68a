import { html, printPage, table } from '../html/print-page.js';
import { DIFFERENCE_WORDS } from './reconciliation-alerts.js';
import { signedOf, type Statement, type StatementSignature } from './statement.js';

/** A statement as a page to print and sign: counts, differences, all lines, and a box for each side. */
export function printStatement(
  statement: Statement,
  formatTime: (at: Date) => string,
  signDueAt: number | undefined,
) {
  const { orgUnit, orgUnitName, date, version, computedAt, counts, rows, truncated } = statement;
  const time = (at: Date | undefined) => at && formatTime(new Date(at));
  const signed = (yes: boolean, isThere: boolean) => (isThere ? (yes ? '已签' : '未签') : '');
  const title = `${orgUnitName} ${date} 已办业务与资料移交对账单`;
  const signature = (side: string, given: StatementSignature | undefined) =>
    html`<div>
      <p>${side}签字：</p>
      <p>${given ? `${given.by} ${formatTime(new Date(given.at))}（电子签认）` : ''}</p>
      <p>${given?.note}</p>
    </div>`;
  const { giver, receiver } = signedOf(statement);
  const body = html`<h1>${title}</h1>
<p class="meta">单位编码 ${orgUnit}　第 ${version} 版　生成时间 ${formatTime(new Date(computedAt))}${signDueAt === undefined ? '' : `　签认时限 ${formatTime(new Date(signDueAt))}`}</p>
<h2>件数</h2>${table(
    ['已办', '已移交', '已送达', '移交人已签', '接收人已签', '收到资料', '移交资料', '差异'],
    [
      [
        counts.completed,
        counts.handedOver,
        counts.delivered,
        counts.giverSigned,
        counts.receiverSigned,
        counts.documentsReceived,
        counts.documentsHanded,
        counts.differences,
      ],
    ],
  )}
<h2>明细</h2>${table(
    ['序号', '工单号', '业务', '环节', '办结时间', '经办人', '移交时间', '移交人', '签字', '接收人', '签字', '收/移资料', '差异'],
    rows.map((row, index) => [
      index + 1,
      row.workOrder,
      row.process,
      row.stage,
      time(row.completedAt),
      row.operator,
      time(row.handedOverAt),
      row.giver,
      signed(row.giverSigned, row.handedOverAt !== undefined),
      row.receiver,
      signed(row.receiverSigned, row.handedOverAt !== undefined),
      `${row.documentsReceived}/${row.documentsHanded}`,
      row.differences.map(({ code }) => DIFFERENCE_WORDS[code]).join('、'),
    ]),
  )}
${truncated ? html`<p>明细过多，只列出前 ${rows.length} 行，有差异的在前；件数为全部。</p>` : undefined}
<div class="sign">${signature('移交方', giver)}${signature('接收方', receiver)}</div>`; // prettier-ignore
  return printPage(title, body);
}
