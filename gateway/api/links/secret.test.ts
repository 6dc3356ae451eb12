import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { openLinkSecret } from './secret.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hygate-links-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a secret is made once, for nobody else to read', async () => {
  const secret = await openLinkSecret(dir, silentLog);
  expect(secret).toHaveLength(32);
  expect((await stat(join(dir, 'links.key'))).mode & 0o777).toBe(0o600);
  expect(await openLinkSecret(dir, silentLog)).toEqual(secret);
});

test('a secret that is damaged is made anew: a gateway starts all the same', async () => {
  await writeFile(join(dir, 'links.key'), 'half');
  const secret = await openLinkSecret(dir, silentLog);
  expect(secret).toHaveLength(32);
  expect(await openLinkSecret(dir, silentLog)).toEqual(secret);
});

test('a secret that cannot be kept serves this run, and the log says so', async () => {
  const said: string[] = [];
  const log = { ...silentLog, error: (_: object, message: string) => void said.push(message) };
  expect(await openLinkSecret(join(dir, 'missing'), log)).toHaveLength(32);
  expect(said).toEqual(['the secret of links cannot be kept: links are refused after the next start']);
});
