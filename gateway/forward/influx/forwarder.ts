import { join } from 'node:path';
import type { Entry } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { InfluxTarget } from '#model/site';
import { type Clock, SECOND } from '#model/time';
import { Delivery } from './delivery.ts';
import { gather } from './gather.ts';
import { type ForwardSite, type LineEncoder, lineEncoder } from './line.ts';
import { InfluxSender } from './sender.ts';
import { SetAside } from './set-aside.ts';

/** How far the forwarder has come in the journal; kept across restarts. */
export interface ForwardCursor {
  get(): number;
  set(seq: number): void | Promise<void>;
}

export interface ForwarderOptions {
  readonly target: InfluxTarget;
  readonly site: ForwardSite;
  /** The journal's rows after `seq`, for ever. */
  readonly follow: (seq: number, signal: AbortSignal) => AsyncIterable<Entry>;
  readonly cursor: ForwardCursor;
  /** Where `influx-set-aside.ndjson` is made when InfluxDB will never take a line. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

export interface Forwarder {
  /** Cuts a request that is under way: its rows are sent again after the next start. */
  stop(): Promise<void>;
}

/** A reading waits no longer than this for others to fill its request. */
const PATIENCE = SECOND;

/**
 * Journal → InfluxDB. One request in flight; the cursor moves only over rows that were accepted or set aside on disk,
 * so after a crash some are written twice, which changes nothing, and none is missed. A disk that cannot take what
 * must be set aside ends the thread it runs in, to be started again.
 */
export function runForwarder(options: ForwarderOptions): Forwarder {
  const ending = new AbortController();
  const running = forwardAll(options, ending.signal);
  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}

async function forwardAll(options: ForwarderOptions, signal: AbortSignal): Promise<void> {
  const { target, site, follow, cursor, dir, clock, log, meter } = options;
  const sender = new InfluxSender(target, clock);
  const send: InfluxSender['send'] = (lines, ending) => sender.send(lines, ending);
  const work: Work = {
    encode: lineEncoder(site),
    delivery: new Delivery({ send, batch: target.batch, clock, log, meter }),
    aside: new SetAside(join(dir, 'influx-set-aside.ndjson')),
    clock,
    meter,
  };
  const rows = follow(cursor.get(), signal);
  try {
    const groups = gather(rows, { size: sizeOf, enough: target.batch, patience: PATIENCE, clock });
    for await (const group of groups) {
      await forward(group, work, signal);
      const last = group.at(-1);
      if (last !== undefined) await cursor.set(last.seq);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    sender.close();
  }
}

interface Work {
  readonly encode: LineEncoder;
  readonly delivery: Delivery;
  readonly aside: SetAside;
  readonly clock: Clock;
  readonly meter: Meter;
}

async function forward(group: readonly Entry[], work: Work, signal: AbortSignal): Promise<void> {
  const { encode, delivery, aside, clock, meter } = work;
  const encoded = group.flatMap((entry) => (entry.kind === 'readings' ? entry.readings.map(encode) : []));
  const lines = encoded.filter((line) => line !== undefined);
  const refused = await delivery.deliver(lines, signal);
  await aside.add(refused, clock.wall());
  for (const { reason } of refused) meter.count('hygate_forward_rejected_total', { reason });
  // Their device left the site file; the journal still has them.
  const unknown = encoded.length - lines.length;
  if (unknown > 0) meter.count('hygate_forward_rejected_total', { reason: 'unknown-point' }, unknown);
}

const sizeOf = (entry: Entry): number => (entry.kind === 'readings' ? entry.readings.length : 0);
