import { readdirSync } from 'node:fs';
import { type Ms, realClock, type Timer } from '#model/time';
import { Scrape } from '../bench/scrape.ts';
import { usageOf } from '../bench/usage.ts';

/** What a process holds and how it keeps up, at one moment. */
export interface Sample {
  /** Since the begin of the load. */
  readonly at: Ms;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly handles: number;
  readonly threads: number;
  readonly cpuSeconds: number;
  /** Of the main thread, since the sample before. */
  readonly loopP99: Ms;
  readonly doorPending: number;
  readonly collectorQueue: number;
  readonly alarmLagRows: number;
  readonly influxLagRows: number;
  readonly journaled: number;
  readonly bad: number;
  readonly lost: number;
  readonly threadRestarts: number;
}

/** Looks at a gateway from outside, again and again. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #pid: number;
  readonly #url: string;
  readonly #every: Ms;
  readonly #startedAt = realClock.monotonic();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(pid: number, url: string, every: Ms) {
    this.#pid = pid;
    this.#url = url;
    this.#every = every;
  }

  start(): void {
    this.#timer = realClock.after(this.#every, () => {
      void this.look().finally(() => {
        if (!this.#stopped) this.start();
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async look(): Promise<Sample> {
    const scrape = await Scrape.from(this.#url);
    const { rss, cpu } = usageOf(this.#pid);
    const lag = (consumer: string) => scrape.sum('hygate_consumer_lag_rows', `consumer="${consumer}"`);
    const sample = {
      at: realClock.monotonic() - this.#startedAt,
      ...{ rssBytes: rss, cpuSeconds: cpu, heapBytes: scrape.sum('nodejs_heap_size_used_bytes') },
      handles: readdirSync(`/proc/${this.#pid}/fd`).length,
      threads: readdirSync(`/proc/${this.#pid}/task`).length,
      loopP99: scrape.sum('nodejs_eventloop_lag_p99_seconds') * 1000,
      doorPending: scrape.sum('hygate_door_pending_readings'),
      collectorQueue: scrape.sum('hygate_collector_queue_readings'),
      ...{ alarmLagRows: lag('alarms'), influxLagRows: lag('influx') },
      journaled: scrape.sum('hygate_readings_journaled_total'),
      bad: scrape.sum('hygate_readings_bad_total'),
      lost: scrape.sum('hygate_readings_lost_total'),
      threadRestarts: scrape.sum('hygate_thread_restarts_total'),
    };
    this.samples.push(sample);
    return sample;
  }
}
