import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadSite } from '../../gateway/config/load-site.ts';
import { formatMistakes } from '../../gateway/config/mistakes.ts';
import { loadPlugins } from '../../gateway/plugins.ts';

/* The site file's side of the channels: the example of every README, and secrets in the places that hold them. */

const FOLDERS = fileURLToPath(new URL('../../alerts/channels/', import.meta.url));
const SITE = `
site: { id: test, name: 测试医院 }
areas: [{ id: a, name: 门诊, kind: other }]
devices: [{ id: box, area: a, driver: mqtt-logger, every: 1m, login: { user: box, password: box } }]
`;
/** A secret that may stand for an address as well as for a password. */
const SECRET = 'https://provider.example/send?key=KEY-of-the-provider';

const plugins = await loadPlugins();

function load(text: string) {
  const variables = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [name, SECRET]);
  // A PIN is no address.
  const readFile = (path: string) => (path.endsWith('pin') ? '1234' : SECRET);
  const loaded = loadSite(text, { ...plugins, env: Object.fromEntries(variables), readFile });
  return 'site' in loaded
    ? { site: loaded.site, mistakes: '' }
    : { site: null, mistakes: formatMistakes(loaded.mistakes, 'site.yaml') };
}

const exampleOf = (name: string): string =>
  /```yaml\n(channels:[\s\S]*?)```/.exec(readFileSync(`${FOLDERS}${name}/README.md`, 'utf8'))?.[1] ?? '';

const named = readdirSync(FOLDERS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test.each(named)('the example of %s is a good part of a site file', (name) => {
  const example = exampleOf(name);
  expect(example).not.toBe('');
  // Some examples show a second way that has its own page.
  const others = named.filter((other) => other !== name && new RegExp(`\\b${other}\\b`).test(example));
  const rest = others.map((other) => exampleOf(other).split('people:')[0]?.replace('channels:\n', '') ?? '');
  const { mistakes } = load(`${SITE}${example.replace('channels:\n', `channels:\n${rest.join('')}`)}`);
  expect(mistakes).toBe('');
});

test('an address that holds a key, a header and a body come from the environment or a file', () => {
  const { site } = load(`${SITE}
channels:
  voice: { url: "\${URL}", headers: { Authorization: "\${TOKEN}" }, body: "file:call.json" }
`);
  expect(site?.channels['voice']?.options).toMatchObject({
    ...{ url: SECRET, headers: { Authorization: SECRET }, body: SECRET },
  });
});

test('a mistake in a secret never shows the secret', () => {
  const { mistakes } = load(`${SITE}
channels:
  wecom: { url: "ftp://robot.example/?key=KEY-of-the-robot" }
  dingtalk: { url: "KEY-of-the-robot", secret: "" }
`);
  expect(mistakes).toContain('must be an http or https address');
  expect(mistakes).not.toContain('KEY-of-the-robot');
});
