import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { mongo, type Connection } from 'mongoose';
import { withStoreErrors } from '../events/store-error.js';
import { InvalidRequestError, TooLargeError, UnsupportedMediaTypeError } from '../errors.js';
import { cleanFileName } from './clean-file-name.js';
import { detectType, EVIDENCE_TYPES, type EvidenceType } from './detect-type.js';

/** What a piece of evidence belongs to; who may see that may see it. */
export interface EvidenceOwner {
  readonly type: 'alert' | 'inspection';
  readonly id: string;
}

/** A stored file, without its content. */
export interface Evidence {
  readonly id: string;
  readonly owner: EvidenceOwner;
  readonly fileName: string;
  readonly type: EvidenceType;
  /** Bytes. */
  readonly size: number;
  /** Of the content, hex. */
  readonly sha256: string;
  /** Who stored it, as in an alert's history. */
  readonly by: string;
  readonly at: Date;
}

export interface EvidenceStore {
  init(): Promise<void>;
  /**
   * Stores a file. The same content for the same owner is stored once: sending it again answers the first.
   * @throws UnsupportedMediaTypeError for a content that is none of `EVIDENCE_TYPES`, TooLargeError above `maxBytes` or
   * when the owner has `MAX_FILES` already
   */
  add(file: { owner: EvidenceOwner; fileName: string; content: Buffer; by: string }): Promise<Evidence>;
  /** Oldest first. */
  list(owner: EvidenceOwner): Promise<Evidence[]>;
  read(owner: EvidenceOwner, id: string): Promise<{ evidence: Evidence; content: Buffer } | undefined>;
  /**
   * Retention: removes what was stored before that time, but for that of owners still in use.
   * @param stillUsed the ids among these whose evidence is needed
   * @returns how many files were removed
   */
  removeBefore(
    before: Date,
    stillUsed: (owners: readonly EvidenceOwner[]) => Promise<ReadonlySet<string>>,
  ): Promise<number>;
  /** The ids that are no evidence of this owner. */
  missing(owner: EvidenceOwner, ids: readonly string[]): Promise<string[]>;
}

/** Most files one alert or inspection task may have. */
export const MAX_FILES = 30;
const BUCKET = 'evidence';
/** Owners whose evidence is looked through at once. */
const OWNERS = 500;

interface FileDocument {
  readonly _id: mongo.ObjectId;
  readonly filename: string;
  readonly length: number;
  readonly uploadDate: Date;
  readonly metadata: Pick<Evidence, 'owner' | 'type' | 'sha256' | 'by' | 'at'>;
}

/** Evidence in GridFS, bucket `evidence`. A file whose upload broke off is not listed. */
export function makeEvidenceStore(
  connection: Connection,
  { now, maxBytes }: { readonly now: () => number; readonly maxBytes: number },
): EvidenceStore {
  const { db } = connection;
  if (!db) throw new Error('not connected');
  const bucket = new mongo.GridFSBucket(db, { bucketName: BUCKET });
  const files = connection.collection<FileDocument>(`${BUCKET}.files`);
  const ofOwner = ({ type, id }: EvidenceOwner) => ({
    'metadata.owner.type': type,
    'metadata.owner.id': id,
  });
  const list = async (owner: EvidenceOwner) =>
    (await files.find(ofOwner(owner)).sort({ _id: 1 }).toArray()).map(toEvidence);
  const find = async (owner: EvidenceOwner, id: string) => {
    if (!mongo.ObjectId.isValid(id)) return undefined;
    const document = await files.findOne({ _id: new mongo.ObjectId(id), ...ofOwner(owner) });
    return document ? toEvidence(document) : undefined;
  };

  /** Whose evidence is from before that time, some at once. */
  async function* ownersBefore(before: Date): AsyncGenerator<EvidenceOwner[]> {
    let after = '';
    for (;;) {
      const groups = await files
        .aggregate<{ _id: { type: EvidenceOwner['type']; id: string } }>([
          { $match: { 'metadata.at': { $lt: before }, 'metadata.owner.id': { $gt: after } } },
          { $group: { _id: { type: '$metadata.owner.type', id: '$metadata.owner.id' } } },
          { $sort: { '_id.id': 1 } },
          { $limit: OWNERS },
        ])
        .toArray();
      const last = groups.at(-1);
      if (!last) return;
      yield groups.map(({ _id }) => _id);
      after = last._id.id;
    }
  }

  return withStoreErrors<EvidenceStore>({
    async init() {
      await files.createIndex({ 'metadata.owner.id': 1, 'metadata.owner.type': 1 });
    },
    async add({ owner, fileName, content, by }) {
      if (content.length === 0)
        throw new InvalidRequestError('The file is empty.', {
          fields: [{ path: '', message: 'is empty' }],
        });
      if (content.length > maxBytes)
        throw new TooLargeError(
          `The file has ${content.length} bytes; at most ${maxBytes} are accepted (EVIDENCE_MAX_BYTES).`,
        );
      const type = detectType(content);
      if (!type)
        throw new UnsupportedMediaTypeError(
          'The content of the file is none that is accepted as evidence; its name does not matter.',
          { allowed: EVIDENCE_TYPES },
        );
      const sha256 = createHash('sha256').update(content).digest('hex');
      const stored = await list(owner);
      const same = stored.find((evidence) => evidence.sha256 === sha256);
      if (same) return same;
      if (stored.length >= MAX_FILES)
        throw new TooLargeError(`There are ${MAX_FILES} files already, which is as many as there may be.`);
      const metadata: FileDocument['metadata'] = {
        owner: { type: owner.type, id: owner.id },
        type,
        sha256,
        by,
        at: new Date(now()),
      };
      const upload = bucket.openUploadStream(cleanFileName(fileName, type), { metadata });
      await pipeline(Readable.from([content]), upload);
      const evidence = await find(owner, upload.id.toHexString());
      if (!evidence) throw new Error(`evidence ${upload.id.toHexString()} is not there after its upload`);
      return evidence;
    },
    list,
    async read(owner, id) {
      const evidence = await find(owner, id);
      if (!evidence) return undefined;
      const parts: Buffer[] = [];
      for await (const part of bucket.openDownloadStream(new mongo.ObjectId(id))) parts.push(part as Buffer);
      return { evidence, content: Buffer.concat(parts) };
    },
    async removeBefore(before, stillUsed) {
      let removed = 0;
      for await (const owners of ownersBefore(before)) {
        const used = await stillUsed(owners);
        for (const owner of owners.filter(({ id }) => !used.has(id))) {
          const old = await files.find({ ...ofOwner(owner), 'metadata.at': { $lt: before } }).toArray();
          for (const { _id } of old) await bucket.delete(_id);
          removed += old.length;
        }
      }
      return removed;
    },
    async missing(owner, ids) {
      const known = new Set((await list(owner)).map(({ id }) => id));
      return ids.filter((id) => !known.has(id));
    },
  });
}

function toEvidence({ _id, filename, length, metadata }: FileDocument): Evidence {
  const { owner, type, sha256, by, at } = metadata;
  return { id: _id.toHexString(), owner, fileName: filename, type, size: length, sha256, by, at };
}
