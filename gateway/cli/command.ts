/** One command of the command line. */
export interface Command {
  /** Arguments, as the usage shows them. */
  readonly synopsis: string;
  readonly summary: string;
  /** Resolves with the exit code when the command is over. Throws HygateError for what the user can mend. */
  run(args: readonly string[]): Promise<number>;
}
