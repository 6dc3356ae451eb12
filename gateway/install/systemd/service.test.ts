import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const UNIT = join(import.meta.dirname, 'hygate.service');
/** What it said, errors included. */
function analyze(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return status === 0 ? stdout + stderr : `failed: ${stdout}${stderr}`;
}

/** systemd-analyze counts in tenths. */
const LESS_THAN_3 = '29';

describe.skipIf(!existsSync('/usr/bin/systemd-analyze'))('the service', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'hygate-service-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test('is exposed less than 3 of 10', () => {
    expect(analyze('security', '--offline=true', `--threshold=${LESS_THAN_3}`, UNIT)).toMatch(/^→ Overall/m);
    expect(analyze('security', '--offline=true', '--threshold=1', UNIT)).toMatch(/^failed/);
  });

  test('has no setting that systemd does not know', () => {
    const unit = join(dir, 'hygate.service');
    // Here the program may be missing.
    writeFileSync(unit, readFileSync(UNIT, 'utf8').replaceAll('/usr/bin/hygate', '/bin/true'));
    expect(analyze('verify', unit)).toBe('');
  });
});
