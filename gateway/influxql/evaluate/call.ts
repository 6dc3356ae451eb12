import type { FunctionName } from '../syntax/statement.ts';

/** A function over a field. */
export interface Call {
  readonly name: FunctionName;
  readonly field: string;
}
