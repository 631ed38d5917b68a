import type { mongo } from 'mongoose';
import { InvalidRequestError } from '../errors.js';
import type { JobRun, JobRunDocument } from './job-run.js';

export interface JobRunQuery {
  readonly job?: string;
  readonly status?: JobRun['status'];
  /** Business dates, both included. */
  readonly from?: string;
  readonly to?: string;
  /** Default 50, at most 500. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface JobRunPage {
  readonly items: JobRun[];
  readonly nextCursor?: string;
}

/** Runs, the latest started first; skipped dates, which were never started, come last. */
export async function listJobRuns(
  rows: mongo.Collection<JobRunDocument>,
  { job, status, from, to, limit = 50, cursor }: JobRunQuery,
): Promise<JobRunPage> {
  const size = Math.max(1, Math.min(limit, 500));
  const range = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lte: to }) };
  const docs = await rows
    .find({
      installedOn: { $exists: false },
      ...(job === undefined ? {} : { job }),
      ...(status === undefined ? {} : { status }),
      ...(from === undefined && to === undefined ? {} : { date: range }),
      ...(cursor === undefined ? {} : after(cursor)),
    })
    .sort({ startedAt: -1, _id: -1 })
    .limit(size + 1)
    .toArray();
  const last = docs[size - 1];
  return {
    items: docs.slice(0, size).map(toJobRun),
    ...(docs.length > size && last ? { nextCursor: toCursor(last) } : {}),
  };
}

function toJobRun({
  _id,
  token: _token,
  minute: _minute,
  installedOn: _first,
  ...run
}: JobRunDocument): JobRun {
  return run;
}

function toCursor({ startedAt, _id }: JobRunDocument): string {
  return Buffer.from(`${startedAt?.getTime() ?? 'never'} ${_id}`).toString('base64url');
}

function after(cursor: string): mongo.Filter<JobRunDocument> {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, time, id] = /^(\d{1,15}|never) ([\w|-]+)$/.exec(text) ?? [];
  if (time === undefined || id === undefined) {
    throw new InvalidRequestError(
      'The cursor is unknown: pass the nextCursor of the page before, or none for the first page.',
      { fields: [{ path: 'cursor', message: 'not a nextCursor of this list' }] },
    );
  }
  const never = { startedAt: { $exists: false } };
  if (time === 'never') return { ...never, _id: { $lt: id } };
  const startedAt = new Date(Number(time));
  return { $or: [{ startedAt: { $lt: startedAt } }, { startedAt, _id: { $lt: id } }, never] };
}
