import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { type MeasuredGateway, READER } from './gateway.ts';
import { median, sum } from './sample.ts';
import { endsOf, histogramQuantile, rate, type Scrape, secondsOf } from './scrape.ts';
import { influxLagAt, notSustained, waitingAt } from './sustained.ts';
import { machineCpu, threadsOf, usageOf } from './usage.ts';

export interface TrialOptions {
  readonly gateway: MeasuredGateway;
  readonly fieldPid: number;
  readonly influxPid: number | undefined;
  /** Readings a second that the devices' periods ask for, and those of one read of a device. */
  readonly offered: number;
  readonly pointsOfDevice: number;
  readonly points: number;
  readonly scrapeEveryMs: number;
  readonly warmUpMs: number;
  readonly seconds: number;
}

/** What one gateway did at one rate. Rates are a second, CPU is cores in use. */
export interface Trial {
  readonly points: number;
  readonly offered: number;
  readonly journaled: number;
  /** Accepted by InfluxDB; null without one. */
  readonly forwarded: number | null;
  readonly live: number;
  /** Reads that were due and did not take place, as readings; dropped by a collector; bad. */
  readonly skipped: number;
  readonly lost: number;
  readonly bad: number;
  /** Readings that wait in the collectors and at the door. */
  readonly waiting: number;
  /** Rows that the alarms are behind, and readings that InfluxDB is behind; at the end. */
  readonly alarmLag: number;
  readonly influxLag: number;
  readonly cpu: {
    readonly gateway: number;
    readonly field: number;
    readonly influx: number;
    readonly bench: number;
    /** Programs that have nothing to do with the bench. */
    readonly others: number;
  };
  readonly cpuPerReadingUs: number;
  /** Cores that the gateway's busiest threads use, the busiest first. */
  readonly threads: readonly (readonly [name: string, cores: number])[];
  readonly rss: number;
  readonly peak: number;
  readonly loopP99Ms: number;
  readonly commitP50Ms: number;
  readonly commitP99Ms: number;
  /** Milliseconds from the gateway's start to its first durable reading. */
  readonly firstReadingAfter: number;
  /** Why the rate is not sustained; empty when it is. */
  readonly why: string;
}

/** Milliseconds after which a rate that falls short is given up. */
const GIVE_UP_AFTER = 6000;
const SHOWN_THREADS = 5;

/** Lets the gateway run in, then watches it. */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { gateway, warmUpMs, seconds, scrapeEveryMs, offered } = options;
  const screen = await openScreen(gateway.mqttUrl);
  try {
    await sleep(warmUpMs);
    const [before, liveBefore] = [usages(options), screen.messages];
    const scrapes = [await gateway.scrape()];
    for (let ms = scrapeEveryMs; ms <= seconds * 1000; ms += scrapeEveryMs) {
      await sleep(scrapeEveryMs);
      scrapes.push(await gateway.scrape());
      if (ms >= GIVE_UP_AFTER && rate(scrapes, 'hygate_readings_journaled_total') < 0.95 * offered) break;
    }
    return figures(options, scrapes, { before, after: usages(options), live: screen.messages - liveBefore });
  } finally {
    screen.close();
  }
}

/** A screen that shows every live value. */
async function openScreen(url: string): Promise<{ readonly messages: number; close(): void }> {
  const client = await mqtt.connectAsync(url, { username: READER.user, password: READER.password });
  let messages = 0;
  client.on('message', () => {
    messages++;
  });
  await client.subscribeAsync('hygate/bench/now/#');
  return {
    get messages() {
      return messages;
    },
    close: () => client.end(true),
  };
}

interface Used {
  readonly gateway: number;
  readonly field: number;
  readonly influx: number;
  readonly bench: number;
  readonly machine: number;
  readonly threads: ReadonlyMap<string, number>;
}

const usages = ({ gateway, fieldPid, influxPid }: TrialOptions): Used => ({
  gateway: usageOf(gateway.pid).cpu,
  field: usageOf(fieldPid).cpu,
  influx: influxPid === undefined ? 0 : usageOf(influxPid).cpu,
  bench: usageOf(process.pid).cpu,
  machine: machineCpu(),
  threads: threadsOf(gateway.pid),
});

interface Span {
  readonly before: Used;
  readonly after: Used;
  /** Messages that the screen got. */
  readonly live: number;
}

function figures(options: TrialOptions, scrapes: readonly Scrape[], { before, after, live }: Span): Trial {
  const { gateway, offered, pointsOfDevice, influxPid } = options;
  const [seconds, ends] = [secondsOf(scrapes), endsOf(scrapes)];
  const per = (name: string, label?: string) => rate(scrapes, name, label);
  const cores = (name: Exclude<keyof Used, 'threads'>) => (after[name] - before[name]) / seconds;
  const ours = {
    ...{ gateway: cores('gateway'), field: cores('field') },
    ...{ influx: cores('influx'), bench: cores('bench') },
  };
  const { rss, peak } = usageOf(gateway.pid);
  const journaled = per('hygate_readings_journaled_total');
  const last = ends[1];
  const trial = {
    ...{ points: options.points, offered, journaled, rss, peak, live: live / seconds },
    firstReadingAfter: gateway.firstReadingAfter,
    forwarded: influxPid === undefined ? null : per('hygate_forwarded_total'),
    skipped: per('hygate_device_reads_total', 'result="skipped"') * pointsOfDevice,
    lost: per('hygate_readings_lost_total'),
    bad: per('hygate_readings_bad_total'),
    waiting: waitingAt(last),
    alarmLag: last.sum('hygate_consumer_lag_rows', 'consumer="alarms"'),
    influxLag: influxPid === undefined ? 0 : influxLagAt(last),
    cpu: { ...ours, others: Math.max(0, cores('machine') - sum(Object.values(ours))) },
    cpuPerReadingUs: ((after.gateway - before.gateway) * 1e6) / (journaled * seconds),
    threads: busiest(before.threads, after.threads).map(([name, cpu]) => [name, cpu / seconds] as const),
    loopP99Ms:
      median(scrapes.slice(1).map((scrape) => scrape.sum('nodejs_eventloop_lag_p99_seconds'))) * 1000,
    commitP50Ms: histogramQuantile('hygate_journal_commit_seconds', 0.5, ends) * 1000,
    commitP99Ms: histogramQuantile('hygate_journal_commit_seconds', 0.99, ends) * 1000,
  };
  return { ...trial, why: notSustained(trial, scrapes) };
}

function busiest(before: Used['threads'], after: Used['threads']): readonly (readonly [string, number])[] {
  const used = [...after].map(([name, cpu]) => [name, cpu - (before.get(name) ?? 0)] as const);
  return used.sort(([, a], [, b]) => b - a).slice(0, SHOWN_THREADS);
}
