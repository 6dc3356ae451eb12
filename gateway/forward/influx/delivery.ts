import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Clock, type Ms, SECOND } from '#model/time';
import { backoff } from '../../runtime/backoff.ts';
import { type Answer, judgeAnswer, type PauseReason, type Verdict } from './answer.ts';
import { type AsideReason, isDefinite, readRefusal, refusesAll, splitLines } from './refusal.ts';

/** What InfluxDB will never take, and why it was set aside. */
export interface Aside {
  readonly reason: AsideReason;
  /** What the server said of it. */
  readonly said: string;
  /** The line as it was sent. */
  readonly line: string;
}

export interface DeliveryDeps {
  /** The label of its pauses: what waits. */
  readonly stream: string;
  readonly send: (lines: readonly string[], signal: AbortSignal) => Promise<Answer>;
  /** Lines in one request; less after a server found one too large, or too much for its time. */
  readonly batch: number;
  /** The server may have been started anew: what it took last may have died with it. */
  readonly onReconnect?: () => void;
  /** Lines that were refused before, while others were taken: no doubt falls on the target when it refuses all. */
  readonly suspected?: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

const FIRST_RETRY: Ms = SECOND / 2;
const LONGEST_RETRY: Ms = 10 * SECOND;
const FIRST_LOOK: Ms = SECOND;
const LONGEST_LOOK: Ms = 30 * SECOND;

/** Single lines refused in a row, with none ever accepted, after which the fault is the target's, not theirs. */
const SUSPECTS = 64;

type Ended = Extract<Verdict, { kind: 'accepted' | 'split' | 'halve' }> | { readonly kind: 'slow' };

/**
 * Brings lines to InfluxDB, whatever it answers: tries again, waits for someone to mend the target, cuts requests
 * that are too large or too slow, and finds the lines that it will never take. Resolves when every line was accepted
 * or is among those set aside; rejects only when it is aborted, or when `send` does.
 */
export class Delivery {
  readonly #deps: DeliveryDeps;
  /** Lines that the server bears, and those that it is given now: fewer after one took too long. */
  #most: number;
  #size: number;
  /** A line that was accepted: sent again it changes nothing, and tells whether the target still takes good lines. */
  #proven: string | undefined;
  /** Asked in this pass for a line that it had taken before: it took it again, or refused even that. */
  #bearing: 'unknown' | 'vouched' | 'turned away' = 'unknown';
  #paused: PauseReason | undefined;
  #pausedWhy = '';

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
    this.#most = deps.batch;
    this.#size = deps.batch;
  }

  /** What somebody has to mend before anything goes on; empty when nothing. */
  get pausedWhy(): string {
    return this.#pausedWhy;
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

  /** Until the target takes part in it or says what is wrong with a line, lines are kept and tried again. */
  async #deliverPart(lines: readonly string[], signal: AbortSignal): Promise<readonly Aside[]> {
    for (let looks = 0; ; looks += 1) {
      this.#bearing = 'unknown';
      const refused: Aside[] = [];
      const accepted = await this.#bisect(lines, refused, signal);
      const doubtful = refused.find(({ reason }) => !isDefinite(reason));
      if (await this.#isBelieved(accepted > 0 || doubtful === undefined, signal)) {
        this.#pause(undefined, '');
        return refused;
      }
      this.#pause('all-rejected', `InfluxDB refuses every line, the first with: ${doubtful?.said ?? ''}`);
      await this.#wait(looks, FIRST_LOOK, LONGEST_LOOK, signal);
    }
  }

