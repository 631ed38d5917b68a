import { createHash } from 'node:crypto';
import type { PlacedRow, ReconciliationRow } from './reconcile-record.js';

/** A line as stored: with the alert of each difference. */
export interface StatementRow extends Omit<
  ReconciliationRow,
  'completedAt' | 'handedOverAt' | 'differences'
> {
  readonly completedAt?: Date;
  readonly handedOverAt?: Date;
  readonly differences: readonly {
    readonly code: ReconciliationRow['differences'][number];
    readonly alert: string;
  }[];
}

export interface StatementCounts {
  /** Completed stages: the length of the completed list. */
  readonly completed: number;
  readonly handedOver: number;
  readonly delivered: number;
  readonly giverSigned: number;
  readonly receiverSigned: number;
  readonly documentsReceived: number;
  readonly documentsHanded: number;
  readonly differences: number;
}

export const SIDES = ['giver', 'receiver'] as const;
export type Side = (typeof SIDES)[number];

/** 移交方 or 接收方 signed a version of a statement. */
export interface StatementSignature {
  readonly side: Side;
  readonly by: string;
  readonly at: Date;
  readonly version: number;
  readonly note?: string;
}

/** 对账单: what a unit completed on a day against the handover register. */
export interface Statement {
  /** `orgUnit|date`. */
  readonly id: string;
  readonly orgUnit: string;
  readonly orgUnitName: string;
  /** Business date. */
  readonly date: string;
  /** Raised whenever what it says changes; a signature is of one version. */
  readonly version: number;
  /** When the present version was made. */
  readonly computedAt: Date;
  /** When its first version was made. */
  readonly madeAt?: Date;
  readonly counts: StatementCounts;
  /** Those with differences first; at most MAX_ROWS. */
  readonly rows: readonly StatementRow[];
  /** There are more rows than are kept. */
  readonly truncated?: boolean;
  /** Of all versions. */
  readonly signatures: readonly StatementSignature[];
  /** Over counts and rows. */
  readonly hash: string;
}

/** Most lines kept of a statement; the counts are of all. */
export const MAX_ROWS = 2_000;

/** Who signed the present version, by side. */
export function signedOf({ signatures, version }: Pick<Statement, 'signatures' | 'version'>) {
  const of = (side: Side) => signatures.find((one) => one.side === side && one.version === version);
  const giver = of('giver');
  const receiver = of('receiver');
  return { ...(giver && { giver }), ...(receiver && { receiver }) };
}

export function statementIdOf(orgUnit: string, date: string): string {
  return `${orgUnit}|${date}`;
}

/** A statement without the past of an earlier one: version 1, unsigned. Pure. */
export function makeStatement(
  of: { readonly orgUnit: string; readonly orgUnitName: string; readonly date: string; readonly now: number },
  placed: readonly PlacedRow[],
  alertOf: (row: ReconciliationRow, code: ReconciliationRow['differences'][number]) => string,
): Statement {
  const all = placed
    .map(({ row }) => row)
    .sort(
      (a, b) =>
        Number(b.differences.length > 0) - Number(a.differences.length > 0) ||
        (a.workOrder < b.workOrder ? -1 : a.workOrder > b.workOrder ? 1 : (a.visit ?? 0) - (b.visit ?? 0)),
    );
  const count = (test: (row: ReconciliationRow) => boolean) => all.filter(test).length;
  const sum = (field: 'documentsReceived' | 'documentsHanded') =>
    all.reduce((total, row) => total + row[field], 0);
  const counts: StatementCounts = {
    completed: count(({ completedAt }) => completedAt !== undefined),
    handedOver: count(({ handedOverAt }) => handedOverAt !== undefined),
    delivered: count(({ delivered }) => delivered),
    giverSigned: count(({ giverSigned }) => giverSigned),
    receiverSigned: count(({ receiverSigned }) => receiverSigned),
    documentsReceived: sum('documentsReceived'),
    documentsHanded: sum('documentsHanded'),
    differences: all.reduce((total, { differences }) => total + differences.length, 0),
  };
  const rows = all.slice(0, MAX_ROWS).map((row): StatementRow => {
    const { completedAt, handedOverAt, differences, ...rest } = row;
    return {
      ...rest,
      ...(completedAt !== undefined && { completedAt: new Date(completedAt) }),
      ...(handedOverAt !== undefined && { handedOverAt: new Date(handedOverAt) }),
      differences: differences.map((code) => ({ code, alert: alertOf(row, code) })),
    };
  });
  return {
    id: statementIdOf(of.orgUnit, of.date),
    orgUnit: of.orgUnit,
    orgUnitName: of.orgUnitName,
    date: of.date,
    version: 1,
    computedAt: new Date(of.now),
    madeAt: new Date(of.now),
    counts,
    rows,
    ...(all.length > MAX_ROWS && { truncated: true }),
    signatures: [],
    hash: createHash('sha256')
      .update(JSON.stringify([counts, rows]))
      .digest('hex'),
  };
}
