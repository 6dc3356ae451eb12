import type { Meter } from '#model/meter';
import type { EpochMs } from '#model/time';
import type { Aside } from './delivery.ts';
import { ASIDE_REASONS } from './refusal.ts';
import { SetAside } from './set-aside.ts';

/** What InfluxDB will never take, on its way into the file; counts it, and shows what lies there. */
export class AsideDesk {
  readonly #file: SetAside;
  readonly #meter: Meter;
  #version = -1;
  #lines = 0;

  constructor(path: string, meter: Meter) {
    this.#file = new SetAside(path);
    this.#meter = meter;
  }

  /** On disk when it returns. */
  take(refused: readonly Aside[], now: EpochMs): void {
    if (refused.length === 0) return;
    const dropped = this.#file.add(refused, now);
    for (const { reason } of refused) this.#meter.count('hygate_forward_rejected_total', { reason });
    if (dropped > 0) this.#meter.count('hygate_forward_aside_dropped_total', {}, dropped);
    this.#show();
  }

  /** Somebody may be replaying what was set aside. */
  look(): void {
    if (this.#file.version() !== this.#version) this.#show();
  }

  notes(): readonly string[] {
    const many = this.#lines.toLocaleString('en-US');
    return this.#lines === 0
      ? []
      : [`InfluxDB would not take ${many} rows; they are set aside: hygate replay --dry-run says why.`];
  }

  close(): void {
    this.#file.close();
  }

  #show(): void {
    this.#version = this.#file.version();
    const groups = new Map(this.#file.groups().map(({ reason, lines }) => [reason, lines]));
    this.#lines = [...groups.values()].reduce((sum, lines) => sum + lines, 0);
    for (const reason of ASIDE_REASONS) {
      this.#meter.gauge('hygate_forward_aside_lines', groups.get(reason) ?? 0, { reason });
    }
  }
}
