import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Clock, MINUTE, type Ms, SECOND } from '#model/time';
import { backoff } from '../../runtime/backoff.ts';
import { type Answer, judgeAnswer, type PauseReason, type Verdict } from './answer.ts';
import type { Aside } from './set-aside.ts';

export interface DeliveryDeps {
  readonly send: (lines: readonly string[], signal: AbortSignal) => Promise<Answer>;
  /** Lines in one request; less after a server found one too large. */
  readonly batch: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

const FIRST_RETRY: Ms = SECOND / 2;
const LONGEST_RETRY: Ms = 30 * SECOND;
const FIRST_LOOK: Ms = SECOND;
const LONGEST_LOOK: Ms = MINUTE;

/** Single lines refused in a row, with none ever accepted, after which the fault is the target's, not theirs. */
const SUSPECTS = 64;

type Ended = { readonly kind: 'accepted' } | Extract<Verdict, { kind: 'split' | 'halve' }>;

/**
 * Brings lines to InfluxDB, whatever it answers: tries again, waits for someone to mend the target, cuts requests
 * that are too large, and finds the lines that it will never take. Resolves when every line was accepted or is among
 * those set aside; rejects only when it is aborted.
 */
export class Delivery {
  readonly #deps: DeliveryDeps;
  #size: number;
  /** A line that was accepted: sent again it changes nothing, and tells whether the target still takes good lines. */
  #proven: string | undefined;
  #paused: PauseReason | undefined;

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
    this.#size = deps.batch;
  }

  async deliver(lines: readonly string[], signal: AbortSignal): Promise<readonly Aside[]> {
    const aside: Aside[] = [];
    for (let from = 0; from < lines.length; ) {
      const part = lines.slice(from, from + this.#size);
      from += part.length;
      aside.push(...(await this.#deliverPart(part, signal)));
    }
    return aside;
  }

  /** Until the target takes part in it, lines that were refused are kept and tried again. */
  async #deliverPart(lines: readonly string[], signal: AbortSignal): Promise<readonly Aside[]> {
    for (let looks = 0; ; looks += 1) {
      const suspects: Aside[] = [];
      const accepted = await this.#bisect(lines, suspects, signal);
      if (accepted > 0 || suspects.length === 0 || (await this.#stillTakes(signal))) {
        this.#pause(undefined, '');
        return suspects;
      }
      const text = `InfluxDB refuses every line, the first with: ${suspects[0]?.said}`;
      this.#pause('all-rejected', text);
      await this.#wait(looks, FIRST_LOOK, LONGEST_LOOK, signal);
    }
  }

  /** Sends, and where a request is refused halves it until single lines are refused. Gives the number accepted. */
  async #bisect(lines: readonly string[], suspects: Aside[], signal: AbortSignal): Promise<number> {
    if (this.#proven === undefined && suspects.length >= SUSPECTS) return 0;
    const verdict = await this.#send(lines, signal);
    const [first] = lines;
    if (verdict.kind === 'accepted' || first === undefined) {
      this.#proven = first;
      this.#deps.meter.count('hygate_forwarded_total', {}, lines.length);
      return lines.length;
    }
    const reason = verdict.kind === 'halve' ? 'too-large' : 'invalid-line';
    if (lines.length === 1) {
      suspects.push({ reason, said: verdict.text, line: first });
      return 0;
    }
    const half = Math.ceil(lines.length / 2);
    if (verdict.kind === 'halve') this.#size = Math.min(this.#size, half);
    const left = await this.#bisect(lines.slice(0, half), suspects, signal);
    return left + (await this.#bisect(lines.slice(half), suspects, signal));
  }

  async #stillTakes(signal: AbortSignal): Promise<boolean> {
    if (this.#proven === undefined) return false;
    return (await this.#send([this.#proven], signal)).kind === 'accepted';
  }

  /** One request, tried until the answer says something about its lines. */
  async #send(lines: readonly string[], signal: AbortSignal): Promise<Ended> {
    const { send, clock, log, meter } = this.#deps;
    for (let tries = 0; ; tries += 1) {
      signal.throwIfAborted();
      const begun = clock.monotonic();
      const answer = await send(lines, signal);
      signal.throwIfAborted();
      meter.time('hygate_forward_seconds', (clock.monotonic() - begun) / SECOND);
      const verdict = judgeAnswer(answer, clock.wall());
      if (verdict.kind === 'pause') {
        this.#pause(verdict.reason, verdict.text);
        await this.#wait(tries, FIRST_LOOK, LONGEST_LOOK, signal);
      } else if (verdict.kind === 'retry') {
        meter.count('hygate_forward_retries_total', { reason: verdict.reason });
        if (tries === 0) log.warn({ why: verdict.text, reason: verdict.reason }, 'InfluxDB is tried again');
        if (verdict.after === null) await this.#wait(tries, FIRST_RETRY, LONGEST_RETRY, signal);
        else await clock.sleep(verdict.after, signal);
      } else {
        return verdict;
      }
    }
  }

  #wait(tries: number, first: Ms, longest: Ms, signal: AbortSignal): Promise<void> {
    return this.#deps.clock.sleep(backoff(tries, { first, longest, random: Math.random }), signal);
  }

  /** Says what someone has to mend, once, and takes it back when it was mended. */
  #pause(reason: PauseReason | undefined, text: string): void {
    if (reason === this.#paused) return;
    const { log, meter } = this.#deps;
    if (this.#paused !== undefined) meter.gauge('hygate_forward_paused', 0, { reason: this.#paused });
    this.#paused = reason;
    if (reason === undefined) {
      log.info({}, 'InfluxDB accepts readings again');
      return;
    }
    meter.gauge('hygate_forward_paused', 1, { reason });
    log.error(
      { reason, why: text },
      'forwarding to InfluxDB waits until someone mends this; nothing is lost',
    );
  }
}
