import type { Text } from '#model/text';
import { DAY, type Ms, SECOND } from '#model/time';
import { type Finding, fault, warning } from './finding.ts';

export interface DiskFacts {
  /** Where the data folder lies. */
  readonly dir: string;
  readonly freeBytes: number;
  /** By the marks of the gateway itself. */
  readonly level: 'ample' | 'low' | 'full';
  readonly freeFiles: number;
  /** 0 where the file system does not count them. */
  readonly files: number;
  readonly journalBytes: number;
  /** What the journal grew by in each day of its life; null while it is too young to say. */
  readonly bytesPerDay: number | null;
  /** For how long the longest-kept readings are kept; null: for ever. */
  readonly keptDays: number | null;
  /** Why nothing can be written, as the system says it (EROFS); null when it can. */
  readonly unwritable: string | null;
  /** What a write took until it was on the disk; null when it could not be tried. */
  readonly syncTook: Ms | null;
}

const SOON_DAYS = 180;
const NEARLY_DAYS = 14;
const FEW_FILES = 0.05;
/** Readings wait for the disk; an SD card at its end takes seconds. */
const SLOW: Ms = SECOND;

const about: Text = { zh: '磁盘', en: 'disk' };
const MORE_ROOM: Text = {
  zh: '请清理磁盘（勿删除数据目录 journal）或更换更大的磁盘',
  en: 'Free space (never by deleting journal in the data folder) or give it a larger disk',
};

export function ofDisk(facts: DiskFacts): readonly Finding[] {
  return [...ofWriting(facts), ...ofRoom(facts), ...ofGrowth(facts), ...ofFiles(facts), ...ofSpeed(facts)];
}

function ofWriting({ dir, unwritable }: DiskFacts): Finding[] {
  if (unwritable === null) return [];
  const what = { zh: `${dir} 无法写入（${unwritable}）`, en: `${dir} cannot be written (${unwritable})` };
  return [fault({ code: 'disk-unwritable', about, what, advice: WRITING[unwritable] ?? MEND })];
}

const MEND: Text = {
  zh: '请检查磁盘（dmesg），必要时更换并从备份恢复',
  en: 'Look at the disk (dmesg says more); where it fails, replace it and restore the backup',
};

const WRITING: Readonly<Record<string, Text>> = {
  EROFS: {
    zh: '文件系统为只读，常因磁盘出错：检查磁盘（dmesg），修复后以可写方式挂载',
    en: 'It is mounted read-only, as after an error of the disk: look at it (dmesg), mend it and mount it writable',
  },
  EACCES: {
    zh: '请用运行网关的用户执行；目录应归该用户所有（chown -R）',
    en: 'Run this as the user that runs the gateway; the folder must belong to that user (chown -R)',
  },
  ENOSPC: MORE_ROOM,
};

function ofRoom({ freeBytes, level }: DiskFacts): Finding[] {
  if (level === 'ample') return [];
  const free = `${(freeBytes / 2 ** 20).toFixed(0)} MiB`;
  if (level === 'full') {
    const what = { zh: `已满（剩余 ${free}），读数被拒收`, en: `full (${free} free): readings are refused` };
    return [fault({ code: 'disk-full', about, what, advice: MORE_ROOM })];
  }
  const what = { zh: `空间不足（剩余 ${free}）`, en: `little space is left (${free})` };
  return [warning({ code: 'disk-low', about, what, advice: MORE_ROOM })];
}

/** The journal grows until its oldest readings may go; where that is beyond the disk, the disk is full one day. */
function ofGrowth({ freeBytes, journalBytes, bytesPerDay, keptDays, level }: DiskFacts): Finding[] {
  if (bytesPerDay === null || bytesPerDay <= 0 || level !== 'ample') return [];
  const fits = keptDays !== null && bytesPerDay * keptDays <= journalBytes + freeBytes;
  const days = Math.floor(freeBytes / bytesPerDay);
  if (fits || days >= SOON_DAYS) return [];
  const perDay = `${(bytesPerDay / 2 ** 20).toFixed(1)} MiB`;
  const what = {
    zh: `约 ${days} 天后将满（每天增长 ${perDay}）`,
    en: `it will be full in about ${days} days (the journal grows by ${perDay} a day)`,
  };
  const say = days < NEARLY_DAYS ? fault : warning;
  return [say({ code: 'disk-filling', about, what, advice: MORE_ROOM })];
}

function ofFiles({ freeFiles, files }: DiskFacts): Finding[] {
  if (files === 0 || freeFiles >= files * FEW_FILES) return [];
  const what = { zh: `可建文件数只剩 ${freeFiles}`, en: `only ${freeFiles} more files can be made on it` };
  const advice = {
    zh: '请删除其他程序留下的大量小文件（df -i）',
    en: 'Delete the many small files that something else leaves there (df -i)',
  };
  return [warning({ code: 'disk-files', about, what, advice })];
}

function ofSpeed({ syncTook }: DiskFacts): Finding[] {
  if (syncTook === null || syncTook < SLOW) return [];
  const seconds = (syncTook / SECOND).toFixed(1);
  const what = {
    zh: `一次写入用了 ${seconds} 秒`,
    en: `one write took ${seconds} s until it was on the disk`,
  };
  const advice = {
    zh: '读数会延迟：查看是否有程序占用磁盘，SD 卡请换成固态硬盘',
    en: 'Readings come late: look what else uses the disk; replace an SD card by an SSD',
  };
  return [warning({ code: 'disk-slow', about, what, advice })];
}

/** Growth of less than a day says nothing of the next ones. */
export const bytesPerDay = (bytes: number, age: Ms): number | null =>
  age < DAY ? null : (bytes / age) * DAY;
