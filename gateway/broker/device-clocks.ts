import type { JournalEvent } from '#model/journal';
import type { Meter } from '#model/meter';
import type { DeviceId } from '#model/point';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';

/** Further off than this is worth telling; a quartz clock needs weeks to drift so far. */
const WORTH_TELLING: Ms = MINUTE;
/** Two messages that agree so well were sent by one clock, and not kept back on their way for different times. */
const AGREE: Ms = MINUTE;
/** A device whose clock jumps about must not fill the journal. */
const TELL_EVERY: Ms = 10 * MINUTE;

interface DeviceClock {
  /** What the last message said: our clock less the device's. */
  offset: Ms;
  /** What the journal was told last; 0 before anything was. */
  told: Ms;
  toldAt: Ms;
}

export interface Shown {
  readonly device: DeviceId;
  /** What the clock of the device showed when it sent, and ours when the message came. */
  readonly shown: EpochMs;
  readonly now: EpochMs;
  readonly monotonic: Ms;
}

/** How far the clocks of devices are off that tell what they show. */
export class DeviceClocks {
  readonly #meter: Meter;
  readonly #clocks = new Map<DeviceId, DeviceClock>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /**
   * Our clock less the device's, when it can be believed. A message cannot come before it was sent, so a clock that is
   * ahead is believed at once; one that is behind may be a message that was kept back, unless the one before says the
   * same.
   */
  offset({ device, shown, now }: Shown): Ms | null {
    const offset = now - shown;
    const before = this.#clocks.get(device);
    const believed = offset <= 0 || (before !== undefined && Math.abs(offset - before.offset) <= AGREE);
    if (before === undefined) this.#clocks.set(device, { offset, told: 0, toldAt: -TELL_EVERY });
    else before.offset = offset;
    if (!believed) return null;
    this.#meter.gauge('hygate_device_clock_offset_seconds', offset / SECOND, { device });
    return offset;
  }

  /** What the journal should know of it: that a clock is off, is off by another time, or is right again. */
  event({ device, now, monotonic }: Shown, offset: Ms): JournalEvent | undefined {
    const clock = this.#clocks.get(device);
    if (clock === undefined || monotonic - clock.toldAt < TELL_EVERY) return undefined;
    if (Math.abs(offset - clock.told) < WORTH_TELLING) return undefined;
    const data = { device, offset, before: clock.told };
    clock.told = offset;
    clock.toldAt = monotonic;
    return { type: 'device-clock-off', at: now, by: null, data };
  }
}
