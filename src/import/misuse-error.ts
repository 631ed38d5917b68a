/** The command was used wrongly: a person must change the call. The message says what and where; exit code 2. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
}
