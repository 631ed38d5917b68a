import writeXlsxFile, { type Cell, type Sheet } from 'write-excel-file/node';

/** What may stand in a cell. Dates are not among them: a time is written as text in the calendar's zone. */
export type CellValue = string | number | undefined;

export interface SheetOfRows {
  /** Name of the tab: at most 31 characters, none of `[ ] : * ? / \`. */
  readonly name: string;
  readonly columns: readonly { readonly title: string; readonly width?: number }[];
  readonly rows: readonly (readonly CellValue[])[];
}

const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** As much as a cell of Excel holds. */
const MAX_TEXT = 32_767;

export { XLSX_TYPE };

/**
 * An Excel file. Everything is written as text or number, never as a formula; text that a spreadsheet would take for a formula when it is typed
 * in again, or saved as CSV, gets an apostrophe in front.
 */
export async function writeWorkbook(sheets: readonly SheetOfRows[]): Promise<Buffer> {
  return writeXlsxFile(sheets.map(toSheet)).toBuffer();
}

/** Text that is safe in a cell: no formula, no character that XML has not. */
export function safeText(text: string): string {
  const clean = text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ' ');
  const escaped = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/.test(clean) ? `'${clean}` : clean;
  return escaped.slice(0, MAX_TEXT);
}

function toSheet({ name, columns, rows }: SheetOfRows): Sheet<Buffer> {
  return {
    sheet: name,
    columns: columns.map(({ title, width }) => ({ width: width ?? Math.max(8, title.length * 2 + 2) })),
    stickyRowsCount: 1,
    data: [
      columns.map(({ title }): Cell => ({ value: safeText(title), type: String, fontWeight: 'bold' })),
      ...rows.map((row) => row.map(toCell)),
    ],
  };
}

function toCell(value: CellValue): Cell {
  if (value === undefined || value === '') return null;
  return typeof value === 'number' ? { value, type: Number } : { value: safeText(value), type: String };
}
