import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Value } from 'typebox/value';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { DeliveryError, type Message, type Recipient, type Way } from '#model/channel';
import { realClock } from '#model/time';
import { loadFolder } from '../../gateway/runtime/folder.ts';

/*
 * Judges every channel by its folder: the contract, the README, and `cases/*.yaml`. A case has `options` and
 * - `valid`: whether the schema takes them; or
 * - `renders`: what the channel's `render(options, message, person)` makes of the example below; or
 * - `fails`: the failure that `render` throws.
 * `message` and `to` replace fields of the example; null takes a field away.
 */

interface Case {
  readonly title: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly message?: Readonly<Record<string, unknown>>;
  readonly to?: Readonly<Record<string, unknown>>;
  readonly valid?: boolean;
  readonly renders?: Readonly<Record<string, unknown>>;
  readonly fails?: string;
}

type Render = (options: unknown, message: Message, to: Recipient) => unknown;

const MESSAGE = {
  key: '0mk0hqs9s-1.2.raised',
  event: 'raised',
  subject: { zh: '[严重] 一号冰箱 温度 偏高', en: '[Critical] Fridge 1 Temperature too high' },
  body: { zh: '数值：9.2 °C', en: 'Value: 9.2 °C' },
  severity: 'critical',
  alarms: [{ id: '0mk0hqs9s-1' }],
  repeat: false,
  link: null,
};

const PERSON = { id: 'li', name: '李工', language: 'zh', phone: '13800000000', email: 'li@hospital.example' };

const root = fileURLToPath(new URL('.', import.meta.url));
const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());

let channels: ReadonlyMap<string, Way>;
beforeAll(async () => {
  channels = await loadFolder<Way>(root, 'channel.ts');
});

const channelOf = (name: string): Way => {
  const channel = channels.get(name);
  if (channel === undefined) throw new Error(`there is no channel ${name}`);
  return channel;
};

const optionsOf = (name: string): Readonly<Record<string, { readonly secret?: boolean }>> =>
  (channelOf(name).options as { properties?: Record<string, { secret?: boolean }> }).properties ?? {};

const changed = (example: object, over: object = {}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries({ ...example, ...over }).filter(
      ([key]) => (over as Record<string, unknown>)[key] !== null,
    ),
  );

async function rendered(name: string, { options, message, to }: Case): Promise<unknown> {
  const { render } = (await import(`${root}${name}/channel.ts`)) as { render?: Render };
  if (render === undefined) throw new Error(`${name}/channel.ts exports no render`);
  const filled = Value.Default(channelOf(name).options, structuredClone(options));
  return render(filled, changed(MESSAGE, message) as never, changed(PERSON, to) as never);
}

async function judge(name: string, one: Case): Promise<void> {
  const { options } = channelOf(name);
  const filled = Value.Default(options, structuredClone(one.options));
  expect(Value.Check(options, filled)).toBe(one.valid ?? true);
  if (one.renders !== undefined) expect(await rendered(name, one)).toMatchObject(one.renders);
  if (one.fails !== undefined) {
    const failure = await rendered(name, one).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeliveryError);
    expect(failure).toMatchObject({ failure: one.fails });
  }
}

for (const { name } of folders) {
  describe(name, () => {
    test('opens from the least it needs and closes again', async () => {
      const [file] = readdirSync(`${root}${name}/cases`).filter((entry) => entry === 'options.yaml');
      const cases = parse(readFileSync(`${root}${name}/cases/${file}`, 'utf8')) as Case[];
      const least = cases.find(({ valid }) => valid);
      const channel = channelOf(name);
      const options = Value.Default(channel.options, structuredClone(least?.options)) as never;
      await channel.open(options, { clock: realClock, dir: '/nonexistent' }).close();
    });

    test('names each of its options in its README', () => {
      const readme = readFileSync(`${root}${name}/README.md`, 'utf8');
      for (const option of Object.keys(optionsOf(name))) expect(readme).toContain(`\`${option}\``);
    });

    test('shows no key, password or token to anybody', () => {
      const guarded = Object.entries(optionsOf(name)).filter(([option]) =>
        /secret|passw|token|-key/.test(option),
      );
      for (const [option, schema] of guarded) expect([option, schema.secret]).toEqual([option, true]);
    });

    for (const file of readdirSync(`${root}${name}/cases`)) {
      for (const one of parse(readFileSync(`${root}${name}/cases/${file}`, 'utf8')) as Case[]) {
        test(`${file}: ${one.title}`, () => judge(name, one));
      }
    }
  });
}
