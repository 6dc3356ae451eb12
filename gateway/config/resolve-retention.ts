import { isShorter, keepText, leastRetention, parseKeep, RETENTION } from '#model/retention';
import type { AreaKind, Keep, Site } from '#model/site';
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

function tooShort(kind: AreaKind, text: string): [what: string, hint: string] {
  const { keep, basis } = RETENTION[kind];
  const [least, more] =
    keep === null ? ['ever', 'ever'] : [`at least ${keepText(keep)}`, `${keepText(keep)} or more`];
  return [
    `readings of ${kind} must be kept for ${least} (${basis}), not ${text}`,
    `write ${more}, or leave the line out`,
  ];
}
