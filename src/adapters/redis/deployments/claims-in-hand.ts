import type { DeploymentId } from '../../../domain/model/ids.js';

/**
 * The claims that were made here. A fence alone does not say whose it is: a
 * failover that loses a claim lets another worker have the same one.
 */
export class ClaimsInHand {
  readonly #claims = new Map<DeploymentId, { readonly fence: number; readonly worker: string }>();

  took(id: DeploymentId, fence: number, worker: string): void {
    this.#claims.set(id, { fence, worker });
  }

  /** The fence as the scripts take it: with the worker that claimed it, where that was here. */
  named(id: DeploymentId, fence: number): string {
    const claim = this.#claims.get(id);
    return claim?.fence === fence ? `${fence}:${claim.worker}` : String(fence);
  }

  /** Nothing will be written under it any more. */
  over(id: DeploymentId, fence: number): void {
    if (this.#claims.get(id)?.fence === fence) this.#claims.delete(id);
  }
}
