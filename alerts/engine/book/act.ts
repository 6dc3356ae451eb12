import type { AlarmAction, ServiceAction } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { JournalEvent } from '#model/journal';
import type { PointId } from '#model/point';
import type { EpochMs } from '#model/time';

/*
 * What a person does to an alarm is a row of the journal first. The engine applies it when its cursor comes to that
 * row, like a reading: so the journal and the alarm store cannot disagree, whenever the gateway dies. The row holds the
 * terms that the policy gave: a later change of the site file changes nothing of what was done.
 */

/** What was done, with the policy's terms. */
export type Deed =
  | Exclude<AlarmAction, { type: 'acknowledge' | 'shelve' }>
  | { readonly type: 'acknowledge'; readonly until: EpochMs | null; readonly comment: string }
  | ({ readonly type: 'shelve' | 'ask-shelf' } & ShelfTerms);

export interface ShelfTerms {
  readonly until: EpochMs;
  readonly oneShot: boolean;
  readonly comment: string;
}

interface Signed {
  readonly at: EpochMs;
  readonly by: string;
  /** Tells the waiting caller's act from others. */
  readonly token: string;
}

/** Something that a person did to an alarm, as it stands in the journal. */
export interface Act extends Signed {
  readonly alarm: string;
  readonly deed: Deed;
}

/** Something that a person did to all rules of a point. */
export interface ServiceAct extends Signed {
  readonly point: PointId;
  readonly action: ServiceAction;
}

const DEEDS = {
  'alarm-acknowledged': 'acknowledge',
  'alarm-shelf-asked': 'ask-shelf',
  'alarm-shelf-granted': 'grant-shelf',
  'alarm-shelved': 'shelve',
  'alarm-unshelved': 'unshelve',
  'alarm-reset': 'reset',
  'alarm-commented': 'comment',
} as const satisfies Record<string, Deed['type']>;

const SERVICES = {
  'point-out-of-service': 'out-of-service',
  'point-in-service': 'in-service',
} as const satisfies Record<string, ServiceAction['type']>;

export function toJournal({ at, by, token, ...act }: Act | ServiceAct): JournalEvent {
  const [about, done] = 'deed' in act ? [{ alarm: act.alarm }, act.deed] : [{ point: act.point }, act.action];
  const { type, ...details } = done;
  return { type: rowType(type), at, by, data: { ...about, ...details, token } };
}

/** Undefined when the event is not about an alarm, or does not say enough. */
export function fromJournal({ type, at, by, data }: JournalEvent): Act | undefined {
  const { alarm } = data;
  const deed = isKey(DEEDS, type) ? deedOf(DEEDS[type], data) : undefined;
  if (deed === undefined || by === null || typeof alarm !== 'string') return undefined;
  return { alarm, at, by, deed, token: textOf(data['token']) };
}

/** Undefined when the event is not about the service of a point, or does not say enough. */
export function serviceFromJournal({ type, at, by, data }: JournalEvent): ServiceAct | undefined {
  const { point } = data;
  const action = isKey(SERVICES, type) ? serviceOf(SERVICES[type], data) : undefined;
  if (action === undefined || by === null || typeof point !== 'string') return undefined;
  return { point, at, by, action, token: textOf(data['token']) };
}

function deedOf(type: Deed['type'], data: JournalEvent['data']): Deed | undefined {
  const comment = textOf(data['comment']);
  const until = typeof data['until'] === 'number' ? data['until'] : null;
  if (type === 'acknowledge') return { type, until, comment };
  if (type !== 'shelve' && type !== 'ask-shelf') return { type, comment };
  return until === null ? undefined : { type, until, oneShot: data['oneShot'] === true, comment };
}

function serviceOf(type: ServiceAction['type'], data: JournalEvent['data']): ServiceAction | undefined {
  const comment = textOf(data['comment']);
  const { until } = data;
  if (type === 'in-service') return { type, comment };
  return typeof until === 'number' ? { type, until, comment } : undefined;
}

const rowType = (done: Deed['type'] | ServiceAction['type']): string =>
  Object.entries({ ...DEEDS, ...SERVICES }).find(([, type]) => type === done)?.[0] ?? '';

const isKey = <Table extends object>(table: Table, key: PropertyKey): key is keyof Table =>
  Object.hasOwn(table, key);

const textOf = (said: unknown): string => (typeof said === 'string' ? said : '');

/** `known`: there was such an alarm. */
export const noSuchAlarm = (id: string, known: boolean): HygateError =>
  known
    ? new HygateError('alarm-over', `alarm ${id} is over: nothing can be done to it any more`)
    : new HygateError('alarm-unknown', `there is no alarm ${id}: ask for the open alarms again`);
