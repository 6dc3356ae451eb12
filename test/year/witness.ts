import type { Reading } from '#model/reading';
import type { SitePoint } from '#model/site';
import type { EpochMs } from '#model/time';
import { noiseOf } from '../../firmware-sim/physics/instruments.ts';
import type { Incident } from './incident.ts';
import { FrozenOracle, LimitOracle, type Minute, type Oracle, SilenceOracle } from './oracle.ts';

/** What the world knows of one point: its oracles, one for each rule that can be told from the world alone. */
export class Witness {
  readonly point: SitePoint;
  readonly oracles: readonly Oracle[];
  readonly #minute: Minute = {
    ...{ at: 0, truth: Number.NaN, known: false, heard: false, frozen: false },
    ...{ reason: null, gatewayUp: true },
  };
  /** Troubles of its sensor that last. */
  #troubles: Incident[] = [];

  constructor(point: SitePoint) {
    this.point = point;
    this.oracles = point.rules.flatMap((rule): Oracle[] => {
      const { id, every, quantity } = point;
      if (rule.kind === 'limit') return [new LimitOracle(id, rule, noiseOf(quantity), every)];
      if (rule.kind === 'no-data' || rule.kind === 'fault') return [new SilenceOracle(id, rule, every)];
      return rule.kind === 'frozen' ? [new FrozenOracle(id, rule, every)] : [];
    });
  }

  begin(incident: Incident): void {
    if (incident.point === this.point.key) this.#troubles.push(incident);
  }

  end(incident: Incident): void {
    this.#troubles = this.#troubles.filter((other) => other !== incident);
  }

  /** `arrives`: at once, later, or never. */
  see(
    reading: Reading,
    truth: number | undefined,
    arrives: 'now' | 'later' | 'never',
    gatewayUp: boolean,
  ): void {
    const minute = this.#minute;
    const { at, quality, reason } = reading;
    const good = quality === 'good';
    minute.at = at;
    minute.truth = (truth ?? Number.NaN) + (this.#troubles.length === 0 ? 0 : this.#drift(at));
    minute.known =
      good && arrives !== 'never' && this.#troubles.every(({ kind }) => kind === 'sensor drifts');
    minute.heard = good && arrives === 'now';
    minute.frozen = this.#troubles.some(({ kind }) => kind === 'sensor frozen');
    minute.reason = arrives === 'now' ? reason : null;
    minute.gatewayUp = gatewayUp;
    for (const oracle of this.oracles) oracle.see(minute);
  }

  #drift(at: EpochMs): number {
    const drift = this.#troubles.find(({ kind }) => kind === 'sensor drifts');
    return drift === undefined ? 0 : ((drift.options.rate ?? 0) * (at - drift.from)) / 3_600_000;
  }
}
