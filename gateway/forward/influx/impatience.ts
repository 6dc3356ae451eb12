import { HygateError } from '#model/errors';
import type { InfluxTarget } from '#model/site';
import type { Clock } from '#model/time';
import { judgeAnswer } from './answer.ts';
import { InfluxSender } from './sender.ts';

/** Answers in a row that say nothing about the lines: with the delays between them some 10 s. */
const MOST_TRIES = 5;

/**
 * Sends as the forwarder does, but for a person who waits: throws `influx-unavailable` at once when somebody has to mend
 * something, and after a few tries when the server cannot be reached or has no time.
 */
export class ImpatientSender {
  readonly #sender: InfluxSender;
  readonly #url: string;
  readonly #clock: Clock;
  #tries = 0;

  constructor(target: InfluxTarget, clock: Clock) {
    this.#sender = new InfluxSender(target, clock);
    this.#url = target.url;
    this.#clock = clock;
  }

  send: InfluxSender['send'] = async (lines, signal) => {
    const answer = await this.#sender.send(lines, signal);
    const verdict = judgeAnswer(answer, this.#clock.wall());
    this.#tries = verdict.kind === 'retry' ? this.#tries + 1 : 0;
    if (verdict.kind === 'pause' || (verdict.kind === 'retry' && this.#tries >= MOST_TRIES)) {
      throw new HygateError('influx-unavailable', `${this.#url}: ${verdict.text}`);
    }
    return answer;
  };

  close(): void {
    this.#sender.close();
  }
}
