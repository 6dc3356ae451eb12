import type { Alarm } from '#model/alarm';
import { SEVERITIES, type Severity } from '#model/standard';
import type { EpochMs } from '#model/time';

/** What a heartbeat says. That none comes says the most. */
export interface Pulse {
  readonly site: string;
  readonly at: EpochMs;
  readonly startedAt: EpochMs;
  /** `degraded`: the gateway works and has something to complain of. */
  readonly status: 'ok' | 'degraded';
  /** What it complains of, as `/healthz` says it. */
  readonly complaints: readonly string[];
  /** Alarms that nobody has taken. */
  readonly unacknowledged: Readonly<Record<Severity, number>>;
}

export interface PulseSources {
  readonly site: string;
  readonly startedAt: EpochMs;
  readonly complaints: () => readonly string[];
  readonly open: () => readonly Alarm[];
}

export function takePulse({ site, startedAt, complaints, open }: PulseSources, at: EpochMs): Pulse {
  const said = complaints();
  const waiting = open().filter(({ state }) => state === 'unacknowledged' || state === 'returned');
  const counts = SEVERITIES.map((severity) => [
    severity,
    waiting.filter(({ rule }) => rule.severity === severity).length,
  ]);
  return {
    ...{ site, at, startedAt, complaints: said },
    status: said.length === 0 ? 'ok' : 'degraded',
    unacknowledged: Object.fromEntries(counts),
  };
}
