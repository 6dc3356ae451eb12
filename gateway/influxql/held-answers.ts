import { HygateError } from '#model/errors';
import type { Meter } from '#model/meter';

/** One answer: texts may be long. */
const LONGEST_BYTES = 32_000_000;

/** Answers that were made and are not yet taken, of all viewers together. */
export class HeldAnswers {
  readonly #mostBytes: number;
  readonly #meter: Meter;
  #bytes = 0;

  constructor(mostBytes: number, meter: Meter) {
    this.#mostBytes = mostBytes;
    this.#meter = meter;
  }

  /** Throws `too-many-requests`. */
  refuseWhenFull(): void {
    if (this.#bytes < this.#mostBytes) return;
    this.#meter.count('hygate_queries_refused_total', { reason: 'answers-not-taken' });
    const size = `${Math.round(this.#bytes / 1_000_000)} MB`;
    throw new HygateError(
      'too-many-requests',
      `Viewers have not yet taken ${size} of answers; try again in a moment, or close some dashboards.`,
    );
  }

  /**
   * Takes all of a text in. It counts until the signal is aborted: it was taken, or nobody waits for it any more. Throws
   * `request-invalid` when it is too long.
   */
  async hold(text: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of text) {
      if (signal.aborted) return [];
      bytes += piece.length;
      if (bytes > LONGEST_BYTES) throw tooLong();
      pieces.push(piece);
    }
    this.#add(bytes);
    signal.addEventListener('abort', () => this.#add(-bytes), { once: true });
    return pieces;
  }

  #add(bytes: number): void {
    this.#bytes += bytes;
    this.#meter.gauge('hygate_query_answers_held_bytes', this.#bytes);
  }
}

const tooLong = (): HygateError =>
  new HygateError(
    'request-invalid',
    `The answer is longer than ${LONGEST_BYTES / 1_000_000} MB: ask for a shorter time, or fewer columns.`,
  );
