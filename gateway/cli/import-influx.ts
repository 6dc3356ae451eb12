import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import type { Site } from '#model/site';
import { realClock } from '#model/time';
import { parseTime } from '../api/time-query.ts';
import { type Import, importSeries, type Taken } from '../imported/import.ts';
import { ownMapping, parseMapping, type Series } from '../imported/mapping.ts';
import type { OldInflux } from '../imported/old-influx.ts';
import { ImportedStore } from '../imported/store.ts';
import { dataFolderOf } from '../journal/data-folder.ts';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';
import { serverAddress } from './server-address.ts';

const OPTIONS = {
  url: { type: 'string' },
  database: { type: 'string' },
  user: { type: 'string' },
  points: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const;

export const command: Command = {
  synopsis: 'SITE DIR --url URL --database NAME [--user NAME] [--points FILE] [--from TIME] [--to TIME]',
  summary:
    'brings the history of an existing InfluxDB for viewing only (password: INFLUX_PASSWORD, or a token: INFLUX_TOKEN)',
  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [file, dir] = positionals;
    if (file === undefined || dir === undefined || values.url === undefined || values.database === undefined)
      throw new HygateError('request-invalid', `give all of: hygate import-influx ${command.synopsis}`);
    const { site } = await readSite(file);
    const series = await seriesOf(site, values.points);
    const influx = { url: addressOf(values.url), database: values.database, login: loginOf(values.user) };
    const store = new ImportedStore(dataFolderOf(dir));
    try {
      const [from, to] = [timeOf(values.from, '--from'), timeOf(values.to, '--to') ?? realClock.wall()];
      await importAll({ influx, store, from, to }, series);
    } finally {
      store.close();
    }
    return 0;
  },
};

function addressOf(url: string): string {
  return serverAddress(url, { option: '--url', example: 'http://old-server:8086' });
}

const NOTHING =
  'No series fits: --points FILE says which measurement, field and tags are which point; without it those of a Hygate with the same ids are taken.';

async function seriesOf(site: Site, points: string | undefined): Promise<readonly Series[]> {
  if (points === undefined) return ownMapping(site);
  const text = await readFile(points, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    throw new HygateError(
      'config-unreadable',
      `--points ${points} cannot be read (${code}): give the file that says which series is which point`,
    );
  });
  return parseMapping(text, site);
}

async function importAll(order: Import, series: readonly Series[]): Promise<void> {
  let [stored, refused, isEmpty] = [0, 0, true];
  for (const one of series) {
    const taken = await importSeries(order, one);
    isEmpty &&= taken.from === null;
    stored += taken.stored;
    refused += Object.values(taken.refused).reduce((sum, count) => sum + count, 0);
    process.stdout.write(`${lineOf(taken)}\n`);
  }
  if (isEmpty) process.stdout.write(`${NOTHING}\n`);
  process.stdout.write(
    `${stored} values imported, ${refused} refused. For viewing only: they are shown as imported, and are neither judged nor part of the record.\n`,
  );
}

/** Secrets come from the environment: what stands in a command line can be read by every user of the machine. */
function loginOf(user: string | undefined): OldInflux['login'] {
  const token = process.env['INFLUX_TOKEN'];
  if (token !== undefined) return { token };
  return user === undefined ? null : { user, password: process.env['INFLUX_PASSWORD'] ?? '' };
}

const timeOf = (text: string | undefined, name: string) =>
  text === undefined ? null : parseTime(text, name);

function lineOf({ series: { point }, from, stored, refused, before }: Taken): string {
  if (from === null) return `${point}  nothing there`;
  const reasons = Object.entries(refused).map(([reason, count]) => `, ${count} refused: ${reason}`);
  const earlier = before === 0 ? '' : `, ${before} weeks were taken before`;
  return `${point}  ${stored} values since ${new Date(from).toISOString()}${reasons.join('')}${earlier}`;
}
