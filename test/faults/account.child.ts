import { readFileSync } from 'node:fs';
import type { Site } from '#model/site';
import { serve } from '../../gateway/cli/serve.ts';

/* `hygate run` on a machine whose boot is known to the trial: a power cut is a kill -9 and another boot. */
const [siteFile = '', dataDir = ''] = process.argv.slice(2);
const site = JSON.parse(readFileSync(siteFile, 'utf8')) as Site;
process.exitCode = await serve({ site, dataDir, journal: { boot: 'this boot' } });
