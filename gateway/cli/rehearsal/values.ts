import { isReason, type Reason } from '#model/quality';
import type { Reading } from '#model/reading';
import type { Text } from '#model/text';

/*
 * What a sensor shows, sample by sample, as a text that a person can type: `5x10 5~9x5 9.2x40 _x3 u9x2 bx1 b:decode`.
 * `5~9x5` goes in equal steps from the one to the other, both included; `_` says nothing; `b` is a bad reading, with
 * its reason; `u` before a number makes it uncertain.
 */

/** Null: nothing comes. */
export type Sample = Pick<Reading, 'value' | 'quality' | 'reason'> | null;

/** Far more than a person types; fewer than would fill the memory. */
const MOST_SAMPLES = 1_000_000;

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const TOKEN = new RegExp(`^(?:(_)|(b)(?::([a-z-]+))?|(u?)(${NUMBER})|(${NUMBER})~(${NUMBER}))(?:x(\\d+))?$`);

export class UnreadableValues extends RangeError {
  readonly said: Text;

  constructor(said: Text) {
    super(said.en);
    this.said = said;
  }
}

/** Throws an UnreadableValues that says what cannot be read. */
export function parseValues(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const token of text.trim().split(/\s+/)) {
    const { times, sampleAt } = parseToken(token);
    if (samples.length + times > MOST_SAMPLES) {
      throw new UnreadableValues({
        zh: `超过 ${MOST_SAMPLES} 个样本`,
        en: `more than ${MOST_SAMPLES} samples`,
      });
    }
    for (let n = 0; n < times; n++) samples.push(sampleAt(n));
  }
  return samples;
}

interface Run {
  readonly times: number;
  readonly sampleAt: (n: number) => Sample;
}

function parseToken(token: string): Run {
  const match = TOKEN.exec(token);
  if (match === null) {
    throw new UnreadableValues({
      zh: `"${token}" 不是值，也不是 值x个数（如 5x10）`,
      en: `"${token}" is not a value, or value x count such as 5x10`,
    });
  }
  const [, none, bad, reason, uncertain, value, first, last, count] = match;
  const times = Number(count ?? 1);
  if (times === 0) throw noSample(token);
  if (none !== undefined) return { times, sampleAt: () => null };
  if (bad !== undefined) return { times, sampleAt: always(badSample(reason ?? 'comm-timeout')) };
  if (first === undefined) return { times, sampleAt: always(valued(Number(value), uncertain === 'u')) };
  if (times < 2) throw needsTwo(token);
  const step = (Number(last) - Number(first)) / (times - 1);
  return { times, sampleAt: (n) => valued(rounded(Number(first) + n * step), false) };
}

const noSample = (token: string): UnreadableValues =>
  new UnreadableValues({ zh: `"${token}" 没有样本`, en: `"${token}" has no sample` });

const needsTwo = (token: string): UnreadableValues =>
  new UnreadableValues({
    zh: `"${token}" 的个数至少为 2`,
    en: `"${token}" needs a count of at least 2`,
  });

const always = (sample: Sample) => () => sample;

/** A ramp must not show what binary fractions leave over. */
const rounded = (value: number): number => Number(value.toPrecision(12));

const valued = (value: number, uncertain: boolean): Sample =>
  uncertain
    ? { value, quality: 'uncertain', reason: 'calibration' }
    : { value, quality: 'good', reason: null };

function badSample(reason: string): Sample {
  if (!isReason(reason)) {
    throw new UnreadableValues({
      zh: `"${reason}" 不是无效读数的原因`,
      en: `"${reason}" is not a reason for a bad reading`,
    });
  }
  return { value: null, quality: 'bad', reason: reason satisfies Reason };
}
