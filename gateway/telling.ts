import { join } from 'node:path';
import type { Way } from '#model/channel';
import type { Journal } from '#model/journal';
import type { IssueLink } from '#model/link';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Site } from '#model/site';
import type { Clock } from '#model/time';
import type { AlarmEngine } from '../alerts/engine/engine.ts';
import { TestWatch } from '../alerts/notify/call/test-watch.ts';
import { Notifier } from '../alerts/notify/send/notifier.ts';
import { SiteIndicators } from '../alerts/notify/show/indicators.ts';

export interface TellingOptions {
  readonly site: Site;
  readonly dataDir: string;
  readonly channels: ReadonlyMap<string, Way>;
  readonly alarms: AlarmEngine;
  readonly journal: Pick<Journal, 'record'>;
  readonly link: IssueLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

export interface Telling {
  readonly notifier: Notifier;
  readonly indicators: SiteIndicators;
  readonly testWatch: TestWatch;
}

/** Who takes alarms out: messages to people, sound and light to the spot, and the trial of the way to each person. */
export function telling(options: TellingOptions): Telling {
  const { site, dataDir, alarms, clock } = options;
  const { report } = alarms;
  const dir = join(dataDir, 'channels');
  return {
    notifier: new Notifier({
      ...options,
      ...{ dir, outbox: alarms.outbox },
      onChannel: (name, silent) =>
        report('channel-silent', silent, { id: name, name: { zh: name, en: name } }),
    }),
    indicators: new SiteIndicators({ ...options, dir, report }),
    testWatch: new TestWatch({ site, clock, report, unanswered: () => alarms.unansweredTests() }),
  };
}
