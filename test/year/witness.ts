import type { Reading } from '#model/reading';
import type { Rule } from '#model/rule';
import type { SitePoint } from '#model/site';
import type { EpochMs } from '#model/time';
import { noiseOf } from '../../firmware-sim/physics/instruments.ts';
import type { Incident } from './incident.ts';
import {
  ForecastOracle,
  FrozenOracle,
  LimitOracle,
  type Minute,
  type Oracle,
  RateOracle,
  SilenceOracle,
} from './oracle.ts';

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
    this.oracles = point.rules.flatMap((rule) => oracleOf(point, rule) ?? []);
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

/** Undefined of what only the incidents can tell. */
function oracleOf({ id, every, quantity }: SitePoint, rule: Rule): Oracle | undefined {
  switch (rule.kind) {
    case 'limit':
      return new LimitOracle(id, rule, noiseOf(quantity), every);
    case 'no-data':
    case 'fault':
      return new SilenceOracle(id, rule, every);
    case 'frozen':
      return new FrozenOracle(id, rule, every);
    case 'rate':
      return new RateOracle(rule, noiseOf(quantity), every);
    case 'forecast':
      return new ForecastOracle(rule, every);
    default:
      return undefined;
  }
}
