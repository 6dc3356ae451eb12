import type { SitePoint } from '#model/site';
import type { Ms } from '#model/time';
import { DEVICE, IS_VALUE, PLACE, WHOLE_SPAN } from './filters.ts';
import { type Group, selectionsOf } from './groups.ts';
import type { Column, Question } from './question.ts';
import type { Target } from './target.ts';

/** Whatever is a value of the group's points, a series for each. */
export function readingTargets(
  { quantity, points }: Pick<Group, 'quantity'> & { readonly points: readonly SitePoint[] },
  alias: string,
  asked: Pick<Question, 'columns'> & Partial<Question>,
): Target[] {
  return selectionsOf(points).map(({ devices, keys }, index) => ({
    refId: refId(index),
    format: 'time_series',
    alias,
    question: {
      ...WHOLE_SPAN,
      measurement: quantity,
      tags: [...PLACE, { tag: DEVICE.tag, in: devices }, { tag: 'point', in: keys }],
      where: [IS_VALUE],
      by: ['device', 'point'],
      ...asked,
    },
  }));
}

/** Buckets as wide as Grafana finds fit, empty where there was nothing. */
export const bucketed = (columns: readonly Column[]) =>
  ({ columns, every: '$__interval', fill: 'null' }) as const satisfies Partial<Question>;

export const refId = (index: number): string => `Q${index + 1}`;

/**
 * Buckets are at least two periods wide: in a narrower one there would now and then be no reading though all came, and
 * it would look like a gap.
 */
export const bucketInterval = ({ every }: Pick<Group, 'every'>): string => seconds(2 * every);

export const seconds = (span: Ms): string => `${Math.ceil(span / 1000)}s`;
