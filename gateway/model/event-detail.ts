import type { JournalEvent } from './journal.ts';
import type { EpochMs } from './time.ts';

/** Under these names events keep moments. */
const MOMENTS: readonly string[] = ['at', 'from', 'to', 'until', 'since', 'ranUntil'];
/** From 2001 to 2100: any other number is a count, a length or a mistake. */
const [FIRST_MOMENT, LAST_MOMENT]: readonly [EpochMs, EpochMs] = [1e12, 4.1e12];

/** What an event says, `name: value, …`: texts, numbers, moments by the site's clock; a list or a table is not for a line. */
export function eventDetail(data: JournalEvent['data'], timeZone: string): string {
  const told = Object.entries(data).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  return told.map(([name, value]) => `${name}: ${shown(name, value, timeZone)}`).join(', ');
}

const shown = (name: string, value: unknown, timeZone: string): string =>
  isMoment(name, value) ? clockText(value, timeZone) : String(value);

const isMoment = (name: string, value: unknown): value is EpochMs =>
  MOMENTS.includes(name) &&
  Number.isSafeInteger(value) &&
  Number(value) >= FIRST_MOMENT &&
  Number(value) < LAST_MOMENT;

/** `2026-11-19 12:02:00` */
function clockText(at: EpochMs, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return local.toString({ smallestUnit: 'second' }).replace('T', ' ');
}
