import { expect, test } from 'vitest';
import type { JournalEvent } from '#model/journal';
import { bootId, describeStart } from './run-identity.ts';

const event = (type: string, data: JournalEvent['data']): JournalEvent => ({ type, at: 1, by: null, data });
const now = { boot: 'boot-2', run: 'run-2' };

test.each<[string, JournalEvent | null, string | null]>([
  ['nothing when there was no run', null, null],
  ['a stop in order', event('gateway-stopped', {}), 'gateway-stopped'],
  ['a program that died', event('gateway-started', { boot: 'boot-2', run: 'run-1' }), 'gateway-died'],
  ['a power cut', event('gateway-started', { boot: 'boot-1', run: 'run-1' }), 'power-lost'],
  ['a writing thread that began again', event('gateway-started', { boot: 'boot-2', run: 'run-2' }), 'disk'],
  [
    'a program that died, where the boot is not known',
    event('gateway-started', { boot: null }),
    'gateway-died',
  ],
])('a start tells of %s', (_, last, before) => {
  expect(describeStart(last, now, null)).toEqual({ ...now, before });
});

test('the first start on what was restored says so, and that of which backup, once', () => {
  const last = event('gateway-started', { boot: 'boot-2', run: 'run-1' });
  const restored = { at: 20, backupAt: 10, damaged: [] };
  const told = describeStart(last, now, restored);
  expect(told).toEqual({ ...now, before: 'restored', restored });
  const killedMeanwhile = event('gateway-started', { ...told, boot: 'boot-2', run: 'run-2' });
  const next = { boot: 'boot-2', run: 'run-3' };
  expect(describeStart(killedMeanwhile, next, restored)).toEqual({ ...next, before: 'gateway-died' });
});

test('the boot of this machine has an id', () => {
  expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
});
