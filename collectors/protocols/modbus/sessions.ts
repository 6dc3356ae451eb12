import { type Line, lineKey } from '#model/site';
import { type Clock, type Ms, SECOND } from '#model/time';
import { backoff } from '../../../gateway/runtime/backoff.ts';
import { asFault, ModbusFault, NotAsked } from './fault.ts';
import type { Framing } from './frame.ts';
import { openLink } from './link.ts';
import type { LateBytes } from './port.ts';
import { type Question, Session } from './session.ts';

const FIRST_RECONNECT: Ms = 100;
const SLOWEST_RECONNECT: Ms = SECOND;
/** An end that is not answered sooner is not heard: the other one is gone, and nothing is gained by waiting for it. */
const LONGEST_LEAVE: Ms = 100;
/** A frame ends with 3.5 characters of silence (MODBUS over Serial Line V1.02, clause 2.5.1.1): 32 ms at 1,200 baud. */
const FRAME_END: Ms = 32;

/** The one session of a wire: opened when it is needed, and when that fails not too often. */
export class Sessions {
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #lateBytes: LateBytes;
  #session: Session | undefined;
  /** The first time the wire must be silent for a time-out: what is said may be an answer to whoever asked before. */
  #mustListen = true;
  #closed = false;
  #failures = 0;
  /** Why the wire could not be opened, and until when that is not tried again; monotonic. */
  #refusal: { readonly fault: ModbusFault; readonly until: Ms } | undefined;

  constructor(line: Line, clock: Clock, lateBytes: LateBytes) {
    this.#line = line;
    this.#clock = clock;
    this.#lateBytes = lateBytes;
  }

  get framing(): Framing {
    return this.#line.kind === 'tcp' ? 'mbap' : 'rtu';
  }

  /** Nobody on the wire can be reached. */
  get areFailing(): boolean {
    return this.#failures > 0;
  }

  /** One that can be asked; rejects with a ModbusFault. */
  async get(question: Question): Promise<Session> {
    if (this.#session?.usable) return this.#session;
    await this.#leave(question.timeoutMs);
    const now = this.#clock.monotonic();
    if (this.#refusal !== undefined && now < this.#refusal.until) throw new NotAsked(this.#refusal.fault);
    try {
      const session = await this.#open(question.timeoutMs);
      this.#failures = 0;
      this.#refusal = undefined;
      return session;
    } catch (error) {
      throw this.#refused(asFault(error), question.periodMs);
    }
  }

  close(): void {
    this.#closed = true;
    this.#session?.close();
  }

  /** Some converters take one connection at a time: the next one is theirs when they have seen the end of this one. */
  async #leave(timeout: Ms): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (this.#line.kind === 'rtu') session?.close();
    else await session?.leave(Math.min(LONGEST_LEAVE, timeout));
  }

  async #open(timeout: Ms): Promise<Session> {
    this.#refuseWhenClosed();
    const stream = await openLink(this.#line, timeout, this.#clock);
    const session = new Session(stream, {
      framing: this.framing,
      clock: this.#clock,
      lateBytes: this.#lateBytes,
    });
    this.#session = session;
    this.#refuseWhenClosed();
    const quiet = this.#mustListen ? timeout : Math.min(FRAME_END, timeout);
    if (this.framing === 'rtu' && !(await session.fallSilent(quiet))) {
      throw new ModbusFault(
        'decode',
        `${lineKey(this.#line)} is never silent: another master or a wrong speed?`,
      );
    }
    this.#mustListen = false;
    return session;
  }

  /** Waits ever longer, but never so long that a device misses more than one of its reads after the end of it. */
  #refused(fault: ModbusFault, period: Ms): ModbusFault {
    this.#session?.close();
    const longest = Math.min(SLOWEST_RECONNECT, period / 2);
    const wait = backoff(this.#failures++, { first: FIRST_RECONNECT, longest, random: Math.random });
    this.#refusal = { fault, until: this.#clock.monotonic() + wait };
    return fault;
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new ModbusFault('comm-refused', 'the collector stops');
  }
}
