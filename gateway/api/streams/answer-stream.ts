import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Meter } from '#model/meter';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';

/** A reader that has taken nothing for this long is gone or asleep. */
const STALLED_AFTER: Ms = 30 * SECOND;

export interface AnswerStreamOptions {
  readonly response: ServerResponse;
  readonly clock: Clock;
  readonly meter: Meter;
}

/** A long answer, sent as fast as its reader takes it; one who takes nothing of it any more is cut off. */
export function answerStream(
  pieces: Iterable<Uint8Array>,
  { response, clock, meter }: AnswerStreamOptions,
): Readable {
  let timer: Timer | undefined;
  const watch = () => {
    timer?.cancel();
    if (response.destroyed) return;
    timer = clock.after(STALLED_AFTER, () => {
      meter.count('hygate_query_readers_dropped_total');
      response.destroy();
    });
  };
  response.once('close', () => timer?.cancel());
  return Readable.from(whenAsked(pieces, watch));
}

function* whenAsked(pieces: Iterable<Uint8Array>, asked: () => void): Generator<Uint8Array> {
  for (const piece of pieces) {
    asked();
    yield piece;
  }
}
