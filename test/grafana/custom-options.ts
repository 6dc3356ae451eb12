import type { Choice } from '../../grafana/choices.ts';

/** What Grafana reads in the line of a custom variable (transformCsvStringToOptions of its CustomVariable). */
export const customOptions = (line: string): readonly Choice[] =>
  (line.match(/(?:\\,|[^,])+/g) ?? []).map((part) => {
    const text = part.replaceAll('\\,', ',');
    const [, name = text, value = text] = /^\s*(.+)\s:\s(.+)$/.exec(text) ?? [];
    return { text: name.trim(), value: value.trim() };
  });
