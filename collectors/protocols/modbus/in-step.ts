import type { Clock, Ms } from '#model/time';
import { asFault, ILLEGAL_READ, NotAsked } from './fault.ts';
import type { Expected } from './frame.ts';
import { heard } from './heard.ts';
import { Owed } from './owed.ts';
import type { Rest } from './rest.ts';
import { answerBytes, type Question, type Session } from './session.ts';

/** What is needed of a session. */
type Asked = Pick<Session, 'ask' | 'usable' | 'hadStrays'>;

/** An answer that was overtaken on its way comes within so many time-outs after its question. */
const OVERTAKEN_TIMEOUTS = 3;

/**
 * Asks the units of a serial line so that no answer is taken for that to another question. A unit that owes an answer
 * of the length that the question's answer would have is first asked for fewer registers: a length that it does not
 * owe. That it answers shows that the answers before it have come or are lost. Where every length is owed, its first
 * answer is thrown away. Either way it is believed only when three time-outs have passed in which nothing old came:
 * mostly they have, by the next poll; others have the wire meanwhile.
 */
export class InStep {
  readonly #clock: Clock;
  readonly #rest: Rest;
  readonly #owed = new Owed();
  /** Unit → until when it is on trial; monotonic. */
  readonly #trials = new Map<number, Ms>();
  #session: Asked | undefined;

  constructor(clock: Clock, rest: Rest) {
    this.#clock = clock;
    this.#rest = rest;
  }

  /** How many of the received bytes are a late answer, which is nobody's any more. */
  readonly lateBytes = (received: Buffer, expected: Expected): number | undefined => {
    const late = this.#owed.lateBytes(received, expected, this.#clock.monotonic());
    if (late !== undefined && late > 0) this.#trials.delete(received.readUInt8(0));
    return late;
  };

  /** The data bytes of the answer; rejects with a ModbusFault. `isAlone`: nobody else waits for the wire. */
  async ask(session: Asked, question: Question, isAlone: boolean): Promise<Buffer> {
    this.#look(session);
    if (this.#owes(question)) await this.#settle(session, question, isAlone);
    return this.#askAccounted(session, question);
  }

  /** Bytes that nobody had asked for may have been anybody's: nobody has been silent. */
  #look(session: Asked): void {
    if (this.#session !== session && this.#session?.hadStrays) this.#trials.clear();
    this.#session = session;
  }

  #owes(question: Question): boolean {
    return this.#owed.has(question.unit, answerBytes(question), this.#clock.monotonic());
  }

  /** A question that fails may still be answered; an answer that cannot be mistaken puts its unit on trial. */
  async #askAccounted(session: Asked, question: Question): Promise<Buffer> {
    const { unit, timeoutMs } = question;
    const askedAt = this.#clock.monotonic();
    const isUnmistakable = !this.#owes(question);
    try {
      const bytes = await session.ask(question);
      const quietUntil = this.#owed.newest(unit) + OVERTAKEN_TIMEOUTS * timeoutMs;
      if (isUnmistakable && this.#owed.any(unit, askedAt)) this.#trials.set(unit, quietUntil);
      return bytes;
    } catch (error) {
      // An exception has no length: it may be a late one, and the answer to this question be still to come.
      if (asFault(error).exception === null || this.#owed.any(unit, askedAt)) {
        this.#owed.add(unit, answerBytes(question), askedAt);
        this.#trials.delete(unit);
      }
      throw error;
    }
  }

  /** Returns when the unit owes nothing that could be taken for the answer; throws when that cannot be had now. */
  async #settle(session: Asked, question: Question, isAlone: boolean): Promise<void> {
    const { unit } = question;
    if (!this.#trials.has(unit)) await this.#beginTrial(session, question);
    const wait = (this.#trials.get(unit) ?? 0) - this.#clock.monotonic();
    if (wait > 0 && isAlone) await this.#clock.sleep(Math.ceil(wait));
    await this.#rest.over(question.pauseMs);
    await heard();
    if ((wait > 0 && !isAlone) || !session.usable || !this.#trials.has(unit)) {
      throw new NotAsked({
        reason: 'comm-timeout',
        message: `unit ${unit} answers again; it is believed when no older answer comes any more`,
      });
    }
    this.#trials.delete(unit);
    this.#owed.settle(unit);
  }

  async #beginTrial(session: Asked, question: Question): Promise<void> {
    const marker = this.#markerOf(question);
    try {
      await this.#askAccounted(session, marker ?? question);
    } catch (error) {
      // Some devices allow no other read than that of a whole table: that they said so is a word from them, too.
      if (!ILLEGAL_READ.has(asFault(error).exception)) throw error;
    }
    this.#rest.begin();
    if (!this.#trials.has(question.unit)) {
      this.#trials.set(question.unit, this.#clock.monotonic() + OVERTAKEN_TIMEOUTS * question.timeoutMs);
    }
  }

  /** The longest shorter read whose answer has a length that is not owed. */
  #markerOf(question: Question): Question | undefined {
    for (let count = question.count - 1; count > 0; count--) {
      const marker = { ...question, count };
      if (!this.#owes(marker)) return marker;
    }
    return undefined;
  }
}
