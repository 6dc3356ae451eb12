import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Alarm, type AlarmEvent, type AlarmState, isQuiet, quietMark, standsAfter } from '#model/alarm';
import type { Suppression } from '#model/site';
import { HOUR, MINUTE, type Ms, SECOND } from '#model/time';
import { TestBook } from '../../../test/kit/alarm-book.ts';
import { AlarmModel } from '../../../test/kit/alarm-model.ts';
import { limitRule } from '../../../test/kit/alarms-site.ts';

const START = 1_000_000_000_000;
const FRIDGE = 'fridge-1.temp';
const MAINS = 'power.mains';
const LOST = limitRule({ id: 'low' });
const explains: Suppression = { by: MAINS, byKinds: ['limit'], points: [FRIDGE], kinds: ['limit'] };
const PEOPLE = ['li', 'wang'] as const;

/** The book and the model on the same way. */
class Walk {
  readonly #rule;
  readonly #model: AlarmModel;
  readonly book = new TestBook({ suppressions: [explains] });
  now = START;

  constructor(latches: boolean) {
    this.#rule = limitRule({ severity: 'warning', ...(latches ? { latch: true } : {}) });
    this.#model = new AlarmModel(latches);
  }

  pass(length: Ms): void {
    this.now += length;
    this.book.tick(this.now);
    this.#model.tick(this.now);
  }

  raise(): void {
    if (this.#model.lasts) return;
    this.book.raise(this.now, FRIDGE, this.#rule);
    this.#model.raise(this.now);
  }

  clear(): void {
    this.book.clear(this.now, FRIDGE);
    this.#model.clear();
  }

  cut(): void {
    if (this.#model.cut) this.book.clear(this.now, MAINS, 'low');
    else this.book.raise(this.now, MAINS, LOST);
    this.#model.setCut(!this.#model.cut, this.now);
  }

  take(index: number, length: Ms): void {
    const until = this.now + length;
    this.#act(index, { type: 'acknowledge', until, comment: '' });
    this.#model.take(index, until);
  }

  shelve(index: number, length: Ms, oneShot: boolean): void {
    const shelf = { until: this.now + length, oneShot };
    this.#act(index, { type: 'shelve', ...shelf, comment: '' });
    this.#model.shelve(index, shelf);
  }

  ask(index: number, by: string, oneShot: boolean): void {
    const shelf = { until: this.now + HOUR, oneShot };
    this.#act(index, { type: 'ask-shelf', ...shelf, comment: '' }, by);
    this.#model.ask(index, by, this.now, shelf);
  }

  grant(index: number, by: string): void {
    this.#act(index, { type: 'grant-shelf', comment: '' }, by);
    this.#model.grant(index, by);
  }

  unshelve(index: number): void {
    this.#act(index, { type: 'unshelve', comment: '' });
    this.#model.unshelve(index);
  }

  reset(index: number): void {
    this.#act(index, { type: 'reset', comment: '' });
    this.#model.reset(index);
  }

  service(length: Ms): void {
    const until = this.now + length;
    this.book.serve(FRIDGE, this.now, { type: 'out-of-service', until, comment: '' });
    this.#model.takeOut(until);
  }

  backInService(): void {
    this.book.serve(FRIDGE, this.now, { type: 'in-service', comment: '' });
    this.#model.takeBack();
  }

  restart(): void {
    this.book.restart();
  }

  agree(): void {
    expect(this.#open().map(seen)).toEqual(this.#model.seen());
  }

  /** Whoever looks at the last event of the rule sees what stands, and of several what wants somebody most. */
  lastEventTellsWhatStands(): void {
    const last = this.book.events.findLast(({ alarm }) => alarm.point === FRIDGE);
    const open = this.#open().map((alarm) => ({ alarm, mark: quietMark(alarm) }));
    const [heard, quiet] = [
      open.filter(({ mark }) => mark === null),
      open.filter(({ mark }) => mark !== null),
    ];
    const told = STATES.flatMap((state) => heard.findLast(({ alarm }) => alarm.state === state) ?? []);
    const rest = STATES.flatMap((state) => quiet.findLast(({ alarm }) => alarm.state === state) ?? []);
    const [first] = [...told, ...rest];
    expect(last === undefined ? null : standsAfter(last)).toEqual(
      first === undefined ? null : { alarm: first.alarm.id, state: first.alarm.state, mark: first.mark },
    );
  }

  #open(): Alarm[] {
    return this.book.book.open().filter(({ point }) => point === FRIDGE);
  }

  #act(index: number, deed: Parameters<TestBook['act']>[2], by = 'li'): void {
    const alarm = this.#open()[index];
    if (alarm !== undefined) this.book.act(alarm.id, this.now, deed, by);
  }
}

const STATES: readonly AlarmState[] = ['unacknowledged', 'acknowledged', 'latched', 'returned'];

const seen = (alarm: Alarm) => ({
  state: alarm.state,
  shelved: alarm.shelvedUntil !== null,
  suppressed: alarm.suppressedBy !== null,
  held: alarm.heldUntil !== undefined,
  out: alarm.outOfService,
  asked: alarm.shelfAsk?.by ?? null,
  takenUntil: alarm.state === 'acknowledged' ? (alarm.acknowledged?.until ?? null) : null,
});

type Step = (walk: Walk) => void;
const index = fc.nat({ max: 2 });
const length = fc.constantFrom(SECOND, 30 * SECOND, 2 * MINUTE, 20 * MINUTE, HOUR);
const person = fc.constantFrom(...PEOPLE);
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>((walk) => walk.raise()) },
  { weight: 3, arbitrary: fc.constant<Step>((walk) => walk.clear()) },
  { weight: 2, arbitrary: fc.constant<Step>((walk) => walk.cut()) },
  { weight: 2, arbitrary: fc.constant<Step>((walk) => walk.restart()) },
  {
    weight: 3,
    arbitrary: length.map(
      (of): Step =>
        (walk) =>
          walk.pass(of),
    ),
  },
  fc.tuple(index, length).map(
    ([at, of]): Step =>
      (walk) =>
        walk.take(at, of),
  ),
  fc.tuple(index, length, fc.boolean()).map(
    ([at, of, oneShot]): Step =>
      (walk) =>
        walk.shelve(at, of, oneShot),
  ),
  fc.tuple(index, person, fc.boolean()).map(
    ([at, by, oneShot]): Step =>
      (walk) =>
        walk.ask(at, by, oneShot),
  ),
  fc.tuple(index, person).map(
    ([at, by]): Step =>
      (walk) =>
        walk.grant(at, by),
  ),
  index.map(
    (at): Step =>
      (walk) =>
        walk.unshelve(at),
  ),
  index.map(
    (at): Step =>
      (walk) =>
        walk.reset(at),
  ),
  length.map(
    (of): Step =>
      (walk) =>
        walk.service(of),
  ),
  fc.constant<Step>((walk) => walk.backInService()),
);

