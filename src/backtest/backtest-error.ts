import { OperatorError } from '../infra/operator-error.js';

/** A backtest that cannot be made as it was asked for; the message says what to ask for instead. */
export class BacktestError extends OperatorError {
  override readonly name = 'BacktestError';
}
