import type { LimitTable } from '#model/limit-table';
import type { NoDataRule } from '#model/rule';
import { MINUTE, type Ms } from '#model/time';
import { NO_DATA } from './advice.ts';
import { HYGATE, SITE } from './rule-parts.ts';

/** Silence is an alarm after this, or after so many periods: two missed ones are only a suspicion. */
const SILENCE: Ms = 5 * MINUTE;
const SILENT_PERIODS = 5;

/** A table's time is never shorter than two periods: one missed reading is not silence. */
export function noDataRule(table: LimitTable | undefined, every: Ms, silence: Ms | undefined): NoDataRule {
  const standard = table?.noData;
  const usual =
    standard === undefined ? Math.max(SILENCE, SILENT_PERIODS * every) : Math.max(standard.after, 2 * every);
  return {
    kind: 'no-data',
    id: 'no-data',
    after: silence ?? usual,
    severity: standard?.severity ?? 'warning',
    basis: silence === undefined ? (standard?.basis ?? HYGATE) : SITE,
    advice: NO_DATA,
    ...(standard?.people !== undefined && { people: standard.people }),
  };
}
