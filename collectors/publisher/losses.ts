import type { Outage, ReportOutage } from '#model/outage';
import type { DeviceId } from '#model/point';
import type { Sample } from '#model/reading';

/** Samples of one device that never come to the door. */
export interface Dropped {
  readonly device: DeviceId;
  readonly samples: readonly Sample[];
}

interface Span {
  from: number;
  to: number;
  readings: number;
}

/** What was dropped, a span a device, until it is told: a full queue drops a batch with each that comes. */
export class Losses {
  readonly #spans = new Map<DeviceId, Span>();

  add({ device, samples }: Dropped): void {
    const span = this.#spans.get(device) ?? { from: Number.POSITIVE_INFINITY, to: 0, readings: 0 };
    this.#spans.set(device, span);
    for (const { at } of samples) {
      span.from = Math.min(span.from, at);
      span.to = Math.max(span.to, at + 1);
    }
    span.readings += samples.length;
  }

  /** Tells each device's span, and begins anew. */
  tell(report: ReportOutage): void {
    for (const [device, { from, to, readings }] of this.#spans) {
      report({ cause: 'dropped', device, from, to, readings } satisfies Outage);
    }
    this.#spans.clear();
  }
}
