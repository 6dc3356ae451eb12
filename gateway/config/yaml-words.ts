import type { YAMLError } from 'yaml';
import type { Text } from '#model/text';

/** The parser speaks English only: a head in Chinese says what it is about, for the codes that people meet. */
const HEADS: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: '别名（*）有误',
  BAD_DQ_ESCAPE: '双引号中的反斜杠转义有误',
  BAD_INDENT: '缩进有误',
  BAD_SCALAR_START: '值不能以此字符开头，请加引号',
  BLOCK_AS_IMPLICIT_KEY: '一行中不能有两个“键: 值”，值中有冒号请加引号',
  BLOCK_IN_FLOW: '{ } 或 [ ] 中不能用缩进的写法',
  DUPLICATE_KEY: '同一个配置项写了两次',
  MISSING_CHAR: '缺少标点、空格、引号或括号',
  MULTILINE_IMPLICIT_KEY: '缺少冒号，或配置项跨了行',
  MULTIPLE_DOCS: '--- 之后有第二份文档',
  TAB_AS_INDENT: '缩进不能用制表符（Tab），请用空格',
  UNEXPECTED_TOKEN: '这里有多余的内容',
};

/** What the parser found, in both languages. */
export const yamlWords = ({ code, message }: Pick<YAMLError, 'code' | 'message'>): Text => ({
  zh: `${HEADS[code] ?? 'YAML 语法有误'}（${message}）`,
  en: message,
});
