import type { TargetAnswer, TargetCall } from './target-host.js';

/** The longest a worker waits for a target or the router, in milliseconds. */
export const CALL_MS = 1_000;

/** Asks the process of the targets. */
export class TargetClient {
  readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  apply(call: TargetCall, signal: AbortSignal): Promise<TargetAnswer> {
    return this.post<TargetAnswer>('/apply', call, signal);
  }

  /** @throws where the process does not answer */
  async post<T>(path: string, body: object, signal?: AbortSignal): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    return (await response.json()) as T;
  }
}
