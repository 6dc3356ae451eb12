import type { ScanReport } from './finding.ts';
import type { ScanTarget } from './scan-target.ts';

/** What a setup needs of the other parts. */
export interface Surroundings {
  /** Looks at one place, reading only. Never rejects for what it meets there. */
  scan(target: ScanTarget): Promise<ScanReport>;
  /** `STANDARD/TABLE` that have limits for the driver's points, the likeliest first. */
  tablesFor(driver: string): readonly string[];
  /** Of devices that log in to the broker by themselves. */
  readonly loggerDriver: string;
  readonly timeZone: string;
}
