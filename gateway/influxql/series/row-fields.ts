import {
  ALARM_MEASUREMENT,
  type AlarmFields,
  EVENT_MEASUREMENT,
  type EventFields,
  VITALS_MEASUREMENT,
} from '#model/series';
import { VITALS } from '#model/vitals';
import type { FieldType } from './series.ts';

const ofAlarm: Readonly<Record<keyof AlarmFields, FieldType>> = {
  ...{ alarm: 'string', state: 'string', rank: 'float' },
  ...{ standing: 'float', standing_alarm: 'string', standing_state: 'string' },
  ...{ text: 'string', text_en: 'string', by: 'string', comment: 'string' },
  ...{ value: 'float', worst: 'float', limit: 'float' },
  ...{ worst_text: 'string', worst_text_en: 'string', limit_text: 'string', limit_text_en: 'string' },
};

const ofEvent: Readonly<Record<keyof EventFields, FieldType>> = {
  ...{ text: 'string', text_en: 'string', by: 'string', detail: 'string' },
};

const ofVitals = Object.fromEntries(Object.keys(VITALS).map((name) => [name, 'float'] as const));

/** What a name means must not depend on the rows that happen to lie in the span. */
export const ROW_FIELDS: Readonly<Record<string, Readonly<Record<string, FieldType>>>> = {
  [ALARM_MEASUREMENT]: ofAlarm,
  [EVENT_MEASUREMENT]: ofEvent,
  [VITALS_MEASUREMENT]: ofVitals,
};
