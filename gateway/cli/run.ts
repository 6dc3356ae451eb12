import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';
import { machineLanguage } from './language.ts';
import { serve } from './serve.ts';

export const command: Command = {
  synopsis: '--config FILE [--data DIR]',
  summary: 'runs the gateway of a site (data folder: ./data)',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, data: { type: 'string', default: 'data' } },
    });
    if (values.config === undefined) {
      throw new HygateError('config-unreadable', 'give the site file: hygate run --config site.yaml');
    }
    const { site, hints } = await readSite(values.config);
    const language = machineLanguage();
    return serve({ site, dataDir: values.data, hints: hints.map((hint) => hint[language]) });
  },
};
