import { type Static, type TArrayOptions, type TProperties, type TSchema, Type } from 'typebox';

/*
 * The kinds of values of the site file. `title` completes the sentence "must be …", `zh` the same in Chinese;
 * `description` says what the key means and ends up in the reference.
 */

export const text = (description: string, options: object = {}) =>
  Type.String({ minLength: 1, title: 'text', zh: '文字', description, ...options });

export const id = (description: string) =>
  Type.String({
    pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
    maxLength: 48,
    title: 'an id: lower-case letters, digits and single hyphens, at most 48, such as fridge-2',
    zh: '代号：小写字母、数字和单个连字符，最多 48 个，如 fridge-2',
    description,
  });

export const duration = (description: string, options: { default?: string; least?: string } = {}) =>
  Type.String({
    pattern: '^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$',
    title: 'a length of time such as 500ms, 10s, 5m, 2h or 1d',
    zh: '时长，如 500ms、10s、5m、2h 或 1d',
    description,
    ...options,
  });

export const keep = (description: string) =>
  Type.String({
    pattern: '^([0-9]{1,5}[yd]|ever)$',
    title: 'years or days such as 5y or 2000d, or ever',
    zh: '年数或天数，如 5y 或 2000d，或 ever（永久）',
    description,
  });

export const secret = (description: string) =>
  Type.String({
    minLength: 1,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the site file's own notation
    title: 'a secret as ${VARIABLE} or file:PATH',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the site file's own notation
    zh: '密钥，写成 ${VARIABLE} 或 file:PATH',
    description,
    secret: true,
  });

export const url = (description: string) =>
  Type.String({
    pattern: '^https?://[^\\s/]+',
    title: 'an address such as http://127.0.0.1:8086',
    zh: '地址，如 http://127.0.0.1:8086',
    description,
  });

export const count = (description: string, minimum: number, maximum: number, options: object = {}) =>
  Type.Integer({
    minimum,
    maximum,
    title: `a whole number from ${minimum} to ${maximum}`,
    zh: `${minimum} 到 ${maximum} 的整数`,
    description,
    ...options,
  });

export const choice = <const Values extends readonly string[]>(
  description: string,
  values: Values,
  options: { default?: Values[number] } = {},
) => Type.Unsafe<Values[number]>(Type.Enum([...values], { description, ...options }));

/** Two numbers, the lower first. */
export const span = (description: string) =>
  Type.Tuple([Type.Number(), Type.Number()], {
    title: 'two numbers, [low, high]',
    zh: '两个数，[低, 高]',
    description,
  });

/** A mapping with these keys and no other. */
export const keys = <Properties extends TProperties>(properties: Properties, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

export const list = <Item extends TSchema>(items: Item, options: TArrayOptions = {}) =>
  Type.Array(items, options);

/** A name for people: one text for both languages, or one for each. */
export const name = (description: string) =>
  Type.Union([text(description), keys({ zh: text('In Chinese.'), en: text('In English.') })], {
    title: 'text, or { zh: …, en: … }',
    zh: '文字，或 { zh: …, en: … }',
    description,
  });

export type NameFile = Static<ReturnType<typeof name>>;
