import type { JournalEvent } from '#model/journal';
import type { Reading } from '#model/reading';
import type { Site, SiteDevice } from '#model/site';
import { type EpochMs, HOUR, MINUTE, type Ms, SECOND } from '#model/time';
import { SimDevice } from '../../firmware-sim/device.ts';
import { modelFor, startModel } from '../../firmware-sim/physics/models.ts';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { befalls, suffered } from './day-incidents.ts';

/** Midnight in the hospital: 2026-11-19 00:00 +08:00. */
export const DAY_BEGINS: EpochMs = Date.UTC(2026, 10, 18, 16);
const DAY_MINUTES = 24 * 60;
/** The next midnight; from then on the real gateway lives. */
export const DAY_ENDS: EpochMs = DAY_BEGINS + DAY_MINUTES * MINUTE;

/** Every half minute in this hour, every minute else. */
const CLOSELY = { from: 14 * 60, to: 15 * 60 };
const STEP: Ms = 30 * SECOND;

/** A row of the journal as it came. */
export interface DayRow {
  readonly arrived: EpochMs;
  readonly readings: readonly Reading[];
}

/** Everything that the hospital's devices told in a day, in the order in which it came; the same each time. */
export function hospitalDay(site: Site): readonly DayRow[] {
  const courses = site.devices.map((device, index) => new DeviceCourse(device, index));
  const minutes = Array.from({ length: DAY_MINUTES }, (_, minute) => minute);
  return minutes.map((minute) => ({
    arrived: DAY_BEGINS + minute * MINUTE + 59 * SECOND,
    readings: courses.flatMap((course) => course.minute(minute)),
  }));
}

/** One device through the day. Half of the devices are read on the very minute, where buckets have their borders. */
class DeviceCourse {
  readonly #device: SiteDevice;
  readonly #simulated: SimDevice;
  readonly #offset: Ms;
  #kept: Reading[] = [];

  constructor(device: SiteDevice, index: number) {
    const { id, driver, link, points } = device;
    const process = startModel(modelFor(driver, points), seededRandom(5, id));
    this.#device = device;
    this.#simulated = new SimDevice({
      ...{ id, points, process, protocol: link.protocol },
      random: seededRandom(6, id),
    });
    this.#offset = index % 2 === 0 ? 0 : 137 * index;
  }

  minute(minute: number): readonly Reading[] {
    const closely = minute >= CLOSELY.from && minute < CLOSELY.to;
    const steps = [0, STEP].map((second) => this.#step(minute, second));
    const came = steps.slice(0, closely ? 2 : 1).flat();
    if (!befalls(this.#device.id, 'late', minute)) return [...this.#kept.splice(0), ...came];
    this.#kept.push(...came);
    return [];
  }

  #step(minute: number, second: Ms): readonly Reading[] {
    const { id, points } = this.#device;
    for (const fault of ['door-open', 'power-cut'] as const) {
      if (befalls(id, fault, minute)) this.#simulated.faults.set(fault, {});
      else this.#simulated.faults.clear(fault);
    }
    const passed = minute * MINUTE + second;
    this.#simulated.step({ dt: STEP / SECOND, hour: passed / HOUR, sitePowered: true });
    const at = DAY_BEGINS + passed + this.#offset;
    return points.flatMap((point, index) => {
      const value = Number((this.#simulated.values[index] ?? 0).toFixed(3));
      const reading: Reading = { point: point.id, at, value, quality: 'good', reason: null };
      return suffered(reading, id, minute) ?? [];
    });
  }
}

/** What happened beside the readings. Two at the same moment, and a text with every sign that could break a line. */
export const DAY_EVENTS: readonly JournalEvent[] = [
  event(8, 'user-created', 'admin', { name: 'li', role: 'operator' }),
  event(483, 'link-answered', 'li', {}),
  event(483, 'indicator-muted', '王 "护士", a=b\\', { from: '192.168.10.7' }),
  event(618, 'payload-refused', 'box-1', { device: 'box-1', why: 'not JSON:\n{"v":1,' }),
  event(722, 'point-out-of-service', 'zhao', {
    ...{ point: 'waste-scale-1.weight', until: DAY_BEGINS + 800 * MINUTE, comment: '校秤' },
  }),
  event(1201, 'gateway-stopped', null, {}),
  event(1225, 'gateway-started', null, { version: '0.1.0' }),
];

function event(minute: number, type: string, by: string | null, data: JournalEvent['data']): JournalEvent {
  return { type, at: DAY_BEGINS + minute * MINUTE, by, data };
}
