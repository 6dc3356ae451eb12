import type { Clock } from '#model/time';
import type { Aside, Delivery } from './delivery.ts';
import type { AsideReason } from './refusal.ts';
import type { SetAside } from './set-aside.ts';

export interface Replayed {
  readonly accepted: number;
  readonly refused: number;
}

export interface ReplayOptions {
  readonly aside: SetAside;
  readonly delivery: Delivery;
  readonly batch: number;
  /** Null: of any reason. */
  readonly reason: AsideReason | null;
  readonly clock: Clock;
}

/**
 * Sends what was set aside again. A line leaves the file after InfluxDB has taken it: whatever ends this in the middle,
 * each is taken or still there, or both. What is refused again stays, with what was said last.
 */
export async function replayAside(options: ReplayOptions, signal: AbortSignal): Promise<Replayed> {
  const { aside, delivery, batch, reason, clock } = options;
  let [accepted, refused, after] = [0, 0, 0];
  for (;;) {
    const kept = aside.lines(after, batch, reason);
    const last = kept.at(-1);
    if (last === undefined) return { accepted, refused };
    const again = await delivery.deliver(
      kept.map(({ line }) => line),
      signal,
    );
    const still = new Set(again.map(({ line }: Aside) => line));
    const taken = kept.filter(({ line }) => !still.has(line));
    aside.add(again, clock.wall());
    aside.remove(taken.map(({ no }) => no));
    accepted += taken.length;
    refused += again.length;
    after = last.no;
  }
}
