import type { Socket } from 'node:net';
import { realClock } from '#model/time';
import { PUBACK_BYTES, publishPacket } from '../kit/mqtt-packet.ts';
import { logIn } from './bystander.ts';
import { FLOOD_BATCH, floodReading } from './flood.ts';

/*
 * Devices that send as fast as the gateway reads, each on a connection of its own, in a process of its own. Told to end,
 * it waits for what it sent, and says how many readings of each were acknowledged.
 */
const [port = '0', devices = '1', window = '1'] = process.argv.slice(2);
/** Half an hour ago: the times of a flood run ahead of the clock. */
const since = realClock.wall() - 1_800_000;
let stopping = false;

function message(device: string, number: number): Buffer {
  const readings = Array.from({ length: FLOOD_BATCH }, (_, n) =>
    floodReading(since, number * FLOOD_BATCH + n),
  );
  const payload = JSON.stringify({ v: 1, readings });
  return publishPacket(`hygate/ward/in/${device}`, (number % 65_535) + 1, payload);
}

/** Resolves with the readings that were acknowledged. PUBACKs come in the order of the messages [MQTT-4.6.0-2]. */
function flood(socket: Socket, device: string): Promise<number> {
  let [sent, bytes] = [0, 0];
  const send = (count: number) => {
    for (let n = 0; n < count; n++) socket.write(message(device, sent++));
  };
  send(Number(window));
  return new Promise((resolve) => {
    const acknowledged = () => Math.floor(bytes / PUBACK_BYTES);
    socket.on('close', () => resolve(acknowledged() * FLOOD_BATCH));
    socket.on('data', (chunk: Buffer) => {
      const before = acknowledged();
      bytes += chunk.length;
      if (!stopping) send(acknowledged() - before);
      else if (acknowledged() === sent) socket.end();
    });
  });
}

const names = Array.from({ length: Number(devices) }, (_, n) => `spare-${n}`);
const floods = names.map(async (name) => {
  const socket = await logIn(Number(port), { user: name, password: name });
  return [name, await flood(socket, name)] as const;
});
process.once('message', () => {
  stopping = true;
});
process.send?.({ since });
process.send?.({ acknowledged: Object.fromEntries(await Promise.all(floods)) });
process.disconnect?.();
