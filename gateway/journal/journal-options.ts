import { CONSUMERS, type Consumer } from '#model/consumer';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { ReportOutage } from '#model/outage';
import type { RetentionPlan } from '#model/retention';
import type { Clock } from '#model/time';
import type { SignedRoot } from './root.ts';

export interface FileJournalOptions {
  /** The folder of its own; made when missing. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** A segment file is closed when it has grown to this; 256 MB when left out. */
  readonly segmentBytes?: number;
  /** Readings kept in memory before they go to the history file early; about 25 bytes each. */
  readonly openReadings?: number;
  /** Memory for rows that followers have not read; those behind read from disk. */
  readonly ringBytes?: number;
  /** Readings that may wait for the disk; more are refused with `journal-unwritable`. */
  readonly pendingReadings?: number;
  /** What tells this boot of the machine from others; the system's own when left out. */
  readonly boot?: string | null;
  /** The site's id, as it stands in the signed roots. */
  readonly siteId?: string;
  /** For how long what is kept; null, and when left out: for ever. */
  readonly retention?: RetentionPlan | null;
  /** Whom rows wait for; all that a site may have when left out. */
  readonly consumers?: readonly Consumer[];
  /** Takes each signed root, to be kept at a second place. */
  readonly onRoot?: (root: SignedRoot) => void;
  readonly onOutage?: ReportOutage;
}

export const DEFAULTS = {
  segmentBytes: 256 * 2 ** 20,
  openReadings: 1_000_000,
  ringBytes: 8 * 2 ** 20,
  pendingReadings: 200_000,
  siteId: '',
  retention: null,
  consumers: CONSUMERS,
  onRoot: () => {},
  onOutage: () => {},
};
