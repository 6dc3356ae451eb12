import { SyntaxTrouble } from '../query-error.ts';

export type TokenKind = 'word' | 'name' | 'text' | 'number' | 'duration' | 'pattern' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** What it says, without quotes and escapes. */
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

const SPACE = /\s+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const DURATION = /(?:\d+(?:ns|ms|u|µ|s|m|h|d|w))+(?![A-Za-z0-9_.])/y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?![A-Za-z0-9_])/y;
const SIGN = /=~|!~|!=|<>|<=|>=|::|[=<>(),;.*+-]/y;
const QUOTES: Readonly<Record<string, TokenKind>> = { '"': 'name', "'": 'text', '/': 'pattern' };

/** InfluxQL has no division here: a slash always begins a regular expression. Throws SyntaxTrouble. */
export function tokensOf(query: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(query, 0);
  while (at < query.length) {
    const { token, end } = tokenAt(query, at);
    tokens.push(token);
    at = skipSpace(query, end);
  }
  return [...tokens, { kind: 'end', text: 'the end', at: query.length }];
}

function skipSpace(query: string, at: number): number {
  return at + (matchAt(SPACE, query, at)?.length ?? 0);
}

const PLAIN: readonly (readonly [TokenKind, RegExp])[] = [
  ['word', WORD],
  ['duration', DURATION],
  ['number', NUMBER],
  ['sign', SIGN],
];

function tokenAt(query: string, at: number): { token: Token; end: number } {
  const quote = query.charAt(at);
  const quoted = QUOTES[quote];
  if (quoted !== undefined) {
    const { text, end } = quoted === 'pattern' ? readPattern(query, at) : readQuoted(query, at, quote);
    return { token: { kind: quoted, text, at }, end };
  }
  for (const [kind, shape] of PLAIN) {
    const text = matchAt(shape, query, at);
    if (text !== undefined) return { token: { kind, text, at }, end: at + text.length };
  }
  throw new SyntaxTrouble(`"${query.slice(at, at + 10)}" is not understood`, at);
}

function matchAt(shape: RegExp, query: string, at: number): string | undefined {
  shape.lastIndex = at;
  return shape.exec(query)?.[0];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"', "'": "'" };

function readQuoted(query: string, at: number, quote: string): { text: string; end: number } {
  let text = '';
  for (let i = at + 1; i < query.length; i += 1) {
    const sign = query.charAt(i);
    if (sign === quote) return { text, end: i + 1 };
    if (sign === '\n') break;
    if (sign !== '\\') {
      text += sign;
      continue;
    }
    i += 1;
    const escaped = ESCAPES[query.charAt(i)];
    if (escaped === undefined) throw new SyntaxTrouble('a backslash stands before n, \\, " or \' only', i);
    text += escaped;
  }
  throw new SyntaxTrouble(`the ${quote} is never closed`, at);
}

/** Only `\/` is an escape here: the others belong to the expression. */
function readPattern(query: string, at: number): { text: string; end: number } {
  let text = '';
  for (let i = at + 1; i < query.length; i += 1) {
    const sign = query.charAt(i);
    if (sign === '/') return { text, end: i + 1 };
    if (sign === '\n') break;
    if (sign === '\\') {
      i += 1;
      text += query.charAt(i) === '/' ? '/' : `\\${query.charAt(i)}`;
    } else text += sign;
  }
  throw new SyntaxTrouble('the regular expression is never closed', at);
}
