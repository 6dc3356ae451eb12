import type { EpochMs } from '#model/time';

/** A turn at a rota. Nobody in a gap: then everybody of the rota is told. */
export interface Turn {
  readonly shift: string;
  readonly name: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

/** One rota of GET /api/v1/oncall. */
export interface RotaDuty {
  readonly rota: string;
  readonly name: string;
  readonly now: Turn;
  /** Who just went and is still told. */
  readonly outgoing: readonly Turn[];
  readonly next: Turn;
}

/** Whoever is on call now, each once. */
export const peopleNow = (duties: readonly RotaDuty[]): string[] => [
  ...new Set(duties.flatMap(({ now }) => now.people.map(({ name }) => name))),
];
