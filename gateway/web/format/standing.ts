import type { Alarm, AlarmEvent, OutOfService, ShelfAsk } from '#model/alarm';
import type { Language } from '#model/text';
import type { EpochMs } from '#model/time';
import { formatUntil } from './time.ts';

export interface Standing {
  readonly alarm: Alarm;
  readonly events: readonly AlarmEvent[];
  /** Of the alarm's point. */
  readonly service: OutOfService | undefined;
}

export interface StandingSpeech {
  readonly language: Language;
  readonly now: EpochMs;
}

/** How an alarm stands, who made it so and until when, a sentence each. What explains it is told elsewhere, as a link. */
export function formatStanding({ alarm, events, service }: Standing, speech: StandingSpeech): string[] {
  const { shelfAsk, shelvedUntil, heldUntil, suppressedBy, state } = alarm;
  if (state === 'normal') return [stateWords(alarm, speech)];
  return [
    stateWords(alarm, speech),
    ...(shelvedUntil === null ? [] : [shelfWords(shelvedUntil, events, speech)]),
    ...(shelfAsk === undefined ? [] : [askWords(shelfAsk, speech)]),
    ...(alarm.outOfService ? [formatService(service, speech)] : []),
    ...(heldUntil === undefined || suppressedBy !== null ? [] : [heldWords(heldUntil, speech)]),
  ];
}

const pick = (zh: string, en: string, { language }: StandingSpeech): string => (language === 'zh' ? zh : en);

function stateWords({ state, acknowledged }: Alarm, speech: StandingSpeech): string {
  switch (state) {
    case 'normal':
      return pick('已结束', 'Over', speech);
    case 'unacknowledged':
      return pick('未确认', 'Not acknowledged', speech);
    case 'returned':
      return pick('已恢复，未确认', 'Back to normal, not acknowledged', speech);
    case 'latched':
      return pick('已恢复，待复位', 'Back to normal, to be reset', speech);
    case 'acknowledged': {
      const by = acknowledged?.by ?? '';
      const taken = pick(`${by} 已确认`, `Acknowledged by ${by}`, speech);
      if (acknowledged == null || acknowledged.until === null) return taken;
      const until = formatUntil(acknowledged.until, speech.now);
      return pick(`${taken}，有效至 ${until}`, `${taken}, until ${until}`, speech);
    }
  }
}

/** Who laid it there is told by the newest such event; a shelf from an earlier occurrence has none here. */
function shelfWords(until: EpochMs, events: readonly AlarmEvent[], speech: StandingSpeech): string {
  const index = events.findLastIndex(({ type }) => type === 'shelved');
  const event = events[index];
  const ask = events[index - 1]?.alarm.shelfAsk;
  const oneShot = event?.oneShot === true ? pick('，或恢复正常为止', ' or back to normal', speech) : '';
  const end = formatUntil(until, speech.now);
  const words = pick(`已搁置至 ${end}${oneShot}`, `Shelved until ${end}${oneShot}`, speech);
  if (event === undefined || event.by === null) return words;
  const by =
    ask === undefined
      ? event.by
      : pick(`${ask.by} 申请，${event.by} 批准`, `asked by ${ask.by}, granted by ${event.by}`, speech);
  return `${words} · ${by}${quoted(ask?.comment ?? event.comment, speech)}`;
}

function askWords({ by, until, oneShot, comment }: ShelfAsk, speech: StandingSpeech): string {
  const end = formatUntil(until, speech.now);
  const shot = oneShot ? pick('，或恢复正常为止', ' or back to normal', speech) : '';
  return pick(
    `${by} 申请搁置至 ${end}${shot}，待另一人批准${quoted(comment, speech)}`,
    `${by} asks to shelve it until ${end}${shot}; another person must grant it${quoted(comment, speech)}`,
    speech,
  );
}

/** Until when, by whom and why a point is out of service. */
export function formatService(service: OutOfService | undefined, speech: StandingSpeech): string {
  if (service === undefined) return pick('测点停用', 'The point is out of service', speech);
  const end = formatUntil(service.until, speech.now);
  const by = service.by ?? pick('计划维护', 'planned maintenance', speech);
  const words = pick(`测点停用至 ${end}`, `The point is out of service until ${end}`, speech);
  return `${words} · ${by}${quoted(service.comment, speech)}`;
}

function heldWords(until: EpochMs, speech: StandingSpeech): string {
  const end = formatUntil(until, speech.now);
  return pick(
    `可能被另一报警抑制，最迟 ${end} 通知`,
    `Another alarm may explain it; told at ${end} at the latest`,
    speech,
  );
}

function quoted(comment: string | null, speech: StandingSpeech): string {
  if (comment === null || comment === '') return '';
  return pick(`：“${comment}”`, `: “${comment}”`, speech);
}
