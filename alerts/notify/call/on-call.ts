import type { Duty, OnCall } from '#model/oncall';
import type { Site } from '#model/site';
import type { EpochMs } from '#model/time';
import { dutiesAt } from './rota.ts';

/** Who is on call by the rotas of the site. */
export const onCallOf = (site: Pick<Site, 'rotas' | 'timeZone'>): OnCall => new SiteOnCall(site);

/** Remembers the last answer for as long as it holds: it is asked with each alarm and each second, mostly in order. */
class SiteOnCall implements OnCall {
  readonly #site: Pick<Site, 'rotas' | 'timeZone'>;
  #latest: readonly Duty[] = [];

  constructor(site: Pick<Site, 'rotas' | 'timeZone'>) {
    this.#site = site;
  }

  at(at: EpochMs): readonly Duty[] {
    const { rotas, timeZone } = this.#site;
    const holds = this.#latest.length > 0 && this.#latest.every(({ from, to }) => from <= at && at < to);
    if (!holds) this.#latest = rotas.flatMap((rota) => dutiesAt(rota, at, timeZone));
    return this.#latest;
  }
}
