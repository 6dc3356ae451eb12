import { expect, test } from 'vitest';
import { DeliveryError, type OpenIndicator, type Scene } from '#model/channel';
import { silentLog } from '#model/log';
import { SECOND } from '#model/time';
import { Metrics } from '../../../gateway/runtime/metrics.ts';
import { HandClock } from '../../../test/kit/hand-clock.ts';
import { ShownIndicator } from './shown-indicator.ts';

const QUIET: Scene = { unacknowledged: null, active: null };
const CRITICAL: Scene = { unacknowledged: 'critical', active: 'critical' };

function stage() {
  const clock = new HandClock(0);
  const shows: Scene[] = [];
  const state = { scene: QUIET, answer: 'takes' as 'takes' | 'fails' | 'hangs', changes: 0 };
  const indicator: OpenIndicator = {
    async show(scene) {
      shows.push(scene);
      if (state.answer === 'hangs') await new Promise(() => undefined);
      if (state.answer === 'fails') throw new DeliveryError('unreachable', true, 'no power');
    },
    async test() {
      throw new Error('a way of its own');
    },
    mute: () => undefined,
    close: async () => undefined,
  };
  const meter = new Metrics();
  const shown = new ShownIndicator({
    ...{ name: 'beacon', indicator, refresh: 5 * SECOND, clock, log: silentLog, meter },
    scene: () => state.scene,
    onChange: () => state.changes++,
  });
  shown.start();
  return { clock, shows, state, shown, meter };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('it shows at the start, with every change at once, and with each refresh', async () => {
  const { clock, shows, state, shown } = stage();
  await settle();
  expect(shows).toEqual([QUIET]);
  state.scene = CRITICAL;
  shown.look();
  await settle();
  expect(shows).toEqual([QUIET, CRITICAL]);
  await clock.advance(15 * SECOND);
  expect(shows).toHaveLength(5);
  await shown.stop();
});

test('a change while it is being shown is shown right after', async () => {
  const { shows, state, shown } = stage();
  state.scene = CRITICAL;
  shown.look();
  await settle();
  expect(shows.at(-1)).toEqual(CRITICAL);
  await shown.stop();
});

test('one that fails is tried at most once a refresh, however much happens, and is dark after three failures', async () => {
  const { clock, shows, state, shown, meter } = stage();
  state.answer = 'fails';
  await settle();
  shown.look();
  await settle();
  await clock.advance(SECOND);
  expect(state.changes).toBe(0);
  const before = shows.length;
  for (let second = 0; second < 600; second++) {
    shown.look();
    await settle();
    await clock.advance(SECOND);
  }
  expect(shows.length - before).toBeLessThanOrEqual(600 / 3.75 + 3);
  expect(shown.isDark).toBe(true);
  expect(shown.trouble).toBe('no power');
  expect(state.changes).toBe(1);
  const text = await meter.registry.metrics();
  expect(text).toContain('hygate_indicator_up{indicator="beacon"} 0');
  expect(text).toMatch(/hygate_indicator_failures_total\{indicator="beacon",reason="unreachable"\} \d+/);
  state.answer = 'takes';
  await clock.advance(5 * SECOND);
  expect(shown.isDark).toBe(false);
  expect(state.changes).toBe(2);
  await shown.stop();
});

test('one that hangs is left behind after ten seconds', async () => {
  const { clock, shows, state, shown } = stage();
  await settle();
  state.answer = 'hangs';
  await clock.advance(5 * SECOND);
  await clock.advance(10 * SECOND);
  expect(shown.trouble).toContain('10000 ms');
  await clock.advance(SECOND);
  expect(shows).toHaveLength(3);
  await shown.stop();
});

test('a test that fails in a way of its own is a delivery error', async () => {
  const { shown } = stage();
  await expect(shown.test(SECOND)).rejects.toMatchObject({
    failure: 'unreachable',
    message: 'a way of its own',
  });
  await shown.stop();
});
