import { readdirSync, readFileSync } from 'node:fs';

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
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpu: cpuOf(`/proc/${pid}`),
    rss: kilobytes(status, 'VmRSS'),
    peak: kilobytes(status, 'VmHWM'),
  };
}

/** Seconds of CPU that all programs of the machine have used: user, nice, system, irq, softirq (proc(5)). */
export function machineCpu(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/** Seconds of CPU of each thread that Node or we gave a name; those of one name together. */
export function threadsOf(pid: number): ReadonlyMap<string, number> {
  const threads = new Map<string, number>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const name = readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim();
    threads.set(name, (threads.get(name) ?? 0) + cpuOf(`/proc/${pid}/task/${id}`));
  }
  return threads;
}

/** The name stands in brackets and may hold spaces; utime and stime are fields 14 and 15 (proc(5)). */
function cpuOf(folder: string): number {
  const stat = readFileSync(`${folder}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const kilobytes = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024;

export const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
