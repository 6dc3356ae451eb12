import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ms } from '#model/time';
import { HandClock } from '../../../test/kit/hand-clock.ts';
import { ModbusFault } from './fault.ts';
import { crc16, type Expected } from './frame.ts';
import { InStep } from './in-step.ts';
import { Rest } from './rest.ts';
import { answerBytes, type Question } from './session.ts';

const TIMEOUT: Ms = 100;
const PAUSE: Ms = 20;

/** A unit that answers in the order in which it was asked, each answer so late as it is told, and says which it is. */
class Wire {
  readonly clock = new HandClock(0);
  readonly rest = new Rest({ kind: 'rtu-over-tcp', host: 'x', port: 1 }, this.clock);
  readonly inStep = new InStep(this.clock, this.rest);
  /** Of the next answers; null: it is lost. */
  delays: (Ms | null)[] = [];
  /** When each question was sent. */
  readonly sent: Ms[] = [];
  /** Data of the next answer. */
  #serial = 0;
  #free: Ms = 0;
  #waiting: { readonly take: (frame: Buffer) => void } | undefined;

  /** A session that is thrown away after a failure, as the real one. */
  session() {
    const state = { usable: true, hadStrays: false };
    const ask = (question: Question) => this.#ask(question, state);
    return {
      ask,
      get usable() {
        return state.usable;
      },
      get hadStrays() {
        return state.hadStrays;
      },
      /** Bytes that nobody asked for are read. */
      stray: () => Object.assign(state, { usable: false, hadStrays: true }),
    };
  }

  #ask(question: Question, state: { usable: boolean; hadStrays: boolean }): Promise<Buffer> {
    const expected = { unit: question.unit, code: 3, bytes: answerBytes(question), transaction: 0 };
    this.sent.push(this.clock.monotonic());
    return new Promise((resolve, reject) => {
      const end = (conclude: () => void) => {
        timer.cancel();
        this.#waiting = undefined;
        conclude();
      };
      const fail = (reason: 'comm-timeout' | 'decode') =>
        end(() => {
          state.usable = false;
          reject(new ModbusFault(reason, reason));
        });
      const timer = this.clock.after(TIMEOUT, () => fail('comm-timeout'));
      const take = (frame: Buffer) => {
        const late = this.inStep.lateBytes(frame, expected);
        if (late === frame.length) return;
        if (frame[2] === expected.bytes) end(() => resolve(frame.subarray(3, -2)));
        else fail('decode');
      };
      this.#waiting = { take };
      this.#answer(expected);
    });
  }

  #answer({ unit, code, bytes }: Expected): void {
    const [delay = 1] = this.delays.splice(0, 1);
    const serial = this.#serial++;
    if (delay === null) return;
    this.#free = Math.max(this.#free, this.clock.monotonic() + delay);
    const body = Buffer.alloc(3 + bytes);
    body.set([unit, code, bytes]);
    body.writeUInt16BE(serial, 3);
    const crc = Buffer.alloc(2);
    crc.writeUInt16LE(crc16(body));
    const frame = Buffer.concat([body, crc]);
    this.clock.after(this.#free - this.clock.monotonic(), () => this.#waiting?.take(frame));
  }

  /** The serial number of the newest question. */
  get newest(): number {
    return this.#serial - 1;
  }
}

const question = (count: number): Question => ({
  ...{ unit: 1, table: 'holding', address: 0, count },
  ...{ timeoutMs: TIMEOUT, pauseMs: PAUSE, periodMs: 1000 },
});

/** Asks as a line does, and lets time pass until it is over: the serial number in the answer, or why there is none. */
async function ask(wire: Wire, session: ReturnType<Wire['session']>, count: number, isAlone: boolean) {
  let outcome: number | string | undefined;
  wire.inStep.ask(session, question(count), isAlone).then(
    (bytes) => {
      outcome = bytes.readUInt16BE(0);
    },
    (error: Error) => {
      outcome = error.message;
    },
  );
  for (let step = 0; outcome === undefined && step < 100; step++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (outcome === undefined) await wire.clock.advance(TIMEOUT / 4);
  }
  return outcome;
}

test('whatever comes late or is lost, no answer is taken for that to another question', async () => {
  const late = fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    // Held up and holding up what follows; three time-outs is the latest that may come.
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 2.9 * TIMEOUT }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  const turn = fc.record({ count: fc.integer({ min: 1, max: 4 }), between: fc.nat(4 * TIMEOUT) });
  const story = fc.record({
    delays: fc.array(late, { maxLength: 40 }),
    turns: fc.array(turn, { minLength: 1, maxLength: 25 }),
    isAlone: fc.boolean(),
  });
  let answers = 0;
  await fc.assert(
    fc.asyncProperty(story, async ({ delays, turns, isAlone }) => {
      const wire = new Wire();
      wire.delays = [...delays];
      let session = wire.session();
      for (const { count, between } of turns) {
        if (!session.usable) session = wire.session();
        const outcome = await ask(wire, session, count, isAlone);
        if (typeof outcome === 'number') {
          answers++;
          expect(outcome).toBe(wire.newest);
        }
        await wire.clock.advance(between);
      }
    }),
    { numRuns: 300 },
  );
  expect(answers).toBeGreaterThan(100);
});

test.each([true, false])('a unit that lost an answer is believed again (alone: %s)', async (isAlone) => {
  const wire = new Wire();
  wire.delays = [null];
  expect(await ask(wire, wire.session(), 2, isAlone)).toBe('comm-timeout');
  const session = wire.session();
  const first = await ask(wire, session, 2, isAlone);
  if (!isAlone) {
    expect(first).toContain('it is believed when no older answer comes any more');
    await wire.clock.advance(4 * TIMEOUT);
    expect(await ask(wire, session, 2, isAlone)).toBe(wire.newest);
  } else expect(first).toBe(wire.newest);
  // And then asked as if nothing had been: one question, one answer.
  wire.sent.length = 0;
  expect(await ask(wire, session, 2, isAlone)).toBe(wire.newest);
  expect(wire.sent).toHaveLength(1);
});

test('what lies there unread when a unit is to be believed is read first', async () => {
  const wire = new Wire();
  wire.delays = [null];
  expect(await ask(wire, wire.session(), 2, true)).toBe('comm-timeout');
  const session = wire.session();
  const outcome = wire.inStep.ask(session, question(2), true).catch((error: Error) => error.message);
  await wire.clock.advance(TIMEOUT);
  // A process that stood still wakes to its timers first.
  wire.clock.after(3 * TIMEOUT - wire.clock.monotonic(), session.stray);
  await wire.clock.advance(3 * TIMEOUT);
  expect(await outcome).toContain('it is believed when no older answer comes any more');
});

test('after the question that shows what is owed the device has its pause, too', async () => {
  const wire = new Wire();
  wire.delays = [null];
  await ask(wire, wire.session(), 2, true);
  await wire.clock.advance(5 * TIMEOUT);
  wire.sent.length = 0;
  expect(await ask(wire, wire.session(), 2, true)).toBe(wire.newest);
  expect(wire.sent).toHaveLength(2);
  const [marker = 0, asked = 0] = wire.sent;
  // Its answer took 1 ms.
  expect(asked - marker).toBeGreaterThanOrEqual(1 + PAUSE);
});
