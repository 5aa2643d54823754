import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { TlsFiles } from './connection-url.js';

/**
 * What to connect with. The server's certificate is verified, always: whoever
 * must not has to make the client himself and pass that.
 *
 * @throws TypeError naming the file that can't be read
 */
export function readTls({ caFile, certFile, keyFile }: TlsFiles): ConnectionOptions {
  return {
    ...(caFile === undefined ? {} : { ca: read('caFile', caFile) }),
    ...(certFile === undefined ? {} : { cert: read('certFile', certFile) }),
    ...(keyFile === undefined ? {} : { key: read('keyFile', keyFile) }),
    rejectUnauthorized: true,
  };
}

function read(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TypeError(`${name} of the Redis connection can't be read: ${why}`, { cause: error });
  }
}
