import type { Alarms } from '#model/alarm';
import type { ReportCondition } from '#model/condition';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Part } from '#model/part';
import type { Site } from '#model/site';
import type { Clock } from '#model/time';
import { Heartbeat } from './heartbeat/heartbeat.ts';
import type { Metrics } from './runtime/metrics.ts';
import { SelfWatch } from './watch/self-watch.ts';
import { VitalsWatch } from './watch/vitals-watch.ts';

export interface WatchingOptions {
  readonly site: Site;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Metrics;
  readonly journal: Pick<Journal, 'head' | 'record'>;
  readonly alarms: Pick<Alarms, 'open'>;
  readonly report: ReportCondition;
  readonly complaints: () => readonly string[];
}

/** Who watches the watcher: the gateway itself as far as it can, and for its death somebody else. */
export function watching(options: WatchingOptions): Part[] {
  const { site, journal, alarms, meter } = options;
  const head = () => journal.head();
  const self = new SelfWatch({ ...options, head, cursors: () => cursorsOf(meter, head()) });
  const vitals = new VitalsWatch(options);
  const { heartbeat } = site;
  if (heartbeat === null) return [self, vitals];
  return [self, vitals, new Heartbeat({ ...options, heartbeat, site: site.id, open: () => alarms.open() })];
}

/** Consumers live in threads of their own; how far each is behind they all tell the metrics. */
async function cursorsOf(meter: Metrics, head: number): Promise<ReadonlyMap<string, number>> {
  const lags = await meter.registry.getSingleMetric('hygate_consumer_lag_rows')?.get();
  return new Map(lags?.values.map(({ labels, value }) => [String(labels['consumer']), head - value]));
}
