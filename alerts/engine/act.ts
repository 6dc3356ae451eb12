import type { AlarmAction } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { JournalEvent } from '#model/journal';
import type { EpochMs } from '#model/time';

/*
 * What a person does to an alarm is a row of the journal first. The engine applies it when its cursor comes to that
 * row, like a reading: so the journal and the alarm store cannot disagree, whenever the gateway dies.
 */

/** Something that a person did to an alarm, as it stands in the journal. */
export interface Act {
  readonly alarm: string;
  readonly at: EpochMs;
  readonly by: string;
  readonly action: AlarmAction;
  /** Tells the waiting caller's act from others. */
  readonly token: string;
}

const TYPES = {
  acknowledge: 'alarm-acknowledged',
  shelve: 'alarm-shelved',
  unshelve: 'alarm-unshelved',
  reset: 'alarm-reset',
  comment: 'alarm-commented',
} as const satisfies Record<AlarmAction['type'], string>;

export function toJournal({ alarm, at, by, action, token }: Act): JournalEvent {
  const { type, ...details } = action;
  return { type: TYPES[type], at, by, data: { alarm, ...details, token } };
}

/** Undefined when the event is not about an alarm. */
export function fromJournal({ type, at, by, data }: JournalEvent): Act | undefined {
  const { alarm, comment, until, token } = data;
  const action = actionOf(type, comment, until);
  if (action === undefined || by === null || typeof alarm !== 'string') return undefined;
  return { alarm, at, by, action, token: typeof token === 'string' ? token : '' };
}

function actionOf(type: string, said: unknown, until: unknown): AlarmAction | undefined {
  const comment = typeof said === 'string' ? said : '';
  if (type === TYPES.acknowledge) return { type: 'acknowledge', comment };
  if (type === TYPES.comment) return { type: 'comment', comment };
  return type === TYPES.shelve && typeof until === 'number' ? { type: 'shelve', until, comment } : undefined;
}

/** Throws `request-invalid`. */
export function refusePast(alarm: string, action: AlarmAction, now: EpochMs): void {
  if (action.type !== 'shelve' || action.until > now) return;
  throw new HygateError('request-invalid', `alarm ${alarm} cannot be shelved until a time that is past`);
}

/** `known`: there was such an alarm. */
export const noSuchAlarm = (id: string, known: boolean): HygateError =>
  known
    ? new HygateError('alarm-over', `alarm ${id} is over: nothing can be done to it any more`)
    : new HygateError('alarm-unknown', `there is no alarm ${id}: ask for the open alarms again`);
