import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import type { Entry } from '#model/journal';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { batches } from '../forward/influx/batches.ts';
import { Delivery } from '../forward/influx/delivery.ts';
import { ImpatientSender } from '../forward/influx/impatience.ts';
import { lineEncoder } from '../forward/influx/line.ts';
import { ASIDE_REASONS, type AsideReason, isAsideReason } from '../forward/influx/refusal.ts';
import { type Replayed, replayAside } from '../forward/influx/replay.ts';
import { SetAside } from '../forward/influx/set-aside.ts';
import { scanJournal, seqBefore } from '../journal/scan.ts';
import { createLog } from '../runtime/log.ts';
import type { Command } from './command.ts';
import { type InfluxFolder, influxFolder, type SpanOptions, spanOf } from './influx-folder.ts';

export const command: Command = {
  synopsis: 'SITE DIR [--reason WORD] [--dry-run] | SITE DIR --from TIME [--to TIME] [--dry-run]',
  summary: 'sends to InfluxDB again what was set aside, or a span of the journal; as often as you like',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        reason: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
    const { reason, from, to, 'dry-run': dry } = values;
    const word = reasonOf(reason);
    const isSpan = from !== undefined || to !== undefined;
    if (isSpan && word !== null) {
      throw new HygateError(
        'request-invalid',
        '--reason is for what was set aside; leave out --from and --to',
      );
    }
    const folder = await influxFolder('replay', positionals);
    const aside = new SetAside(folder.asidePath);
    try {
      if (dry) return say(isSpan ? describeSpan(folder, { from, to }) : describeAside(aside, word));
      const done = await sendAgain(folder, aside, isSpan ? { from, to } : word);
      say(`${count(done.accepted)} accepted, ${count(done.refused)} refused and set aside`);
      return done.refused === 0 ? 0 : 1;
    } finally {
      aside.close();
    }
  },
};

async function sendAgain(
  folder: InfluxFolder,
  aside: SetAside,
  what: SpanOptions | AsideReason | null,
): Promise<Replayed> {
  const { target } = folder;
  const log = createLog(process.env['HYGATE_LOG'] ?? 'error');
  const sender = new ImpatientSender(target, realClock);
  const delivery = new Delivery({
    ...{ send: sender.send, batch: target.batch, suspected: true },
    ...{ clock: realClock, log, meter: silentMeter },
  });
  const { signal } = new AbortController();
  try {
    if (what !== null && typeof what === 'object') return await sendSpan(folder, { aside, delivery }, what);
    const options = { aside, delivery, batch: target.batch, reason: what, clock: realClock };
    return await replayAside(options, signal);
  } finally {
    sender.close();
  }
}

/** Written twice, a reading changes nothing: a span may be sent again at any time, while the gateway runs, too. */
async function sendSpan(
  folder: InfluxFolder,
  { aside, delivery }: { readonly aside: SetAside; readonly delivery: Delivery },
  options: SpanOptions,
): Promise<Replayed> {
  const { signal } = new AbortController();
  const making = { encode: lineEncoder(folder.site), size: folder.target.batch, clock: realClock };
  let [accepted, refused] = [0, 0];
  for await (const { lines } of batches(rowsIn(folder, options), making)) {
    const again = await delivery.deliver(lines, signal);
    aside.add(again, realClock.wall());
    accepted += lines.length - again.length;
    refused += again.length;
  }
  return { accepted, refused };
}

async function* rowsIn(folder: InfluxFolder, options: SpanOptions): AsyncGenerator<Entry> {
  const { from, to } = spanOf(options);
  const log = createLog(process.env['HYGATE_LOG'] ?? 'error');
  for (const entry of scanJournal(folder.journalDir, seqBefore(folder.journalDir, from), log)) {
    if (entry.kind !== 'readings') continue;
    const readings = entry.readings.filter(({ at }) => at >= from && at < to);
    if (readings.length > 0) yield { ...entry, readings };
  }
}

function describeAside(aside: SetAside, reason: AsideReason | null): string {
  const groups = aside.groups().filter((group) => reason === null || group.reason === reason);
  if (groups.length === 0) return 'Nothing is set aside.';
  return groups.map(({ reason: word, lines, said }) => `${count(lines)}  ${word}: ${said}`).join('\n');
}

function describeSpan(folder: InfluxFolder, options: SpanOptions): string {
  const { from, to } = spanOf(options);
  const log = createLog(process.env['HYGATE_LOG'] ?? 'error');
  let found = 0;
  for (const entry of scanJournal(folder.journalDir, seqBefore(folder.journalDir, from), log)) {
    if (entry.kind === 'readings') found += entry.readings.filter(({ at }) => at >= from && at < to).length;
  }
  return `${count(found)} would be sent again.`;
}

function reasonOf(text: string | undefined): AsideReason | null {
  if (text === undefined) return null;
  if (isAsideReason(text)) return text;
  throw new HygateError('request-invalid', `--reason is one of ${ASIDE_REASONS.join(', ')}; it is "${text}"`);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

const count = (number: number): string =>
  `${number.toLocaleString('en-US')} reading${number === 1 ? '' : 's'}`;
