import type { Line } from '#model/site';
import type { Clock, Ms } from '#model/time';
import { asFault, NotAsked } from './fault.ts';
import { InStep } from './in-step.ts';
import { Rest } from './rest.ts';
import type { Question, Session } from './session.ts';
import { Sessions } from './sessions.ts';
import { Units } from './units.ts';

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

/** A wire with all its units: one question at a time, a fresh session after everything that goes wrong. */
export class ModbusLine implements Reader {
  readonly #clock: Clock;
  readonly #rest: Rest;
  readonly #units = new Units();
  readonly #inStep: InStep;
  readonly #sessions: Sessions;
  #turn: Promise<void> = Promise.resolve();

  constructor(line: Line, clock: Clock) {
    this.#clock = clock;
    this.#rest = new Rest(line, clock);
    this.#inStep = new InStep(clock, this.#rest);
    this.#sessions = new Sessions(line, clock, this.#inStep.lateBytes);
  }

  /** Waits for its turn on the wire. A unit that is known to be dead is refused then, and costs the others no time. */
  async read(question: Question): Promise<Answer> {
    this.#units.meet(question.unit);
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      this.#units.refuseDead(question.unit, this.#clock.monotonic());
      return await this.#exchange(question);
    } finally {
      resolve();
    }
  }

  /** What is being asked fails at once. */
  close(): void {
    this.#sessions.close();
  }

  async #exchange(question: Question): Promise<Answer> {
    await this.#rest.over(question.pauseMs);
    const begun = this.#clock.monotonic();
    try {
      const answer = await this.#ask(question);
      this.#units.answered(question.unit);
      return answer;
    } catch (error) {
      throw this.#judged(error, question, begun);
    } finally {
      this.#rest.begin();
    }
  }

  #judged(error: unknown, { unit, timeoutMs }: Question, begun: Ms): Error {
    const fault = asFault(error);
    const now = this.#clock.monotonic();
    if (fault.reason === 'device-exception') this.#units.answered(unit);
    // When nobody can be reached, no unit is to blame.
    else if (!(fault instanceof NotAsked) && !this.#sessions.areFailing) {
      this.#units.failed(unit, fault, { now, took: Math.max(now - begun, timeoutMs) });
    }
    return fault;
  }

  /** Some devices close after each answer, and we may notice only when we speak: that is worth one more try. */
  async #ask(question: Question): Promise<Answer> {
    const session = await this.#sessions.get(question);
    const answersBefore = session.answers;
    try {
      return await this.#askOn(session, question);
    } catch (error) {
      const wasClosed = asFault(error).reason === 'comm-refused' && session.answers === answersBefore;
      if (!wasClosed || answersBefore === 0) throw error;
      return this.#askOn(await this.#sessions.get(question), question);
    }
  }

  async #askOn(session: Session, question: Question): Promise<Answer> {
    const isSerial = this.#sessions.framing === 'rtu';
    const bytes = isSerial
      ? await this.#inStep.ask(session, question, this.#units.count === 1)
      : await session.ask(question);
    return { bytes, sentAt: session.askedAt };
  }
}
