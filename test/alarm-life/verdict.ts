import { isDeepStrictEqual } from 'node:util';
import type { CampaignResult } from './campaign.ts';
import type { Ledger, Row } from './ledger.ts';
import type { Arrival } from './receiver.ts';

/** What is wrong with the life that was killed, as against the one in peace: sentences, none when all is well. */
export function faultsOf({ calm, harsh }: CampaignResult): string[] {
  return [
    ...differences('alarm', calm.ledger.alarms, harsh.ledger.alarms, ({ id }) => id),
    ...differences(
      'event',
      calm.ledger.events,
      harsh.ledger.events,
      ({ type, at, alarm }) => `${alarm.id} ${type} ${at}`,
    ),
    ...differences('message', saidIn(calm.ledger), saidIn(harsh.ledger), (row) => row.name),
    ...untold(harsh.ledger, harsh.arrivals),
    ...unmarked(harsh.arrivals),
    ...unknown(harsh.ledger, harsh.arrivals),
  ];
}

/** How the key of a list of old messages begins. */
const LIST = 'late.';

/**
 * Whether a message that waited was sent, taken back or told in a list of old ones depends on how fast the channel was;
 * that it was there does not.
 */
const saidIn = ({ outbox }: Ledger) =>
  outbox
    .filter(({ key }) => !key.startsWith(LIST))
    .map(({ key, person, event }) => ({ name: `${key} ${person}`, event }));

/** What one side has and the other has not, or has otherwise. Names that come twice are told, too. */
function differences<Thing>(
  what: string,
  expected: readonly Thing[],
  got: readonly Thing[],
  nameOf: (thing: Thing) => string,
): string[] {
  const found = new Map(got.map((thing) => [nameOf(thing), thing]));
  const wanted = new Set(expected.map(nameOf));
  return [
    ...(found.size === got.length ? [] : [`${got.length - found.size} ${what}s twice`]),
    ...expected.flatMap((thing) => {
      const other = found.get(nameOf(thing));
      if (other === undefined) return [`${what} missing: ${nameOf(thing)}`];
      return isDeepStrictEqual(other, thing)
        ? []
        : [`${what} otherwise: ${JSON.stringify(thing)} became ${JSON.stringify(other)}`];
    }),
    ...got.filter((thing) => !wanted.has(nameOf(thing))).map((thing) => `${what} too many: ${nameOf(thing)}`),
  ];
}

const nameOf = ({ key, person }: { readonly key: string; readonly person: string }) => `${key} ${person}`;
/** What the outbox calls a message that somebody got. */
const GOT = new Set(['sent', 'delivered']);

/** Of what is quiet by now nothing is said; all else has arrived, by itself or in a list. */
function untold({ outbox }: Ledger, arrivals: readonly Arrival[]): string[] {
  const arrived = new Set(arrivals.map(nameOf));
  const rows = new Map(outbox.map((row) => [nameOf(row), row]));
  return outbox.flatMap((row) => {
    const { state } = row;
    if (state === 'withdrawn') return [];
    if (!GOT.has(state) && state !== 'merged') return [`${state}: ${nameOf(row)}`];
    return arrived.has(nameOf(bearer(row, rows))) ? [] : [`said to be told and was not: ${nameOf(row)}`];
  });
}

/** The message that told it: itself, or the list that it went into, which may have gone into another. */
function bearer(row: Row, rows: ReadonlyMap<string, Row>): Row {
  const [, key] = /^told in (\S+)$/.exec(row.answer) ?? [];
  const list = key === undefined ? undefined : rows.get(nameOf({ ...row, key }));
  return row.state === 'merged' && list !== undefined ? bearer(list, rows) : row;
}

/** Whatever arrives a second time says so. */
function unmarked(arrivals: readonly Arrival[]): string[] {
  const seen = new Set<string>();
  return arrivals.flatMap((arrival) => {
    const again = seen.has(nameOf(arrival));
    seen.add(nameOf(arrival));
    return again && !arrival.repeat ? [`told twice without a mark: ${nameOf(arrival)}`] : [];
  });
}

function unknown({ outbox }: Ledger, arrivals: readonly Arrival[]): string[] {
  const known = new Set(outbox.map(nameOf));
  return arrivals
    .filter((arrival) => !known.has(nameOf(arrival)))
    .map((arrival) => `told and not kept: ${nameOf(arrival)}`);
}

/** Messages that were told, alone or in a list, and those of which nothing was said, as they were quiet by then. */
export function spokenOf({ outbox }: Ledger): { readonly told: number; readonly quiet: number } {
  const messages = outbox.filter(({ key }) => !key.startsWith(LIST));
  const quiet = messages.filter(({ state }) => state === 'withdrawn').length;
  return { told: messages.length - quiet, quiet };
}

/** Messages that arrived more than once. */
export const repeatsIn = (arrivals: readonly Arrival[]): number =>
  arrivals.length - new Set(arrivals.map(nameOf)).size;
