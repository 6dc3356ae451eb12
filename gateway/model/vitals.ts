import type { JournalEvent } from './journal.ts';
import type { Text } from './text.ts';
import { type EpochMs, MINUTE, type Ms } from './time.ts';

/*
 * What the gateway says of its own health: an event of the journal every few minutes, so that whoever is asked why
 * something was slow last week finds the numbers beside the readings, with or without anything that scrapes /metrics.
 */

export const VITALS_EVERY: Ms = 5 * MINUTE;

/** `share`: 0 to 1. `count`: how many there are now, or how many came since the vitals before. */
export type VitalUnit = 's' | 'ms' | 'bytes' | 'share' | 'rows' | 'count';

interface VitalSpec {
  readonly unit: VitalUnit;
  readonly name: Text;
}

/** The closed list; a name ends with its unit where it has one. */
export const VITALS = {
  uptime_s: { unit: 's', name: { zh: '网关运行时间', en: 'gateway runs for' } },
  memory_bytes: { unit: 'bytes', name: { zh: '内存占用', en: 'memory resident' } },
  cpu_share: { unit: 'share', name: { zh: '处理器占用（单核）', en: 'processor, of one core' } },
  load_1m: { unit: 'count', name: { zh: '系统负载（1 分钟）', en: 'load of the machine, 1 min' } },
  loop_delay_p99_ms: { unit: 'ms', name: { zh: '事件循环延迟 p99', en: 'event loop delay, p99' } },
  disk_free_bytes: { unit: 'bytes', name: { zh: '磁盘剩余', en: 'disk free' } },
  disk_free_share: { unit: 'share', name: { zh: '磁盘剩余比例', en: 'disk free, share' } },
  journal_bytes: { unit: 'bytes', name: { zh: '日志大小', en: 'journal on disk' } },
  readings_stored: { unit: 'count', name: { zh: '存储的读数', en: 'readings stored' } },
  readings_bad: { unit: 'count', name: { zh: '无效读数', en: 'bad readings' } },
  readings_refused: { unit: 'count', name: { zh: '被拒绝的读数', en: 'readings refused' } },
  readings_missing: { unit: 'count', name: { zh: '缺失的读数', en: 'readings missing' } },
  devices_down: { unit: 'count', name: { zh: '无响应的设备', en: 'devices that do not answer' } },
  alarms_open: { unit: 'count', name: { zh: '未结束的报警', en: 'alarms open' } },
  messages_waiting: { unit: 'count', name: { zh: '待发消息', en: 'messages waiting' } },
  messages_failed: { unit: 'count', name: { zh: '发送失败次数', en: 'tries to send that failed' } },
  alarms_behind_rows: { unit: 'rows', name: { zh: '报警判断积压', en: 'judging of alarms is behind by' } },
  influx_behind_rows: { unit: 'rows', name: { zh: 'InfluxDB 转发积压', en: 'InfluxDB is behind by' } },
  influx_behind_s: { unit: 's', name: { zh: 'InfluxDB 转发延迟', en: 'oldest row that InfluxDB has not' } },
  influx_set_aside: {
    unit: 'count',
    name: { zh: 'InfluxDB 拒收并搁置', en: 'lines set aside for InfluxDB' },
  },
  threads_restarted: { unit: 'count', name: { zh: '线程重启次数', en: 'threads started again' } },
} as const satisfies Record<string, VitalSpec>;

export type Vital = keyof typeof VITALS;

/** What is not known is left out. */
export type Vitals = Readonly<Partial<Record<Vital, number>>>;

/** Of the event. */
export const VITALS_TYPE = 'vitals';

/** Three decimals: they are kept for ever, and nobody asks for more. */
export const vitalsEvent = (vitals: Vitals, at: EpochMs): JournalEvent => ({
  type: VITALS_TYPE,
  at,
  by: null,
  data: Object.fromEntries(Object.entries(vitals).map(([vital, value]) => [vital, Number(value.toFixed(3))])),
});

/** Every number of the event, also of a vital that this version does not know (any more); undefined when it is another. */
export function vitalsOf({ type, data }: JournalEvent): Readonly<Record<string, number>> | undefined {
  const numbers = Object.entries(data).filter((entry): entry is [string, number] =>
    Number.isFinite(entry[1]),
  );
  return type === VITALS_TYPE && numbers.length > 0 ? Object.fromEntries(numbers) : undefined;
}
