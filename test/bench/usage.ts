import { readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second for programs that ask /proc, whatever its own tick is. */
const TICKS_PER_SECOND = 100;

/** What a process has used so far. */
export interface Usage {
  /** User and system, of all threads, in seconds. */
  readonly cpu: number;
  /** Resident, in bytes: now, and the most that it ever was. */
  readonly rss: number;
  readonly peak: number;
}

/** Throws when there is no such process. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name stands in brackets and may hold spaces; utime and stime are fields 14 and 15 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpu: ticks / TICKS_PER_SECOND,
    rss: kilobytes(status, 'VmRSS'),
    peak: kilobytes(status, 'VmHWM'),
  };
}

const kilobytes = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024;

export const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
