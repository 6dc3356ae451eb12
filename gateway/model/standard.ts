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
/** 1 notice, 2 warning, 3 critical. */
export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity) + 1;

export type Zone = 'low-low' | 'low' | 'high' | 'high-high';
export const ZONES: readonly Zone[] = ['low-low', 'low', 'high', 'high-high'];

/** Whether the zone is entered by going up. */
export const isHigh = (zone: Zone): boolean => zone === 'high' || zone === 'high-high';
