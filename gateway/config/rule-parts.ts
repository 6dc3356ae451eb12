import type { DailySpan } from '#model/rule';
import type { Basis } from '#model/standard';
import type { LimitForm } from './rule-file.ts';
import { spansOf } from './schedule.ts';

/** Of a number that stands in the site file. */
export const SITE: Basis = { document: 'site file', certainty: 'E' };
/** Of a number that nobody gave. */
export const HYGATE: Basis = { document: 'Hygate', certainty: 'E' };

type Common = Pick<LimitForm, 'latch' | 'during'>;

/** What a rule may have and need not, where somebody gave it: the rule itself before the table, before the point. */
export function optionalParts(
  file: Common,
  table: { readonly latch?: true; readonly people?: number },
  ofPoint?: readonly DailySpan[],
): { latch?: true; people?: number; during?: readonly DailySpan[] } {
  const during = file.during === undefined ? ofPoint : spansOf(file.during);
  return {
    ...((file.latch ?? table.latch) === true && { latch: true }),
    ...(table.people !== undefined && { people: table.people }),
    ...(during !== undefined && { during }),
  };
}
