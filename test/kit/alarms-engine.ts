import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Way } from '#model/channel';
import type { Journal } from '#model/journal';
import { silentLog } from '#model/log';
import type { Reading } from '#model/reading';
import type { Site } from '#model/site';
import { type Ms, realClock } from '#model/time';
import email from '../../alerts/channels/email/channel.ts';
import webhook from '../../alerts/channels/webhook/channel.ts';
import { AlarmEngine } from '../../alerts/engine/engine.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { Notifier } from '../../alerts/notify/send/notifier.ts';
import { Metrics } from '../../gateway/runtime/metrics.ts';

const channels = new Map<string, Way>([
  ['webhook', webhook as Way],
  ['email', email as Way],
]);

export const goodReading = (value: number, at = Date.now(), point = 'fridge-1.temp'): Reading => ({
  ...{ point, at, value },
  ...{ quality: 'good', reason: null },
});

export async function alarmFile(): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hygate-alarms-'));
  return { file: join(folder, 'alarms.sqlite'), remove: () => rm(folder, { recursive: true }) };
}

/** The engine as main wires it. */
export function alarmEngine(
  site: Site,
  journal: Journal,
  file: string,
): { engine: AlarmEngine; meter: Metrics } {
  const meter = new Metrics();
  const deps = { clock: realClock, log: silentLog, meter };
  return { engine: new AlarmEngine({ site, journal, file, announce: announcerOf(site), ...deps }), meter };
}

/** The engine and the notifier as main wires them. */
export function alarmsWithNotifier(site: Site, journal: Journal, file: string, tryWithin: Ms = 5000) {
  const { engine, meter } = alarmEngine(site, journal, file);
  const deps = { clock: realClock, log: silentLog, meter, tryWithin };
  const notifier = new Notifier({ site, dir: `${file}-channels`, channels, outbox: engine.outbox, ...deps });
  return {
    engine,
    notifier,
    meter,
    start: async () => {
      await engine.start();
      await notifier.start();
    },
    stop: async () => {
      await notifier.stop();
      await engine.stop();
    },
  };
}
