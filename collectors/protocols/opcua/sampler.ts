import type { DataValue } from 'node-opcua-client';
import type { Reason } from '#model/quality';
import { badSample, type Sample } from '#model/reading';
import type { SiteDevice } from '#model/site';
import type { EpochMs } from '#model/time';
import {
  noStamps,
  type Stamped,
  type Stamps,
  stampChange,
  stampConfirmation,
  stampPoll,
  type Times,
} from './stamp.ts';
import { type Measured, measure, type OpcuaPointPlan } from './value.ts';

interface PointState {
  readonly plan: OpcuaPointPlan;
  stamps: Stamps;
  /** What the newest change said. */
  last: Measured | undefined;
}

/** Undefined belongs to a node that the server does not know. */
type Found = DataValue | undefined;

/** Makes samples of data values. Remembers of each point just enough that no two samples carry the same time. */
export class Sampler {
  readonly #points: readonly PointState[];

  constructor(plans: readonly OpcuaPointPlan[]) {
    this.#points = plans.map((plan) => ({ plan, stamps: noStamps, last: undefined }));
  }

  /** Of a data change; undefined when it repeats what is known, as the first one of every new subscription does. */
  change(index: number, data: DataValue, now: EpochMs): Sample | undefined {
    const point = this.#points[index];
    if (point === undefined) return undefined;
    const measured = measure(data, point.plan);
    const times = timesOf(data);
    const repeated =
      times.source === point.stamps.source && point.last !== undefined && same(measured, point.last);
    return repeated ? undefined : this.#sample(point, measured, stampChange(point.stamps, times, now));
  }

  /** Of one read of all points, which is all that is known of them. Values in the points' order. */
  poll(values: readonly Found[], now: EpochMs): readonly Sample[] {
    return this.#read(values, (stamps, times) => stampPoll(stamps, times, now));
  }

  /** Of one read beside a subscription. */
  confirm(values: readonly Found[], now: EpochMs): readonly Sample[] {
    return this.#read(values, (stamps, { server }) => stampConfirmation(stamps, server, now));
  }

  /** Of a device that could not be read. */
  failed(reason: Reason, now: EpochMs): readonly Sample[] {
    return this.#points.map((point) => {
      const { at, stamps } = stampConfirmation(point.stamps, null, now);
      point.stamps = stamps;
      return badSample(point.plan.key, at, reason);
    });
  }

  #read(values: readonly Found[], stamp: (stamps: Stamps, times: Times) => Stamped): readonly Sample[] {
    return this.#points.map((point, index) => {
      const data = values[index];
      const measured = data === undefined ? unknownNode : measure(data, point.plan);
      return this.#sample(point, measured, stamp(point.stamps, data === undefined ? noTimes : timesOf(data)));
    });
  }

  #sample(point: PointState, measured: Measured, { at, wrongClock, stamps }: Stamped): Sample {
    point.stamps = stamps;
    point.last = measured;
    const doubted = wrongClock && measured.quality === 'good';
    const said: Measured = doubted ? { ...measured, quality: 'uncertain', reason: 'clock' } : measured;
    return { key: point.plan.key, at, ...said };
  }
}

/** What to read of a device: the addresses of its link with the ranges of its points. */
export function plansOf(device: SiteDevice): readonly OpcuaPointPlan[] {
  if (device.link.protocol !== 'opcua') return [];
  const ranges = new Map(device.points.map(({ key, range }) => [key, range]));
  return device.link.points.map(({ key, address }) => ({
    key,
    address,
    range: ranges.get(key) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  }));
}

const unknownNode: Measured = { value: null, quality: 'bad', reason: 'device-exception' };
const noTimes: Times = { source: null, server: null };

const timesOf = ({ sourceTimestamp, serverTimestamp }: DataValue): Times => ({
  source: sourceTimestamp?.getTime() ?? null,
  server: serverTimestamp?.getTime() ?? null,
});

const same = (one: Measured, other: Measured): boolean =>
  one.value === other.value && one.quality === other.quality && one.reason === other.reason;
