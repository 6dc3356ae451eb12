import type { Column, Question, Statistic, TagFilter } from './question.ts';

/** The dashboard's variables. */
export const SITE: TagFilter = { tag: 'site', in: '$site' };
export const AREA: TagFilter = { tag: 'area', in: '$area' };
export const DEVICE: TagFilter = { tag: 'device', in: '$device' };
export const PLACE = [SITE, AREA, DEVICE] as const;

export const column = (statistic: Statistic, field: string, as: string = field): Column => ({
  ...{ statistic, field, as },
});

/** Of bad readings only the quality counts, whatever value they carry. */
export const IS_VALUE = { field: 'q', is: '<', number: 2 } as const;
export const IS_BAD = { field: 'q', is: '=', number: 2 } as const;

/** What most questions have in common. */
export const WHOLE_SPAN = {
  where: [],
  over: 'range',
  by: [],
  every: null,
  fill: 'none',
  limit: null,
} as const satisfies Partial<Question>;
