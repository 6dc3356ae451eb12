import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '#model/site';
import { readSite } from '../../gateway/site-file.ts';

/** A clinic with one fridge, whose history lies in another system. */
export const SITE_TEXT = `
site: { id: clinic, name: 门诊, time-zone: Asia/Shanghai }
listen: { http: 127.0.0.1:0, mqtt: 127.0.0.1:0 }
areas: [{ id: vaccine, name: 冷链, kind: cold-chain }]
devices:
  - { id: fridge-1, area: vaccine, driver: mqtt-logger, every: 1m, login: { password: only-for-tests }, limits: vaccine-transport/box }
`;

export async function readSiteText(): Promise<Site> {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-site-'));
  await writeFile(join(dir, 'site.yaml'), SITE_TEXT);
  const { site } = await readSite(join(dir, 'site.yaml'));
  await rm(dir, { recursive: true });
  return site;
}
