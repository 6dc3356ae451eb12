import type { DeviceId } from './point.ts';
import type { Text } from './text.ts';
import type { EpochMs } from './time.ts';

/**
 * Why samples that were expected are not there. Where several would do, the one that stands first here is told: the list
 * goes from what stops everything, and would have been enough alone, to what takes some readings only.
 */
export const GAP_CAUSES = [
  /** The clock of the gateway was set forward: that time did not take place. */
  'clock-set',
  /** It was recorded after a backup, and the gateway went on from that backup. */
  'restored',
  /** The gateway was stopped in order. */
  'gateway-stopped',
  /** The gateway died and the machine ran on. */
  'gateway-died',
  /** The machine itself went down without a word: mains, most likely. */
  'power-lost',
  /** The point was not in the site file. */
  'not-configured',
  /** The journal could not write: the disk was full, read-only, or broken. */
  'disk',
  /** The thread or the program that collects did not run. */
  'collectors-down',
  /** The device, which speaks by itself, was not connected. */
  'device-offline',
  /** The device or its line was too slow for the period that is asked of it: reads were left out. */
  'read-skipped',
  /** Read, and then dropped before the door: a queue was full, or the door refused it. Counted. */
  'dropped',
  /** Stored once, and its segment has since been damaged. */
  'damaged',
  /** Stored once, and taken away when its retention had run out. */
  'expired',
  /** Nobody knows. */
  'silent',
] as const;

export type GapCause = (typeof GAP_CAUSES)[number];

export const gapCauseNames: Readonly<Record<GapCause, Text>> = {
  'clock-set': { zh: '网关时钟被调快', en: 'clock of the gateway was set forward' },
  restored: {
    zh: '备份之后的记录，恢复备份时不再有',
    en: 'recorded after the backup from which the gateway was restored',
  },
  'gateway-stopped': { zh: '网关正常停机', en: 'gateway was stopped' },
  'gateway-died': { zh: '网关程序中断', en: 'gateway program died' },
  'power-lost': { zh: '网关断电或系统重启', en: 'power cut at the gateway' },
  'not-configured': { zh: '未配置', en: 'not configured' },
  disk: { zh: '磁盘无法写入', en: 'disk could not be written' },
  'collectors-down': { zh: '采集程序未运行', en: 'collectors did not run' },
  'device-offline': { zh: '设备未连接', en: 'device was not connected' },
  'read-skipped': { zh: '设备或线路太慢，未能读取', en: 'device or line was too slow' },
  dropped: { zh: '读取后丢弃', en: 'read, then dropped' },
  damaged: { zh: '存储后损坏', en: 'stored, then damaged' },
  expired: { zh: '超过保存期限', en: 'kept for its time and removed' },
  silent: { zh: '设备无数据，原因不明', en: 'silent, nobody knows why' },
};

/** A span of which somebody knows why samples may be missing. It explains a gap; it does not make one. */
export interface Outage {
  readonly cause: GapCause;
  /** Null: all devices. */
  readonly device: DeviceId | null;
  readonly from: EpochMs;
  /** Null: it lasts. Told again with the same cause, device and `from` when it is over. */
  readonly to: EpochMs | null;
  /** Readings known to be lost in it; null when nobody counted. */
  readonly readings: number | null;
}

/** Never blocks and never throws: what a part calls when it knows of an outage. */
export type ReportOutage = (outage: Outage) => void;