  /** Sends, and where a request is refused cuts it until single lines are refused. Gives the number accepted. */
  async #bisect(lines: readonly string[], refused: Aside[], signal: AbortSignal): Promise<number> {
    if (this.#isHopeless(refused)) return 0;
    const verdict = await this.#send(lines, signal);
    if (verdict.kind === 'accepted') return this.#accepted(lines);
    const text = verdict.kind === 'slow' ? '' : verdict.text;
    const refusal = readRefusal(text);
    const reason = verdict.kind === 'split' ? refusal.reason : 'too-large';
    if (lines.length === 1 || (verdict.kind === 'split' && refusesAll(refusal, lines.length))) {
      if (reason === 'invalid-line' && (await this.#takesItNow(lines, signal))) return this.#accepted(lines);
      for (const line of lines) refused.push({ reason, said: text, line });
      return 0;
    }
    const [first = [], second = []] = splitLines(
      lines,
      verdict.kind === 'split' ? refusal.measurement : null,
    );
    if (verdict.kind !== 'split') this.#size = Math.min(this.#size, first.length);
    if (verdict.kind === 'halve') this.#most = Math.min(this.#most, first.length);
    const accepted = await this.#bisect(first, refused, signal);
    return accepted + (await this.#bisect(second, refused, signal));
  }

  #isHopeless(refused: readonly Aside[]): boolean {
    if (this.#bearing === 'turned away') return true;
    if (this.#proven !== undefined || this.#deps.suspected === true) return false;
    return refused.length >= SUSPECTS && !refused.some(({ reason }) => isDefinite(reason));
  }

  #accepted(lines: readonly string[]): number {
    this.#proven = lines[0] ?? this.#proven;
    // A server that was slow is given more again, step by step.
    if (lines.length >= this.#size) this.#size = Math.min(this.#most, 2 * this.#size);
    this.#deps.meter.count('hygate_forwarded_total', {}, lines.length);
    return lines.length;
  }

  /**
   * A server that refuses everything for a while refuses good lines, too: one that it refuses is asked for once more behind
   * a line that it takes. When it takes neither it is the server, and nothing of this pass is believed.
   */
  async #takesItNow(line: readonly string[], signal: AbortSignal): Promise<boolean> {
    if (this.#proven === undefined || this.#deps.suspected === true) return false;
    this.#bearing = (await this.#stillTakes(signal)) ? 'vouched' : 'turned away';
    return this.#bearing === 'vouched' && (await this.#send(line, signal)).kind === 'accepted';
  }

  /** Whether what the target refused in this pass is to be put down to the lines. */
  async #isBelieved(plainly: boolean, signal: AbortSignal): Promise<boolean> {
    if (this.#bearing === 'turned away') return false;
    if (plainly || this.#bearing === 'vouched' || this.#deps.suspected === true) return true;
    return this.#stillTakes(signal);
  }

  /** A line accepted before is accepted again, or refused for a reason that only a healthy server gives. */
  async #stillTakes(signal: AbortSignal): Promise<boolean> {
    if (this.#proven === undefined) return false;
    const verdict = await this.#send([this.#proven], signal);
    return (
      verdict.kind === 'accepted' ||
      (verdict.kind === 'split' && isDefinite(readRefusal(verdict.text).reason))
    );
  }

  /** One request, tried until the answer says something about its lines. */
  async #send(lines: readonly string[], signal: AbortSignal): Promise<Ended> {
    for (let tries = 0; ; tries += 1) {
      const verdict = await this.#try(lines, signal);
      if (verdict.kind === 'pause') {
        this.#pause(verdict.reason, verdict.text);
        await this.#wait(tries, FIRST_LOOK, LONGEST_LOOK, signal);
      } else if (verdict.kind !== 'retry') {
        return verdict;
      } else {
        this.#countRetry(verdict, tries);
        // The same again would take as long again: with less, a slow server gets somewhere.
        if (verdict.reason === 'timeout' && lines.length > 1) return { kind: 'slow' };
        if (verdict.after === null) await this.#wait(tries, FIRST_RETRY, LONGEST_RETRY, signal);
        else await this.#deps.clock.sleep(verdict.after, signal);
      }
    }
  }

  async #try(lines: readonly string[], signal: AbortSignal): Promise<Verdict> {
    const { send, clock, meter } = this.#deps;
    signal.throwIfAborted();
    const begun = clock.monotonic();
    const answer = await send(lines, signal);
    signal.throwIfAborted();
    meter.time('hygate_forward_seconds', (clock.monotonic() - begun) / SECOND);
    if (answer.kind === 'status' && answer.reconnected === true) this.#deps.onReconnect?.();
    return judgeAnswer(answer, clock.wall());
  }

  #countRetry({ reason, text }: Extract<Verdict, { kind: 'retry' }>, tries: number): void {
    this.#deps.meter.count('hygate_forward_retries_total', { reason });
    if (tries === 0) this.#deps.log.warn({ why: text, reason }, 'InfluxDB is tried again');
  }

  #wait(tries: number, first: Ms, longest: Ms, signal: AbortSignal): Promise<void> {
    return this.#deps.clock.sleep(backoff(tries, { first, longest, random: Math.random }), signal);
  }

  /** Says what someone has to mend, once, and takes it back when it was mended. */
  #pause(reason: PauseReason | undefined, text: string): void {
    if (reason === this.#paused) return;
    const { stream, log, meter } = this.#deps;
    if (this.#paused !== undefined) meter.gauge('hygate_forward_paused', 0, { reason: this.#paused, stream });
    this.#paused = reason;
    this.#pausedWhy = text;
    if (reason === undefined) {
      log.info({ stream }, 'InfluxDB accepts again');
      return;
    }
    meter.gauge('hygate_forward_paused', 1, { reason, stream });
    log.error(
      { stream, reason, why: text },
      'forwarding to InfluxDB waits until someone mends this; nothing is lost',
    );
  }
}
