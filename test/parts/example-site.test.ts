import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ENVIRONMENT, NODE_FLAGS } from '../../gateway/cli/bootstrap.mjs';
import { HygateProcess } from '../kit/hygate-process.ts';

const EXAMPLES = join(import.meta.dirname, '../../gateway/config/examples');
const SECRETS = [
  'BOX_1_PASSWORD',
  'WECOM_ROBOT',
  'ALIYUN_ID',
  'ALIYUN_SECRET',
  'MAIL_PASSWORD',
  'HOOK_SECRET',
];

const env = Object.fromEntries(SECRETS.map((name) => [name, 'https://example.invalid/secret']));

/** As somebody who copied it would ask. */
async function check(...args: readonly string[]) {
  const hygate = new HygateProcess(['check', join(EXAMPLES, 'hospital.yaml'), ...args], { env });
  const { code } = await hygate.exited;
  return { code, output: hygate.output };
}

test('the example of a hospital is good, without a hint', async () => {
  const { code, output } = await check();
  expect(output).toMatch(/hospital\.yaml: good\. 6 areas, 11 devices, 39 points\.\n$/);
  expect(code).toBe(0);
});

test('its alarms and messages are those that stand beside it', async () => {
  const { code, output } = await check('--alarms', join(EXAMPLES, 'hospital-cases.yaml'));
  expect(output).toContain('4 cases: 4 as expected, 0 not, 0 only shown.');
  expect(code, output).toBe(0);
});

test('whoever reads only the first lines gets no stack for it', async () => {
  const entry = fileURLToPath(new URL('../../gateway/cli/hygate.ts', import.meta.url));
  const files = [join(EXAMPLES, 'hospital.yaml'), '--alarms', join(EXAMPLES, 'hospital-cases.yaml')];
  const child = spawn(process.execPath, [...NODE_FLAGS, entry, 'check', ...files], {
    env: { ...ENVIRONMENT, ...process.env, ...env },
  });
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await text(child.stderr)).toBe('');
});
