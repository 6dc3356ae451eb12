import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSite } from '../../gateway/config/load-site.ts';
import { loadPlugins } from '../../gateway/plugins.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

test('the first site file of the README is a good one', async () => {
  const [example = ''] = [...readme.matchAll(/```yaml\n(# site\.yaml\n[\s\S]*?)```/g)].map(
    ([, text]) => text,
  );
  const loaded = loadSite(example, {
    ...(await loadPlugins()),
    env: { BOX_7_PASSWORD: 'secret', MAIL_PASSWORD: 'secret' },
    readFile: (path) => expect.unreachable(`the example wants ${path}`),
  });
  expect('mistakes' in loaded ? loaded.mistakes : []).toEqual([]);
});
