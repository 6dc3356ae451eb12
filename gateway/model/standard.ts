import type { Quantity } from './quantity.ts';
import type { Text } from './text.ts';
import type { Ms } from './time.ts';

/**
 * How sure we are of a number. S: read in the standard's own text. S2: read in a secondary source that names it.
 * M+: remembered, confident. M?: remembered, uncertain. E: our engineering default; no standard says it.
 */
export type Certainty = 'S' | 'S2' | 'M+' | 'M?' | 'E';

/** Only S and S2 may be shown as "per clause"; the rest is shown as a default. */
export const isCited = (certainty: Certainty): boolean => certainty === 'S' || certainty === 'S2';

export interface Basis {
  /** `GB 18466-2005`. */
  readonly document: string;
  /** `Table 2 note 1`; left out where no source showed it. */
  readonly clause?: string;
  readonly certainty: Certainty;
}

export type Severity = 'notice' | 'warning' | 'critical';
export const SEVERITIES: readonly Severity[] = ['notice', 'warning', 'critical'];

export type Zone = 'low-low' | 'low' | 'high' | 'high-high';
export const ZONES: readonly Zone[] = ['low-low', 'low', 'high', 'high-high'];

/** Whether the zone is entered by going up. */
export const isHigh = (zone: Zone): boolean => zone === 'high' || zone === 'high-high';

export interface Limit {
  /** In the quantity's unit. */
  readonly value: number;
  /** The limit itself already counts as crossed (`≥ 5`); else only beyond it (`> 8`). */
  readonly inclusive?: boolean;
  readonly severity: Severity;
  /** Replaces the row's, for this zone. */
  readonly onDelay?: Ms;
  readonly basis: Basis;
}

/** Limits of one quantity. Applies to every point of the device with that quantity, or to `key` alone. */
export interface LimitRow {
  readonly quantity: Quantity;
  readonly key?: string;
  readonly limits: Readonly<Partial<Record<Zone, Limit>>>;
  /** How long the value must stay beyond a limit before the alarm is raised, in the readings' own time. */
  readonly onDelay: Ms;
  /** How long it must be back before the alarm clears. */
  readonly offDelay?: Ms;
  /** How far back inside a limit the value must come to clear; in the quantity's unit. */
  readonly deadband: number;
  /** What to do, for the person who is called. */
  readonly advice: Text;
}

export interface LimitTable {
  readonly title: Text;
  readonly rows: readonly LimitRow[];
  /** Silence of any of the device's points longer than this is an alarm. */
  readonly noData: { readonly after: Ms; readonly severity: Severity; readonly basis: Basis };
}

/** A limit table as a value: default export of `alerts/standards/<name>/standard.ts`. */
export interface Standard {
  /** Equal to the folder's name. */
  readonly name: string;
  readonly title: Text;
  /** A site refers to one as `<name>/<table>`. */
  readonly tables: Readonly<Record<string, LimitTable>>;
}
