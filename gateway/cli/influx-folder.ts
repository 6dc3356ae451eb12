import { join } from 'node:path';
import { HygateError } from '#model/errors';
import type { InfluxTarget, Site } from '#model/site';
import { type EpochMs, realClock } from '#model/time';
import { parseTime } from '../api/time-query.ts';
import { setAsidePath } from '../forward/influx/forwarder.ts';
import { dataFolderOf } from '../journal/data-folder.ts';
import { readSite } from '../site-file.ts';

/** What a command about InfluxDB works on: a site file with `influx`, and the data folder of its gateway. */
export interface InfluxFolder {
  readonly site: Site;
  readonly target: InfluxTarget;
  readonly journalDir: string;
  readonly alarmsPath: string;
  readonly asidePath: string;
}

/** `hygate <name> SITE DIR`. Throws `request-invalid`, `config-…` or `data-dir-unusable`. */
export async function influxFolder(name: string, positionals: readonly string[]): Promise<InfluxFolder> {
  const [file, dir, ...more] = positionals;
  if (file === undefined || dir === undefined || more.length > 0) {
    throw new HygateError(
      'request-invalid',
      `give a site file and a data folder: hygate ${name} site.yaml data`,
    );
  }
  const { site } = await readSite(file);
  if (site.influx === null) {
    throw new HygateError('request-invalid', `${file} names no InfluxDB: there is no \`influx\` in it`);
  }
  const journalDir = join(dataFolderOf(dir), 'journal');
  const files = { alarmsPath: join(dir, 'alarms.sqlite'), asidePath: setAsidePath(dir) };
  return { site, target: site.influx, journalDir, ...files };
}

export interface SpanOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** `--from` inclusive, the beginning when it is left out; `--to` exclusive, now when it is left out. */
export function spanOf({ from, to }: SpanOptions): { readonly from: EpochMs; readonly to: EpochMs } {
  const start = from === undefined ? 0 : parseTime(from, '--from');
  const end = to === undefined ? realClock.wall() : parseTime(to, '--to');
  if (start < end) return { from: start, to: end };
  throw new HygateError('request-invalid', '--from must be earlier than --to');
}
