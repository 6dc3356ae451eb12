import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DeliveryError, type Message, type Receipt } from '#model/channel';
import { HygateError } from '#model/errors';
import type { Person, Site } from '#model/site';
import { type Ms, parseDuration, realClock, SECOND } from '#model/time';
import { Ways } from '../../alerts/notify/send/ways.ts';
import { loadPlugins } from '../plugins.ts';
import { createLog } from '../runtime/log.ts';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';

/** How often a provider is asked what became of a message. */
const ASK: Ms = 2 * SECOND;

export const command: Command = {
  synopsis: 'PERSON FILE [--data DIR] [--wait 30s]',
  summary: 'sends a test over each channel of a person now and shows every answer',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, wait: { type: 'string', default: '30s' } },
    });
    const [id, file] = positionals;
    const wait = parseDuration(values.wait);
    if (id === undefined || file === undefined || wait === undefined) {
      throw new HygateError('request-invalid', 'give a person and a site file: hygate tell li site.yaml');
    }
    const { site } = await readSite(file);
    const tests = await tell(site, personOf(site, id, file), { wait, dataDir: values.data });
    for (const test of tests) process.stdout.write(`${describe(test)}\n`);
    return tests.every(({ outcome }) => outcome === 'sent' || outcome === 'delivered') ? 0 : 1;
  },
};

function personOf(site: Site, id: string, file: string): Person {
  const person = site.people.find((candidate) => candidate.id === id);
  if (person === undefined) {
    const known = site.people.map((candidate) => candidate.id).join(', ') || 'nobody';
    throw new HygateError('request-invalid', `${file} has no person "${id}"; it has ${known}`);
  }
  if (person.channels.length > 0) return person;
  throw new HygateError('request-invalid', `${id} has no channels: give some under people in ${file}`);
}

interface Asking {
  readonly wait: Ms;
  readonly dataDir: string | undefined;
}

/** What came of one channel. */
interface Test {
  readonly channel: string;
  readonly outcome: string;
  readonly answer: string;
  readonly took: Ms;
}

/** The channels one after the other, as somebody stands there and listens for which of them rings. */
async function tell(site: Site, person: Person, { wait, dataDir }: Asking): Promise<readonly Test[]> {
  // Subscriptions of web push live with the gateway's data; without them a folder for this once will do.
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'hygate-tell-')));
  const used = Object.entries(site.channels).filter(([name]) => person.channels.includes(name));
  const ways = new Ways({
    ...{ site: { ...site, channels: Object.fromEntries(used) }, ...(await loadPlugins()) },
    ...{ dir: join(dir, 'channels'), clock: realClock, log: createLog('error'), onBroken: () => undefined },
  });
  try {
    await ways.open();
    const tests: Test[] = [];
    for (const name of person.channels) tests.push(await tryOne(ways, name, { site, person, wait }));
    return tests;
  } finally {
    await ways.close();
    if (dataDir === undefined) await rm(dir, { recursive: true, force: true });
  }
}

interface Trial {
  readonly site: Site;
  readonly person: Person;
  readonly wait: Ms;
}

async function tryOne(ways: Ways, channel: string, { site, person, wait }: Trial): Promise<Test> {
  const began = realClock.monotonic();
  const ended = (outcome: string, answer: string): Test => ({
    ...{ channel, outcome, answer, took: realClock.monotonic() - began },
  });
  if (!ways.of(person.id).includes(channel)) return ended('not tried', 'it cannot be opened');
  try {
    const { answer, receipt } = await ways.send(channel, person.id, messageOf(site));
    if (receipt === null) return ended('sent', answer);
    const { state, answer: said } = await receiptOf(() => ways.receipt(channel, person.id, receipt), wait);
    return ended(state === 'pending' ? 'sent' : state, said);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return ended(error.failure, error.message);
  }
}

/** Asks until it is known what became of the message, or the wait is over. */
async function receiptOf(ask: () => Promise<Receipt>, wait: Ms): Promise<Receipt> {
  const end = realClock.monotonic() + wait;
  let receipt = await ask();
  while (receipt.state === 'pending' && realClock.monotonic() < end) {
    await realClock.sleep(Math.min(ASK, end - realClock.monotonic()));
    receipt = await ask();
  }
  return receipt;
}

const messageOf = ({ name }: Site): Message => ({
  key: `tell.${realClock.wall().toString(36)}`,
  event: 'test',
  severity: 'notice',
  subject: {
    zh: `[测试] ${name.zh} 报警通知测试，没有报警`,
    en: `[Test] ${name.en}: a test of alarm messages, no alarm`,
  },
  body: {
    zh: '说明：有人在网关上执行了 hygate tell\n处置：无需处理',
    en: 'Note: somebody ran hygate tell at the gateway\nWhat to do: nothing',
  },
  alarms: [],
  repeat: false,
  link: null,
});

const describe = ({ channel, outcome, answer, took }: Test): string =>
  `${channel}: ${outcome} after ${Math.round(took)} ms: ${answer}`;
