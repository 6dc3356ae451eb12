import type { MqttClient } from 'mqtt';
import { type EpochMs, MINUTE, type Ms } from '#model/time';

/** One measurement of the box: when by its own clock, and what. Each value tells which it is. */
export interface Measured {
  readonly at: EpochMs;
  readonly value: number;
}

/** From minute `from` on, `length` minutes warm. */
export interface Warm {
  readonly from: number;
  readonly length: number;
}

const VALUES = 997;

/** A box that measures by the minute: between 5 and 6 degrees, and four more where it is warm. */
export function measured(start: EpochMs, minutes: number, warm: readonly Warm[] = []): Measured[] {
  return Array.from({ length: minutes }, (_, minute) => {
    const isWarm = warm.some(({ from, length }) => minute >= from && minute < from + length);
    return { at: start + minute * MINUTE, value: 5 + (minute % VALUES) / 1000 + (isWarm ? 4 : 0) };
  });
}

/** The same from the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map((one) => ({ one, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}

export interface Sending {
  readonly client: MqttClient;
  readonly topic: string;
  /** What the clock of the box shows less the real time; left out: it does not tell. */
  readonly clockOffset?: Ms;
  readonly size?: number;
}

/** Sends in messages of `size`, and resolves when all of them are acknowledged. */
export async function send(all: readonly Measured[], sending: Sending): Promise<void> {
  const { client, topic, clockOffset, size = 100 } = sending;
  const acknowledged: Promise<unknown>[] = [];
  for (let from = 0; from < all.length; from += size) {
    const readings = all.slice(from, from + size).map(({ at, value }) => ({ point: 'temp', at, value }));
    const now = clockOffset === undefined ? undefined : Date.now() + clockOffset;
    acknowledged.push(client.publishAsync(topic, JSON.stringify({ v: 1, now, readings }), { qos: 1 }));
  }
  await Promise.all(acknowledged);
}
