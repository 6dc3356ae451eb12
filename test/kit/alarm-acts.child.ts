/*
 * An alarm engine as a process of its own, in which people do to alarms what has a term. Argument: the alarm file.
 * Prints the open alarms and the points out of service as JSON when all of it is durable, and waits to be killed.
 */
import { HOUR, MINUTE } from '#model/time';
import { alarmEngine, goodReading } from './alarms-engine.ts';
import { MemoryJournal } from './alarms-journal.ts';
import { actsSite } from './alarms-site.ts';
import { until } from './until.ts';

const [file = ''] = process.argv.slice(2);
const journal = new MemoryJournal();
const { engine } = alarmEngine(actsSite, journal, file);
await engine.start();
const now = Date.now();
const values = { taken: 9, shelved: 9, asked: 13, repaired: 9 };
await journal.append(
  Object.entries(values).map(([key, value]) => goodReading(value, now, `fridge-1.${key}`)),
);
await until('the alarms are raised', () => engine.open().length === 5, 30_000);
const idOf = (key: string, rule = 'high') =>
  engine.open().find((alarm) => alarm.point === `fridge-1.${key}` && alarm.rule.id === rule)?.id ?? '';
await engine.act(idOf('taken'), 'li', { type: 'acknowledge', comment: '', until: now + HOUR });
const shelf = { type: 'shelve', until: now + HOUR, oneShot: true, comment: 'defrosting' } as const;
await engine.act(idOf('shelved'), 'li', shelf);
await engine.act(idOf('asked', 'high-high'), 'li', shelf);
await engine.serve('fridge-1.repaired', 'li', {
  ...{ type: 'out-of-service', until: now + 30 * MINUTE, comment: 'new door' },
});
console.log(JSON.stringify({ open: engine.open(), out: engine.outOfService() }));
setInterval(() => undefined, HOUR);