const walks = fc.array(steps, { maxLength: 60, size: 'max' });

function afterEachStep(numRuns: number, hold: (walk: Walk) => void): void {
  fc.assert(
    fc.property(fc.boolean(), walks, (latches, walked) => {
      const walk = new Walk(latches);
      for (const step of walked) {
        walk.pass(SECOND);
        step(walk);
        hold(walk);
      }
    }),
    { numRuns },
  );
}

test('on any walk of raises, clears, acts, time and restarts the book shows what the plain model says', () => {
  afterEachStep(300, (walk) => walk.agree());
});

test('on any walk the last event of a rule tells what of it stands', () => {
  afterEachStep(200, (walk) => walk.lastEventTellsWhatStands());
});

test('on any walk the events of an alarm tell its story: raised first, over once, and nothing after', () => {
  fc.assert(
    fc.property(fc.boolean(), walks, (latches, walked) => {
      const walk = new Walk(latches);
      for (const step of walked) {
        walk.pass(SECOND);
        step(walk);
      }
      for (const story of Map.groupBy(walk.book.events, ({ alarm }) => alarm.id).values()) isStory(story);
    }),
    { numRuns: 100 },
  );
});

function isStory(story: readonly AlarmEvent[]): void {
  const types = story.map(({ type }) => type);
  expect(types.indexOf('raised')).toBe(0);
  expect(types.lastIndexOf('raised')).toBe(0);
  expect(types.filter((type) => type === 'cleared').length).toBeLessThanOrEqual(1);
  const over = story.findIndex(({ alarm }) => alarm.state === 'normal');
  if (over !== -1) expect(over).toBe(story.length - 1);
  // What takes a mark away says so; what is silent says nothing that anybody must hear.
  for (const { type, alarm } of story) {
    if (type === 'suppressed' || type === 'shelved' || type === 'out-of-service')
      expect(isQuiet(alarm)).toBe(true);
  }
}
