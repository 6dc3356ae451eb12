import type { FaultRule, SignalRule } from '#model/rule';
import type { Ms } from '#model/time';
import { differenceSignal } from './difference.ts';
import { exposureSignal } from './exposure.ts';
import { faultSignal } from './fault.ts';
import { forecastSignal } from './forecast.ts';
import { frozenSignal } from './frozen.ts';
import { kineticMeanSignal } from './kinetic-mean.ts';
import { meanSignal } from './mean.ts';
import { rateSignal } from './rate.ts';
import type { Signal } from './signal.ts';

export interface SignalPlace {
  /** How often a reading is expected. */
  readonly every: Ms;
  /** IANA, of the site. */
  readonly timeZone: string;
}

/** What the rule makes of readings. */
export function signalOf(rule: SignalRule | FaultRule, place: SignalPlace): Signal<unknown> {
  switch (rule.kind) {
    case 'fault':
      return faultSignal(rule);
    case 'frozen':
      return frozenSignal(rule, place.every);
    case 'rate':
      return rateSignal(rule);
    case 'mean':
      return meanSignal(rule, place);
    case 'exposure':
      return exposureSignal(rule, place.every);
    case 'kinetic-mean':
      return kineticMeanSignal(rule, place.every);
    case 'difference':
      return differenceSignal(rule, place.every);
    case 'forecast':
      return forecastSignal(rule, place.every);
  }
}
