import type { Quantity } from './quantity.ts';
import type { DifferenceRule, FaultRule, ForecastRule, SignalRule, Threshold } from './rule.ts';
import type { Basis, Severity, Zone } from './standard.ts';
import type { Text } from './text.ts';
import type { Ms } from './time.ts';

/*
 * A standard as data: what its tables ask of each quantity. The site file makes rules of points out of it.
 */

export interface Limit {
  /** In the quantity's unit. */
  readonly value: number;
  /** The limit itself already counts as crossed (`≥ 5`); else only beyond it (`> 8`). */
  readonly inclusive?: boolean;
  readonly severity: Severity;
  /** These three replace the row's, for this zone. */
  readonly onDelay?: Ms;
  readonly offDelay?: Ms;
  readonly deadband?: number;
  /** When it is over and acknowledged it still waits until somebody resets it. */
  readonly latch?: true;
  /** At least so many people are told at once. */
  readonly people?: number;
  readonly basis: Basis;
}

/** To what it applies: every point of the device with that quantity, or `key` alone. */
export interface Scope {
  readonly quantity: Quantity;
  readonly key?: string;
}

/** Limits of one quantity. */
export interface LimitRow extends Scope {
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

/** What a table need not say: not inclusive, and 0. */
type Usual = 'inclusive' | 'deadband' | 'onDelay' | 'offDelay';
type Brief<Rule> = Rule extends Threshold
  ? Omit<Rule, Usual> & Partial<Pick<Rule, Usual>>
  : Rule extends unknown
    ? Rule
    : never;

/** Another point of the same device is named by its key. */
export type TableDifference = Omit<Brief<DifferenceRule>, 'other'> & { readonly otherKey: string };

/** It looks ahead to the point's own limit `high` or `low`, whatever the site has made of that. */
export type TableForecast = Omit<Brief<ForecastRule>, 'limit' | 'inclusive'>;

/** Any rule that is not a limit. Two rows for one rule of a point: the one that names its key goes before. */
export type TableRule = Scope & {
  readonly rule:
    | Brief<Exclude<SignalRule, DifferenceRule | ForecastRule>>
    | TableDifference
    | TableForecast
    | FaultRule;
};

export interface LimitTable {
  readonly title: Text;
  readonly rows: readonly LimitRow[];
  readonly rules?: readonly TableRule[];
  /** Silence of any of the device's points longer than this is an alarm. */
  readonly noData: {
    readonly after: Ms;
    readonly severity: Severity;
    readonly people?: number;
    readonly basis: Basis;
  };
}

/** A limit table as a value: default export of `alerts/standards/<name>/standard.ts`. */
export interface Standard {
  /** Equal to the folder's name. */
  readonly name: string;
  readonly title: Text;
  /** A site refers to one as `<name>/<table>`. */
  readonly tables: Readonly<Record<string, LimitTable>>;
}
