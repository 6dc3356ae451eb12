import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { Delivery } from '../forward/influx/delivery.ts';
import { ImpatientSender } from '../forward/influx/impatience.ts';
import { ASIDE_REASONS, type AsideReason, isAsideReason } from '../forward/influx/refusal.ts';
import { type Replayed, replayAside } from '../forward/influx/replay.ts';
import { SetAside } from '../forward/influx/set-aside.ts';
import { createLog } from '../runtime/log.ts';
import type { Command } from './command.ts';
import { type InfluxFolder, influxFolder, type SpanOptions } from './influx-folder.ts';
import { spanBatches } from './span-batches.ts';

export const command: Command = {
  synopsis: 'SITE DIR [--reason WORD] [--dry-run] | SITE DIR --from TIME [--to TIME] [--dry-run]',
  summary:
    'sends to InfluxDB again what was set aside, or a span (readings, events, alarms); as often as you like',
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
      if (dry) return say(isSpan ? await describeSpan(folder, { from, to }) : describeAside(aside, word));
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
    ...{ stream: 'replay', send: sender.send, batch: target.batch, suspected: true },
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

/** Written twice, a row changes nothing: a span may be sent again at any time, while the gateway runs, too. */
async function sendSpan(
  folder: InfluxFolder,
  { aside, delivery }: { readonly aside: SetAside; readonly delivery: Delivery },
  options: SpanOptions,
): Promise<Replayed> {
  const { signal } = new AbortController();
  let [accepted, refused] = [0, 0];
  for await (const { lines } of spanBatches(folder, options)) {
    const again = await delivery.deliver(lines, signal);
    aside.add(again, realClock.wall());
    accepted += lines.length - again.length;
    refused += again.length;
  }
  return { accepted, refused };
}

function describeAside(aside: SetAside, reason: AsideReason | null): string {
  const groups = aside.groups().filter((group) => reason === null || group.reason === reason);
  if (groups.length === 0) return 'Nothing is set aside.';
  return groups.map(({ reason: word, lines, said }) => `${count(lines)}  ${word}: ${said}`).join('\n');
}

async function describeSpan(folder: InfluxFolder, options: SpanOptions): Promise<string> {
  let found = 0;
  for await (const { lines } of spanBatches(folder, options)) found += lines.length;
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

const count = (number: number): string => `${number.toLocaleString('en-US')} row${number === 1 ? '' : 's'}`;
