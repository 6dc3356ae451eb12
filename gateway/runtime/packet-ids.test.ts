import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { type Packet, parser, writeToStream } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { makePacketIdsAsNeeded } from './packet-ids.ts';

const require = createRequire(import.meta.url);
const { cache } = require('mqtt-packet/numbers') as { readonly cache: object };

/** What a reader makes of the packet as it is written. */
function written(packet: Packet): Packet {
  const wire = new PassThrough();
  writeToStream(packet, wire);
  const read: Packet[] = [];
  const reader = parser();
  reader.on('packet', (one) => read.push(one));
  reader.parse(wire.read() as Buffer);
  return read[0] ?? packet;
}

test('no packet id is made ahead, and each is written as it is', () => {
  makePacketIdsAsNeeded();
  for (const messageId of [1, 255, 256, 4660, 65_535])
    expect(written({ cmd: 'puback', messageId })).toMatchObject({ cmd: 'puback', messageId });
  expect(Object.keys(cache)).toEqual([]);
});

test('Aedes and mqtt.js write with this very copy of the library', () => {
  const own = require.resolve('mqtt-packet');
  for (const name of ['aedes', 'mqtt'])
    expect(createRequire(require.resolve(name)).resolve('mqtt-packet')).toBe(own);
});
