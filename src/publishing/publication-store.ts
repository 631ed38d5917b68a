import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import type { RuleTexts } from '../engine/assemble-rules.js';
import type { RuleFile } from '../engine/rule-file.js';
import { withStoreErrors } from '../events/store-error.js';
import type { FollowUp, Publication, PublishedFile, RuleVersion } from './publication.js';
import { hashText } from './rule-content.js';

/** What is in force, without its files. */
export type PublicationHead = Pick<Publication, 'number' | 'hash' | 'digest'>;

/** A publication without its files. */
export type PublicationRow = Omit<Publication, 'rules' | 'parameters' | 'conditions'>;

/** Every rule set that was ever in force, every version of every rule, and every text. Nothing is ever removed. */
export interface PublicationStore {
  init(): Promise<void>;
  /** The publication in force. */
  head(): Promise<PublicationHead | undefined>;
  get(number: number): Promise<Publication | undefined>;
  /** The newest with this rule set hash. */
  findByHash(hash: string): Promise<Publication | undefined>;
  /** Newest first, without their files; before `before`. */
  list(limit: number, before?: number): Promise<PublicationRow[]>;
  /** The newest publication of exactly these texts. */
  findByDigest(digest: string): Promise<PublicationHead | undefined>;
  /** The texts of a publication. @throws Error when one is gone */
  textsOf(publication: Pick<Publication, 'rules' | 'parameters' | 'conditions'>): Promise<RuleTexts>;
  /** Texts and contents by their hashes. */
  readTexts(hashes: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Puts a set in force as the next in line. `contents`: what its versions say, as hashed. False when another process was first with this number, and nothing was
   * published.
   */
  add(publication: Publication, texts: RuleTexts, contents: readonly string[]): Promise<boolean>;
  /** Newest first. */
  versionsOf(rule: string): Promise<RuleVersion[]>;
  /** The rule file of a published version, shared conditions put in, without its tests. */
  formerRule(rule: string, version: number): Promise<RuleFile | undefined>;
  /** Content hashes of published versions, by `id@version`. */
  contentsOf(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Publications whose consequences are not done, oldest first. */
  unfinished(): Promise<Publication[]>;
  setFollowUp(number: number, follow: FollowUp): Promise<void>;
}

type PublicationDocument = Omit<Publication, 'number'> & {
  readonly _id: number;
  /** Its versions may not be in the collection of versions yet. */
  readonly versionsOwed?: true;
};
interface TextDocument {
  readonly _id: string;
  readonly text: string;
}
type VersionDocument = RuleVersion & { readonly _id: string };

const DUPLICATE_KEY = 11000;
const HEAD = { hash: 1, digest: 1 } as const;

/** Collections `rule_publications`, `rule_versions` and `rule_texts`. */
export function makePublicationStore(connection: Connection): PublicationStore {
  const publications = connection.collection(
    'rule_publications',
  ) as unknown as Collection<PublicationDocument>;
  const versions = connection.collection('rule_versions') as unknown as Collection<VersionDocument>;
  const texts = connection.collection('rule_texts') as unknown as Collection<TextDocument>;

  const one = async (filter: Filter<PublicationDocument>) => {
    const found = await publications.findOne(filter, { sort: { _id: -1 } });
    return found ? toPublication(found) : undefined;
  };
  const headOf = async (filter: Filter<PublicationDocument>) => {
    const found = await publications.findOne(filter, { sort: { _id: -1 }, projection: HEAD });
    return found ? { number: found._id, hash: found.hash, digest: found.digest } : undefined;
  };

  async function readTexts(hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = await texts.find({ _id: { $in: [...new Set(hashes)] } }).toArray();
    return new Map(found.map(({ _id, text }) => [_id, text]));
  }

  async function keepTexts(all: readonly string[]): Promise<void> {
    const byHash = new Map(all.map((text) => [hashText(text), text]));
    const known = await texts
      .find({ _id: { $in: [...byHash.keys()] } }, { projection: { _id: 1 } })
      .toArray();
    for (const { _id } of known) byHash.delete(_id);
    if (byHash.size === 0) return;
    await texts.bulkWrite(
      [...byHash].map(([_id, text]) => ({
        updateOne: { filter: { _id }, update: { $setOnInsert: { text } }, upsert: true },
      })),
      { ordered: false },
    );
  }

  /** The list of versions is made from the publication: whoever died in between left that to the next. */
  async function keepVersions({
    _id: number,
    rules,
    at,
    via,
    by,
    approvedBy,
    proposal,
  }: PublicationDocument) {
    const ids = rules.map(({ id, version }) => `${id}@${version}`);
    const found = await versions.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
    const known = new Set(found.map(({ _id }) => _id));
    const fresh = rules.filter(({ id, version }) => !known.has(`${id}@${version}`));
    const source = { via, by, ...(approvedBy && { approvedBy }), ...(proposal && { proposal }) };
    if (fresh.length > 0)
      await versions.bulkWrite(
        fresh.map((rule) => {
          const _id = `${rule.id}@${rule.version}`;
          const first = { ...rule, ...source, at, publication: number };
          return { updateOne: { filter: { _id }, update: { $setOnInsert: first }, upsert: true } };
        }),
        { ordered: false },
      );
    await publications.updateOne({ _id: number }, { $unset: { versionsOwed: '' } });
  }

  async function keepOwedVersions(): Promise<void> {
    const left = publications.find({ versionsOwed: true }).sort({ _id: 1 });
    for (const publication of await left.toArray()) await keepVersions(publication);
  }

  return withStoreErrors<PublicationStore>({
    async init() {
      await publications.createIndex({ hash: 1, _id: -1 });
      await publications.createIndex({ digest: 1, _id: -1 });
      await versions.createIndex({ id: 1, version: -1 });
      await publications.createIndex({ 'follow.state': 1 });
      await publications.createIndex({ versionsOwed: 1 }, { sparse: true });
      await keepOwedVersions();
    },
    head: () => headOf({}),
    get: (number) => one({ _id: number }),
    findByHash: (hash) => one({ hash }),
    findByDigest: (digest) => headOf({ digest }),
    async list(limit, before) {
      const filter = before === undefined ? {} : { _id: { $lt: before } };
      const rows = publications.find(filter, {
        projection: { rules: 0, parameters: 0, conditions: 0, versionsOwed: 0 },
      });
      const found = await rows.sort({ _id: -1 }).limit(limit).toArray();
      return found.map(({ _id, ...rest }) => ({ number: _id, ...rest }));
    },
    async textsOf({ rules, parameters, conditions }) {
      const all = [...rules, ...parameters, ...conditions];
      const found = await readTexts(all.map(({ text }) => text));
      const read = (files: readonly PublishedFile[]) =>
        files.map(({ file, text: hash }) => {
          const text = found.get(hash);
          if (text === undefined) throw new Error(`the text of ${file} (${hash}) is missing from rule_texts`);
          return { file, text };
        });
      return { rules: read(rules), parameters: read(parameters), conditions: read(conditions) };
    },
    readTexts,
    async add({ number, ...rest }, all, contents) {
      const kept = [...all.rules, ...all.parameters, ...all.conditions].map(({ text }) => text);
      await keepTexts([...kept, ...contents]);
      const document: PublicationDocument = { _id: number, ...rest, versionsOwed: true };
      try {
        await publications.insertOne(document);
      } catch (error) {
        if ((error as { code?: unknown }).code === DUPLICATE_KEY) return false;
        throw error;
      }
      await keepVersions(document);
      return true;
    },
    async versionsOf(rule) {
      return (await versions.find({ id: rule }).sort({ version: -1 }).toArray()).map(toVersion);
    },
    async formerRule(rule, version) {
      const found = await versions.findOne({ _id: `${rule}@${version}` });
      if (!found) return undefined;
      const content = (await readTexts([found.content])).get(found.content);
      if (content === undefined) return undefined;
      return { ...(JSON.parse(content) as RuleFile), status: found.status, tests: [] };
    },
    async contentsOf(keys) {
      await keepOwedVersions();
      const found = await versions
        .find({ _id: { $in: [...keys] } }, { projection: { content: 1 } })
        .toArray();
      return new Map(found.map(({ _id, content }) => [_id, content]));
    },
    async unfinished() {
      const found = await publications
        .find({ 'follow.state': { $in: ['waiting', 'running'] } })
        .sort({ _id: 1 })
        .toArray();
      return found.map(toPublication);
    },
    async setFollowUp(number, follow) {
      await publications.updateOne({ _id: number }, { $set: { follow } });
    },
  });
}

function toPublication({ _id, versionsOwed: _, ...rest }: PublicationDocument): Publication {
  return { number: _id, ...rest };
}
function toVersion({ _id, ...rest }: VersionDocument): RuleVersion {
  return rest;
}
