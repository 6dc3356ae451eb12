import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS } from '#model/errors';

test('the README lists exactly the errors that there are', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| (.+) \| (yes|no) \|$/gm)];
  const listed = rows.map(([, code, status, title, retry]) => [code, Number(status), title, retry === 'yes']);
  const known = Object.entries(ERRORS).map(([code, { status, title, retry }]) => [
    code,
    status,
    title,
    retry,
  ]);
  expect(listed).toEqual(known);
});
