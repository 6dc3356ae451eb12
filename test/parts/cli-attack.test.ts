import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HygateProcess } from '../kit/hygate-process.ts';

test('nothing in the data folder can be read by other users, even when the folder itself can', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hygate-cli-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const data = join(dir, 'data');
  mkdirSync(data);
  chmodSync(data, 0o755);
  const site = join(dir, 'site.yaml');
  writeFileSync(
    site,
    `
site: { id: test, name: 测试医院 }
listen: { mqtt: 127.0.0.1:0, http: 127.0.0.1:0 }
areas:
  - { id: vaccine, name: 预防接种门诊, kind: cold-chain }
devices:
  - id: fridge-1
    area: vaccine
    driver: opcua-fridge
    connect: opc.tcp://127.0.0.1:1
    security: { mode: None }
    limits: vaccine-storage/fridge
`,
  );
  const hygate = new HygateProcess(['run', '--config', site, '--data', data]);
  onTestFinished(() => void hygate.stop('SIGKILL'));
  await hygate.waitFor(/one-time password/);
  // What was there for a moment only is nobody's to read any more.
  const isOpen = (path: string) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0;
  const files = () => readdirSync(data, { recursive: true, encoding: 'utf8' });
  await expect.poll(() => files().some((name) => name.endsWith('.pem')), { timeout: 20_000 }).toBe(true);
  expect(files().length).toBeGreaterThan(8);
  expect(files().filter((name) => isOpen(join(data, name)))).toEqual([]);
  expect(await hygate.stop()).toEqual({ code: 0, signal: null });
});
