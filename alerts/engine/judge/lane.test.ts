import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Quality } from '#model/quality';
import type { Reading } from '#model/reading';
import type { LimitRule } from '#model/rule';
import { MINUTE } from '#model/time';
import { limitRule } from '../../../test/kit/alarms-site.ts';
import { compileLane, type LaneState, NORMAL, step } from './lane.ts';

interface Sample {
  readonly at: number;
  readonly value: number;
  readonly quality: Quality;
}

/** The samples at which the machine raises and clears. */
function machine(rule: LimitRule, samples: readonly Sample[]): string[] {
  const lane = compileLane(rule, MINUTE);
  const told: string[] = [];
  let state: LaneState = NORMAL;
  for (const sample of samples) {
    const next = step(lane, state, readingOf(sample));
    if (next.phase === 'active' && state.phase !== 'active') told.push(`raise ${next.since} ${sample.at}`);
    if (next.phase !== 'active' && state.phase === 'active') told.push(`clear ${sample.at}`);
    state = next;
  }
  return told;
}

const readingOf = ({ at, value, quality }: Sample): Reading => {
  const reason = quality === 'good' ? null : 'sensor-fault';
  // A bad reading may well carry a number: out of range, say. It counts no more for that.
  return { point: 'p', at, value, quality, reason };
};

/** The same, said over the whole past of each sample instead of as a machine. */
function model(rule: LimitRule, all: readonly Sample[]): string[] {
  const told: string[] = [];
  const samples = all.filter(({ quality }) => quality !== 'bad');
  const beyond = ({ value }: Sample) => (rule.inclusive ? value >= rule.limit : value > rule.limit);
  const clearAt = rule.limit - rule.deadband;
  const inside = ({ value }: Sample) => (rule.inclusive ? value < clearAt : value <= clearAt);
  let raised = false;
  let fresh = 0;
  for (const [index, sample] of samples.entries()) {
    const past = samples.slice(fresh, index + 1);
    if (!raised && beyond(sample)) {
      const since = startOfRun(past, rule, beyond);
      if (sample.at - since < rule.onDelay) continue;
      told.push(`raise ${since} ${sample.at}`);
    } else if (raised && inside(sample) && sample.quality === 'good') {
      const outside = past.findLastIndex((one) => !inside(one));
      const back = past.slice(outside + 1).find(({ quality }) => quality === 'good');
      if (sample.at - (back?.at ?? sample.at) < rule.offDelay) continue;
      told.push(`clear ${sample.at}`);
    } else continue;
    raised = !raised;
    fresh = index + 1;
  }
  return told;
}

function startOfRun(past: readonly Sample[], rule: LimitRule, beyond: (sample: Sample) => boolean): number {
  const ended = past.findLastIndex((one) => one.quality === 'good' && !beyond(one));
  const run = past.slice(ended + 1).filter(beyond);
  const hole = run.findLastIndex(
    (one, index) => one.at - (run[index - 1]?.at ?? one.at) > rule.onDelay + 10 * MINUTE,
  );
  return (run[Math.max(0, hole)] as Sample).at;
}

const samples = fc
  .array(
    fc.record({
      pause: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.constantFrom(2, 5, 15, 40)),
      value: fc.constantFrom(5, 7, 7.5, 8, 9, 12),
      quality: fc.constantFrom<Quality>('good', 'good', 'good', 'uncertain', 'bad'),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let at = 0;
    return steps.map(({ pause, value, quality }): Sample => {
      at += pause * MINUTE;
      return { at, value, quality };
    });
  });

const rules = fc
  .record({
    inclusive: fc.boolean(),
    deadband: fc.constantFrom(0, 0.5, 1),
    onDelay: fc.constantFrom(0, MINUTE, 5 * MINUTE),
    offDelay: fc.constantFrom(0, MINUTE, 3 * MINUTE),
  })
  .map(limitRule);

test('the machine says what the model says, on any walk', () => {
  fc.assert(
    fc.property(rules, samples, (rule, walk) => {
      expect(machine(rule, walk)).toEqual(model(rule, walk));
    }),
    { numRuns: 3000 },
  );
});

test('a low limit is a high limit upside down', () => {
  fc.assert(
    fc.property(rules, samples, (rule, walk) => {
      const low = { ...rule, id: 'low', limit: -rule.limit } as const;
      const flipped = walk.map((sample) => ({ ...sample, value: -sample.value }));
      expect(machine(low, flipped)).toEqual(machine(rule, walk));
    }),
    { numRuns: 500 },
  );
});

test('bad readings change nothing, wherever they stand', () => {
  fc.assert(
    fc.property(rules, samples, (rule, walk) => {
      expect(machine(rule, walk)).toEqual(
        machine(
          rule,
          walk.filter(({ quality }) => quality !== 'bad'),
        ),
      );
    }),
    { numRuns: 500 },
  );
});
