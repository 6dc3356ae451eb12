import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitCode, linesOf, worstFirst } from './diagnosis.ts';
import { type Finding, fault, verbatim, warning } from './finding.ts';

const finding = fc
  .record({ say: fc.constantFrom(fault, warning), code: fc.constantFrom('a', 'b', 'c', 'd') })
  .map(({ say, code }): Finding => {
    const text = verbatim(code);
    return say({ code, about: text, what: text, advice: text });
  });
const findings = fc.array(finding, { maxLength: 12 });

test('no warning stands before a fault, nothing is lost, and nothing is said twice', () => {
  fc.assert(
    fc.property(findings, (found) => {
      const sorted = worstFirst(found);
      const firstWarning = sorted.findIndex(({ gravity }) => gravity === 'warning');
      const faultsAfter = firstWarning < 0 ? [] : sorted.slice(firstWarning);
      expect(faultsAfter.every(({ gravity }) => gravity === 'warning')).toBe(true);
      expect(new Set(sorted.map(({ code }) => code))).toEqual(new Set(found.map(({ code }) => code)));
      expect(new Set(sorted.map(({ code }) => code)).size).toBe(sorted.length);
    }),
  );
});

test('the exit code is that of the worst', () => {
  fc.assert(
    fc.property(findings, (found) => {
      const worst = found.some(({ gravity }) => gravity === 'fault') ? 2 : found.length === 0 ? 0 : 1;
      expect(exitCode(found)).toBe(worst);
    }),
  );
});

test('each finding is one line in either language, and the last line counts them', () => {
  const about = { zh: '磁盘', en: 'disk' };
  const what = { zh: '已满', en: 'full' };
  const advice = { zh: '请清理', en: 'Free space' };
  const full = fault({ code: 'disk-full', about, what, advice });
  expect(linesOf([full], 'en')).toEqual(['FAULT   disk: full. Free space', '1 fault, 0 warnings.']);
  expect(linesOf([full], 'zh')).toEqual(['故障 磁盘：已满。请清理', '故障 1 项，注意 0 项。']);
});

test('what a stranger says does nothing to the terminal', () => {
  const what = verbatim('refused \u001b[1A\u001b[2KNothing is wrong.\u009b2J');
  const [line] = linesOf([fault({ code: 'x', about: what, what, advice: what })], 'en');
  expect(line).toContain('Nothing is wrong.');
  expect(line).not.toMatch(/\p{Cc}/u);
});
