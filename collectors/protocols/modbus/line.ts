import { type Line, lineKey } from '#model/site';
import { type Clock, type Ms, SECOND } from '#model/time';
import { backoff } from '../../../gateway/runtime/backoff.ts';
import { ModbusFault, NotAsked } from './fault.ts';
import { openLink } from './link.ts';
import { type Question, Session } from './session.ts';

/** A whole answer. */
export interface Answer {
  /** Registers big-endian, or bits packed from the least significant, as they came. */
  readonly bytes: Buffer;
  /** When the question was sent, on the monotonic clock. */
  readonly sentAt: Ms;
}

/** Asks one question; rejects with a ModbusFault. */
export interface Reader {
  read(question: Question): Promise<Answer>;
}

const RECONNECT = { first: 100, longest: 5 * SECOND, random: Math.random } as const;
const PROBE_DEAD_UNIT = { first: SECOND, longest: 30 * SECOND, random: Math.random } as const;
/** After so many failures in a row a unit no longer gets its turn each time, when others share its wire. */
const PATIENCE = 2;

/** How often something failed in a row, and when it may be tried again. */
interface Trouble {
  failures: number;
  notBefore: Ms;
  fault: ModbusFault | undefined;
}

const noTrouble = (): Trouble => ({ failures: 0, notBefore: Number.NEGATIVE_INFINITY, fault: undefined });

/**
 * A wire with all its units: one question at a time, a fresh session after everything that goes wrong.
 *
 * An RTU answer carries neither an address nor a number, so a late one looks like the answer to the next question. Three
 * things keep it out: a new session listens until the wire was silent for one time-out before it speaks; after a failure
 * the unit's first answer is thrown away and must be followed by the same silence, else it was a late one; and between
 * two questions the wire rests for the time that ends a frame, and what comes then ends the session.
 */
export class ModbusLine implements Reader {
  readonly #line: Line;
  readonly #clock: Clock;
  readonly #units = new Map<number, Trouble>();
  readonly #outOfStep = new Set<number>();
  readonly #connecting = noTrouble();
  #session: Session | undefined;
  #turn: Promise<void> = Promise.resolve();
  #restFrom: Ms = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(line: Line, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
  }

  /** Waits for its turn on the wire. A unit that is known to be dead is refused then, and costs the others no time. */
  async read(question: Question): Promise<Answer> {
    const unit = this.#unit(question.unit);
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      refuseEarly(unit, this.#clock.monotonic());
      return await this.#exchange(question, unit);
    } finally {
      resolve();
    }
  }

  /** What is being asked fails at once. */
  close(): void {
    this.#closed = true;
    this.#session?.close();
  }

  async #exchange(question: Question, unit: Trouble): Promise<Answer> {
    try {
      const answer = await this.#ask(question);
      Object.assign(unit, noTrouble());
      return answer;
    } catch (error) {
      const fault = asFault(error);
      if (fault.reason === 'device-exception') Object.assign(unit, noTrouble());
      else this.#failed(question.unit, unit, fault);
      throw fault;
    } finally {
      this.#restFrom = this.#clock.monotonic();
    }
  }

  /** Some devices close after each answer, and we may notice only when we speak: that is worth one more try. */
  async #ask(question: Question): Promise<Answer> {
    await this.#rest(question.pauseMs);
    const session = await this.#openSession(question.timeoutMs);
    const answersBefore = session.answers;
    try {
      return await this.#askOn(session, question);
    } catch (error) {
      const wasClosed = asFault(error).reason === 'comm-refused' && session.answers === answersBefore;
      if (!wasClosed || answersBefore === 0) throw error;
      return this.#askOn(await this.#openSession(question.timeoutMs), question);
    }
  }

  async #askOn(session: Session, question: Question): Promise<Answer> {
    if (this.#outOfStep.has(question.unit)) await this.#getInStep(session, question);
    const sentAt = this.#clock.monotonic();
    return { bytes: await session.ask(question), sentAt };
  }

  async #getInStep(session: Session, question: Question): Promise<void> {
    await session.ask(question).catch((fault: ModbusFault) => {
      if (fault.exception === null) throw fault;
    });
    if (!(await session.isSilent(question.timeoutMs))) {
      throw new ModbusFault('decode', `unit ${question.unit} sent more than one answer to one question`);
    }
    this.#outOfStep.delete(question.unit);
  }

  async #openSession(timeout: Ms): Promise<Session> {
    if (this.#session?.usable) return this.#session;
    this.#session?.close();
    this.#session = undefined;
    refuseEarly(this.#connecting, this.#clock.monotonic());
    try {
      this.#refuseWhenClosed();
      const session = new Session(
        await openLink(this.#line, timeout, this.#clock),
        this.#framing,
        this.#clock,
      );
      this.#session = session;
      this.#refuseWhenClosed();
      if (this.#framing === 'rtu' && !(await session.settle(timeout))) {
        throw new ModbusFault(
          'decode',
          `${lineKey(this.#line)} is never silent: another master or a wrong speed?`,
        );
      }
      Object.assign(this.#connecting, noTrouble());
      return session;
    } catch (error) {
      this.#session?.close();
      const fault = asFault(error);
      const wait = backoff(this.#connecting.failures, RECONNECT);
      setBack(this.#connecting, fault, this.#clock.monotonic() + wait);
      throw fault;
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new ModbusFault('comm-refused', 'the collector stops');
  }

  #failed(id: number, unit: Trouble, fault: ModbusFault): void {
    // When nobody can be reached, no unit is to blame.
    if (fault instanceof NotAsked || this.#connecting.failures > 0) return;
    if (this.#framing === 'rtu') this.#outOfStep.add(id);
    const failures = unit.failures + 1;
    // A unit alone on its wire holds nobody up.
    const isDropped = this.#units.size > 1 && failures >= PATIENCE;
    const wait = isDropped ? backoff(failures - PATIENCE, PROBE_DEAD_UNIT) : 0;
    setBack(unit, fault, this.#clock.monotonic() + wait);
  }

  #rest(pauseMs: Ms): Promise<void> | undefined {
    const wait = this.#restFrom + Math.max(pauseMs, this.#frameGap) - this.#clock.monotonic();
    return wait > 0 ? this.#clock.sleep(Math.ceil(wait)) : undefined;
  }

  /** 3.5 characters of 11 bits, 1.75 ms above 19,200 baud (MODBUS over Serial Line V1.02, clause 2.5.1.1). */
  get #frameGap(): Ms {
    if (this.#framing === 'mbap') return 0;
    return this.#line.kind === 'rtu' ? Math.max(1.75, (3.5 * 11 * SECOND) / this.#line.baud) : 1.75;
  }

  get #framing(): 'mbap' | 'rtu' {
    return this.#line.kind === 'tcp' ? 'mbap' : 'rtu';
  }

  #unit(id: number): Trouble {
    const known = this.#units.get(id) ?? noTrouble();
    this.#units.set(id, known);
    return known;
  }
}

function refuseEarly(trouble: Trouble, now: Ms): void {
  const { fault, notBefore } = trouble;
  if (fault !== undefined && now < notBefore) throw new NotAsked(fault.reason, fault.message);
}

function setBack(trouble: Trouble, fault: ModbusFault, notBefore: Ms): void {
  Object.assign(trouble, { failures: trouble.failures + 1, notBefore, fault });
}

const asFault = (error: unknown): ModbusFault =>
  error instanceof ModbusFault
    ? error
    : new ModbusFault('decode', error instanceof Error ? error.message : String(error));
