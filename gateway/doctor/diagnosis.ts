import type { Language } from '#model/text';
import type { Finding, Gravity } from './finding.ts';

const GRAVITIES: readonly Gravity[] = ['fault', 'warning'];

const WORDS: Readonly<Record<Gravity, Readonly<Record<Language, string>>>> = {
  fault: { zh: '故障', en: 'FAULT  ' },
  warning: { zh: '注意', en: 'WARNING' },
};

/** The worst first, otherwise in the order in which they were found; the same is said once. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  const once = new Map(findings.map((finding) => [`${finding.about.en}: ${finding.what.en}`, finding]));
  return GRAVITIES.flatMap((gravity) => [...once.values()].filter((finding) => finding.gravity === gravity));
}

/** 0: nothing is wrong. 1: warnings. 2: faults. */
export function exitCode(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ gravity }) => gravity === 'fault')) return 2;
  return findings.length === 0 ? 0 : 1;
}

/** A line for each finding, and one for all of them. */
export function linesOf(findings: readonly Finding[], language: Language): readonly string[] {
  return [...findings.map((finding) => lineOf(finding, language)), summaryOf(findings, language)];
}

/** A server or a device may have said part of it: signs that a terminal obeys. Mistakes of a site file have lines. */
const TERMINAL = /[^\P{Cc}\n]+/gu;

function lineOf({ gravity, about, what, advice }: Finding, language: Language): string {
  const [colon, stop] = language === 'zh' ? ['：', '。'] : [': ', '. '];
  const line = `${WORDS[gravity][language]} ${about[language]}${colon}${what[language]}${stop}${advice[language]}`;
  return line.replaceAll(TERMINAL, ' ');
}

function summaryOf(findings: readonly Finding[], language: Language): string {
  const count = (gravity: Gravity) => findings.filter((finding) => finding.gravity === gravity).length;
  const [faults, warnings] = [count('fault'), count('warning')];
  if (faults + warnings === 0) return language === 'zh' ? '一切正常。' : 'Nothing is wrong.';
  return language === 'zh'
    ? `故障 ${faults} 项，注意 ${warnings} 项。`
    : `${faults} ${faults === 1 ? 'fault' : 'faults'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`;
}
