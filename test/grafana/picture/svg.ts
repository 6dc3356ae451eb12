/** A rectangle of the picture, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Attributes = Readonly<Record<string, string | number>>;

export const element = (name: string, attributes: Attributes, content = ''): string =>
  `<${name} ${Object.entries(attributes)
    .map(([key, value]) => `${key}="${escapeXml(String(value))}"`)
    .join(' ')}>${content}</${name}>`;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Text that begins (`start`), is in the `middle` or ends (`end`) at `x`; cut where it has no room. */
export function textAt(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, 'font-size': 11, fill: '#333', ...attributes }, escapeXml(content));
}

/** A Chinese sign is as wide as it is high, a Latin one half of that. */
export function cut(content: string, width: number, size = 11): string {
  let room = width;
  for (const [index, sign] of [...content].entries()) {
    room -= (sign.charCodeAt(0) > 0x2000 ? 1 : 0.56) * size;
    if (room < 0) return `${[...content].slice(0, Math.max(0, index - 1)).join('')}…`;
  }
  return content;
}
