/**
 * A question that has no answer. `RedisAway`: it could not be asked, or the answer not be fetched; nothing is known of the node. `NoAnswer`: the node did not answer in
 * time. `Refused`: it said that it does not answer this.
 */
export class AskError extends Error {
  override readonly name = 'AskError';
  readonly reason: 'RedisAway' | 'NoAnswer' | 'Refused';

  constructor(reason: AskError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
