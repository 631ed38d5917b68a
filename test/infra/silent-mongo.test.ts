import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { StoreUnavailableError } from '../../src/errors.js';
import { asStoreError } from '../../src/events/store-error.js';
import { openMongo, type OpenMongo } from '../../src/infra/open-mongo.js';
import { findTestServices } from '../support/services.js';

/** A way to MongoDB on which nothing comes through any more, and nobody says so, as when a network or a machine is gone. */
let proxy: Server;
let mongo: OpenMongo;
let silent = false;
const sockets: Socket[] = [];

beforeAll(async () => {
  const path = decodeURIComponent(/^mongodb:\/\/([^/]+)/.exec(findTestServices().mongoUri)?.[1] ?? '');
  proxy = createServer((client) => {
    const server = connect(path);
    sockets.push(client, server);
    const pass = (from: Socket, to: Socket) =>
      from.on('data', (data) => !silent && to.write(data)).on('error', () => to.destroy());
    pass(client, server);
    pass(server, client);
    client.on('close', () => server.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  mongo = await openMongo({
    uri: `mongodb://127.0.0.1:${port}/silent-mongo?directConnection=true&heartbeatFrequencyMS=500&connectTimeoutMS=1000`,
    embedded: true,
  });
});
/** Takes nothing any more: what is sent stays in the buffers on the way. */
function fallSilent(): void {
  silent = true;
  for (const socket of sockets) socket.pause();
}
/** The network is back; what was under way on it is lost. */
function speak(): void {
  silent = false;
  for (const socket of sockets.splice(0)) socket.destroy();
}
afterAll(async () => {
  await mongo?.connection.dropDatabase();
  await mongo?.close();
  speak();
  proxy?.close();
});

describe('a MongoDB that takes what it is sent and says nothing', () => {
  const things = () => mongo.connection.collection<{ _id: string; text?: string }>('things');
  // Far more than fits into the buffers of a socket.
  const large = (id: string) => ({ _id: id, text: 'x'.repeat(4_000_000) });

  it.each<[string, () => Promise<unknown>]>([
    ['a write', () => things().insertMany([{ _id: 'a' }], { ordered: false })],
    ['a write that the network does not even take', () => things().insertMany([large('b')])],
    ['a read', () => things().find().toArray()],
    ['an update', () => things().updateMany({}, { $set: { text: 'y' } })],
  ])(
    'fails %s as a store that is away, when the driver gives the connection up',
    async (_what, operation) => {
      await things().insertOne({ _id: `before-${Math.random()}` });
      fallSilent();
      const error = await operation().catch((thrown: unknown) => thrown);
      speak();
      expect(asStoreError(error)).toBeInstanceOf(StoreUnavailableError);
    },
  );

  it('is used again as soon as it speaks', async () => {
    expect(await things().countDocuments()).toBeGreaterThan(3);
  });
});
