import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chineseOf, readPage, type Step, stepsOf, TASK_PAGES } from '../kit/docs.ts';
import { startField } from '../kit/docs-field.ts';
import { fencesOf, headingsOf } from '../kit/markdown.ts';
import { without } from '../kit/peers.ts';
import { Reader } from '../kit/reader.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Secrets that the site files of pages name. */
const SECRETS = {
  BOX_7_PASSWORD: 'a secret of box 7',
  MAIL_PASSWORD: 'a secret of the mail',
};

const pages = Object.values(TASK_PAGES);
const written = pages.filter((page) => existsSync(join(ROOT, page)));

test.each(pages)('%s is there in English and in Chinese', (page) => {
  expect([page, chineseOf(page)].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

describe.each([...written, 'README.md'])('%s', (page) => {
  const markdown = readPage(page);
  const steps = stepsOf(page, markdown);

  test.skipIf(!steps.some(isToBeDone) || without('mosquittoPub', 'curl'))(
    'a reader who does what it says meets what it says',
    async () => {
      const field = await startField(markdown);
      const reader = await Reader.open({ env: { ...SECRETS, ...field.env }, places: field.places });
      try {
        for (const step of steps) await reader.do(step);
      } finally {
        await reader.close();
        await field.end();
      }
    },
    600_000,
  );

  test.skipIf(!existsSync(join(ROOT, chineseOf(page))))('says the same in both languages', () => {
    const chinese = readPage(chineseOf(page));
    expect(blocksOf(chinese)).toEqual(blocksOf(markdown));
    expect(headingsOf(chinese)).toHaveLength(headingsOf(markdown).length);
  });
});

const isToBeDone = (step: Step): boolean => step.kind === 'run' && step.place === 'here';

/** Comments may be translated, but not the line that names a file. */
const blocksOf = (markdown: string) =>
  fencesOf(markdown).map(({ language, words, text }) => ({
    ...{ language, words },
    text: language === 'console' ? '' : text.replace(/(?<=^|\s)# (?![\w.-]+\.(?:ya?ml|env)\n).*$/gm, ''),
  }));
