import type { AnswerSeries, Cell, Result } from './answer.ts';
import { type Epoch, timeText } from './epoch.ts';
import { turn } from './evaluate/turn.ts';

/** Rows that become text at once. */
const ROWS = 100;
/** Characters of one piece: a millisecond or two. */
const PIECE = 32_768;

/** The answer as InfluxDB writes it, in pieces; others get their turn between two. */
export async function* answerText(results: readonly Result[], epoch: Epoch): AsyncGenerator<Buffer> {
  let piece = '';
  for (const text of texts(results, epoch)) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = '';
    await turn();
  }
  yield Buffer.from(piece);
}

function* texts(results: readonly Result[], epoch: Epoch): Generator<string> {
  yield '{"results":[';
  for (const [index, result] of results.entries()) {
    yield `${index === 0 ? '' : ','}{"statement_id":${index}`;
    if ('error' in result) yield `,"error":${JSON.stringify(result.error)}`;
    else if (result.series.length > 0) yield* seriesTexts(result.series, epoch);
    yield '}';
  }
  yield ']}\n';
}

function* seriesTexts(all: readonly AnswerSeries[], epoch: Epoch): Generator<string> {
  yield ',"series":[';
  for (const [index, { values, ...head }] of all.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(head).slice(0, -1)},"values":[`;
    for (let from = 0; from < values.length; from += ROWS) {
      const rows = values.slice(from, from + ROWS).map((row) => rowText(row, epoch));
      yield `${from === 0 ? '' : ','}${rows.join(',')}`;
    }
    yield ']}';
  }
  yield ']';
}

const rowText = (row: readonly Cell[], epoch: Epoch): string =>
  `[${row.map((cell) => (typeof cell === 'object' && cell !== null ? timeText(cell, epoch) : JSON.stringify(cell))).join(',')}]`;
