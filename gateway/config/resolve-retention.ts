import { isShorter, keepText, leastRetention, parseKeep, RETENTION } from '#model/retention';
import type { AreaKind, Keep, Site } from '#model/site';
import type { Text } from '#model/text';
import type { SiteFile } from './site-file.ts';
import type { World } from './world.ts';

/** The least of the rules, and what the site keeps longer. */
export function resolveRetention(file: SiteFile['retention'], { mistakes }: World): Site['retention'] {
  const retention: Record<AreaKind, Keep> = { ...leastRetention() };
  for (const [kind, text] of Object.entries(file) as [AreaKind, string][]) {
    const keep = parseKeep(text);
    const least = RETENTION[kind].keep;
    if (keep === undefined) continue;
    if (!isShorter(keep, least)) retention[kind] = keep;
    else mistakes.add(['retention', kind], ...tooShort(kind, text));
  }
  return retention;
}

function tooShort(kind: AreaKind, text: string): [what: Text, hint: Text] {
  const { keep, basis } = RETENTION[kind];
  const years = keepText(keep);
  const least =
    keep === null ? { zh: '永久保存', en: 'ever' } : { zh: `至少保存 ${years}`, en: `at least ${years}` };
  const more = keep === null ? { zh: years, en: years } : { zh: `${years} 或更长`, en: `${years} or more` };
  return [
    {
      zh: `${kind} 的读数须${least.zh}（${basis.zh}），而不是 ${text}`,
      en: `readings of ${kind} must be kept for ${least.en} (${basis.en}), not ${text}`,
    },
    { zh: `请写 ${more.zh}，或删去此行`, en: `write ${more.en}, or leave the line out` },
  ];
}
