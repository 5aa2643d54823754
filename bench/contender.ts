/** Something that carries out deployments of three no-op targets each. */
export interface Contender {
  readonly name: string;
  /** Publishes one; resolves when it has ended well. */
  deploy(): Promise<void>;
  close(): Promise<void>;
}
