import { join } from 'node:path';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Site } from '#model/site';
import { HOUR, MINUTE } from '#model/time';
import { VITALS, VITALS_EVERY, type Vitals, vitalsEvent } from '#model/vitals';
import { AlarmEngine } from '../../alerts/engine/engine.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { HandClock } from '../kit/hand-clock.ts';
import { DAY_BEGINS, DAY_ENDS, DAY_EVENTS, hospitalDay } from './hospital-day.ts';

/** Writes the day into a real journal, each row at its own time. */
export async function writeDay(site: Site, dataDir: string): Promise<void> {
  const clock = new HandClock(DAY_BEGINS - HOUR);
  const common = { clock, log: silentLog, meter: silentMeter };
  const journal = new FileJournal({ ...common, dir: join(dataDir, 'journal') });
  await journal.start();
  const file = join(dataDir, 'alarms.sqlite');
  await alarmOfTheGateway(
    new AlarmEngine({ ...common, site, journal, file, announce: announcerOf(site) }),
    clock,
  );
  const happened = [...DAY_EVENTS, ...dayVitals()].sort((a, b) => a.at - b.at);
  for (const { arrived, readings } of hospitalDay(site)) {
    while (happened[0] !== undefined && happened[0].at < arrived) {
      const [event] = happened.splice(0, 1);
      if (event !== undefined) await journal.record(event);
    }
    clock.step(arrived - clock.wall());
    await journal.append(readings);
  }
  await journal.stop();
}

/** An hour before, a time server was missed for a while: what the gateway says of itself does not come by the journal. */
async function alarmOfTheGateway(engine: AlarmEngine, clock: HandClock): Promise<void> {
  await engine.start();
  for (const holds of [true, false]) {
    engine.report('clock-unsure', holds);
    clock.step(10 * MINUTE);
  }
  await engine.stop();
}

/** Whole numbers and broken ones; of InfluxDB nothing is known in the first hour. */
function dayVitals() {
  const random = seededRandom(7, 'vitals');
  const times = Array.from({ length: (DAY_ENDS - DAY_BEGINS) / VITALS_EVERY }, (_, index) => index);
  return times.map((index) => {
    const names = Object.keys(VITALS).filter((name) => index > 12 || !name.startsWith('influx'));
    const numbers = names.map((name) => [name, Math.round(random() * 1e6) / (index % 3 === 0 ? 1 : 1e4)]);
    return vitalsEvent(Object.fromEntries(numbers) as Vitals, DAY_BEGINS + index * VITALS_EVERY + 1);
  });
}
