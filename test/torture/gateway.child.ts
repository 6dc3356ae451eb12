import { serve } from '../../gateway/cli/serve.ts';
import { readSite } from '../../gateway/site-file.ts';

/*
 * `hygate run` but for the sizes: segments roll, are sealed and flushed every second or two instead of once a month, so
 * that a kill can meet each of it.
 */
const [file = '', dataDir = ''] = process.argv.slice(2);
const { site } = await readSite(file);
process.exitCode = await serve({ site, dataDir, journal: { segmentBytes: 150_000, openReadings: 20_000 } });
