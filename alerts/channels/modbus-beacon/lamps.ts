import type { Scene } from '#model/channel';
import { SEVERITIES, type Severity } from '#model/standard';

/** The outputs, in the order in which they are written: what wakes people comes first. */
const OUTPUTS = ['horn', 'red', 'amber', 'healthy'] as const;
export type Output = (typeof OUTPUTS)[number];

export interface Wiring extends Readonly<Partial<Record<Output, number>>> {
  readonly hornFrom: 'critical' | 'warning';
  readonly closedCircuit: readonly ('red' | 'amber' | 'horn')[];
}

/** What is to be seen and heard. */
export interface Show {
  readonly scene: Scene;
  /** The horn is off. */
  readonly muted: boolean;
  /** Everything is on. */
  readonly testing: boolean;
  readonly healthy: boolean;
}

export interface Coil {
  readonly output: Output;
  readonly address: number;
  readonly on: boolean;
}

/** The coils of a show: only those that are configured, and no others, are ever written. */
export function coilsOf(wiring: Wiring, show: Show): Coil[] {
  const works = working(wiring, show);
  return OUTPUTS.flatMap((output) => {
    const address = wiring[output];
    if (address === undefined) return [];
    const closed = output !== 'healthy' && wiring.closedCircuit.includes(output);
    return [{ output, address, on: works[output] !== closed }];
  });
}

/** A lamp stays lit while an alarm lasts or nobody has taken it; the horn is for those that nobody has taken. */
function working({ hornFrom }: Wiring, { scene, muted, testing, healthy }: Show): Record<Output, boolean> {
  const worst = worse(scene.active, scene.unacknowledged);
  return {
    horn: testing || (!muted && rank(scene.unacknowledged) >= rank(hornFrom)),
    red: testing || worst === 'critical',
    amber: testing || worst === 'warning',
    healthy,
  };
}

/** 0 for none; a worse severity has a higher one. */
export const rank = (severity: Severity | null): number =>
  severity === null ? 0 : SEVERITIES.indexOf(severity) + 1;

const worse = (a: Severity | null, b: Severity | null): Severity | null => (rank(a) >= rank(b) ? a : b);
