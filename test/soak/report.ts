import { type Ms, SECOND } from '#model/time';
import { quantile } from '../bench/sample.ts';
import { type Cell, formatTable, msText } from '../kit/table.ts';
import type { Sample } from './sampler.ts';
import { slopeOf } from './slope.ts';
import type { Said, SoakResult } from './soak-run.ts';

const HOUR_MS = 3_600_000;
const MB = 2 ** 20;
/** Until caches are full and code is compiled, memory says nothing: a quarter of the run, at most ten minutes. */
const WARM_UP = 0.25;
const LONGEST_WARM_UP: Ms = 600 * SECOND;

/** What a soak found, as tables. */
export function report(result: SoakResult): string {
  return [resources(result), readings(result), faults(result)].join('\n');
}

/** Nothing lost, doubled or wrong, and the commands that look at the folder agree. */
export const isSound = ({ verdict, polled, verify, audit }: SoakResult): boolean =>
  verdict.lost + verdict.doubled + verdict.wrong + polled.wrong === 0 &&
  verify.code === 0 &&
  audit.code === 0;

/** The samples after the warm-up. */
function warm(samples: readonly Sample[]): readonly Sample[] {
  const length = samples.at(-1)?.at ?? 0;
  return samples.filter(({ at }) => at >= Math.min(length * WARM_UP, LONGEST_WARM_UP));
}

function resources({ samples, worstAcknowledgement }: SoakResult): string {
  const late = warm(samples);
  const of = (key: keyof Sample) => late.map((sample) => sample[key]);
  const line = (name: string, key: keyof Sample, unit = 1): Cell[] => {
    const values = of(key).map((value) => value / unit);
    const { slope, error } = slopeOf(late.map((sample) => [sample.at / HOUR_MS, sample[key] / unit]));
    const change = `${slope.toFixed(2)} ± ${error.toFixed(2)}`;
    return [name, values[0] ?? null, values.at(-1) ?? null, Math.max(...values), change];
  };
  const [first, last] = [late[0], late.at(-1)];
  const seconds = ((last?.at ?? 0) - (first?.at ?? 0)) / SECOND;
  const rate = (key: 'journaled' | 'cpuSeconds') => ((last?.[key] ?? 0) - (first?.[key] ?? 0)) / seconds;
  return formatTable({
    title: `The gateway, ${late.length} looks in ${(seconds / 60).toFixed(1)} min after the warm-up`,
    head: ['what', 'first', 'last', 'most', 'change an hour'],
    rows: [
      line('resident, MB', 'rssBytes', MB),
      line('heap of the main thread, MB', 'heapBytes', MB),
      line('file handles', 'handles'),
      line('threads', 'threads'),
      line('readings that wait at the door', 'doorPending'),
      line('readings that wait in the collectors', 'collectorQueue'),
      line('rows that the alarms are behind', 'alarmLagRows'),
      line('rows that InfluxDB is behind', 'influxLagRows'),
    ],
    notes: [
      `Event loop, 99th percentile of each look: ${msText(quantile(of('loopP99'), 0.5))} at the median, ${msText(quantile(of('loopP99'), 0.99))} at the 99th percentile of the looks, ${msText(Math.max(...of('loopP99')))} at most.`,
      `Readings journaled ${rate('journaled').toFixed(0)} a second, with ${rate('cpuSeconds').toFixed(2)} of a core. Slowest PUBACK ${msText(worstAcknowledgement)}.`,
      `Readings of quality bad ${last?.bad}, dropped before the door ${last?.lost}, threads started again ${last?.threadRestarts}.`,
    ],
  });
}

function readings({ verdict, polled, segments, verify, audit }: SoakResult): string {
  const { acknowledged, stored, lost, doubled, wrong } = verdict;
  return formatTable({
    title: 'Readings',
    head: ['of', 'acknowledged', 'stored', 'lost', 'doubled', 'wrong'],
    rows: [
      ['loggers that count', ...[acknowledged, stored, lost, doubled, wrong].map(String)],
      ['devices with the pattern', null, String(polled.stored), null, null, String(polled.wrong)],
    ],
    notes: [
      `The chain holds over ${segments} segments.`,
      `hygate verify: ${saidText(verify)}`,
      `hygate audit: ${saidText(audit)}`,
    ],
  });
}

const saidText = ({ code, lastLine }: Said): string => `exit ${code}, ${lastLine}`;

function faults({ field, peers }: SoakResult): string {
  const all = [
    ...field.map(({ device, fault, at, lasts }) => ({ what: device, fault: fault as string, at, lasts })),
    ...peers.map(({ fault, at, lasts }) => ({ what: 'peers', fault: fault as string, at, lasts })),
  ].sort((a, b) => a.at - b.at);
  return formatTable({
    title: `${all.length} faults`,
    head: ['at', 'for', 'what', 'fault'],
    rows: all.map(({ what, fault, at, lasts }) => [msText(at), msText(lasts), what, fault]),
  });
}
