import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asked, type FakeServer, never, serve, source } from './source-fixtures.js';

describe('what a metric source is asked with', () => {
  let server: FakeServer;
  let folder: string;
  let sent: IncomingHttpHeaders = {};
  beforeEach(async () => {
    sent = {};
    folder = await mkdtemp(join(tmpdir(), 'signalbox-metrics-'));
    // A refusal that repeats what it was sent, as servers do at times.
    server = await serve((request, response) => {
      sent = request.headers;
      response.writeHead(403).end(`not with ${JSON.stringify(request.headers)}`);
    });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
    await rm(folder, { recursive: true });
  });
  const ask = async (settings: Record<string, unknown>) => {
    const seen = await source({ kind: 'prometheus', url: server.url, ...settings }).query(
      asked('up'),
      never(),
    );
    if (seen.ok) throw new Error('it was not refused');
    expect(seen.error.code).toBe('metric/rejected');
    return seen.error.message;
  };

  it('is a bearer token from the environment of the worker, never shown', async () => {
    vi.stubEnv('METRICS_TOKEN', 'tops3cret');
    const message = await ask({ bearer: 'env:METRICS_TOKEN' });
    expect(sent.authorization).toBe('Bearer tops3cret');
    expect(message).toContain('Bearer ***');
    expect(message).not.toContain('tops3cret');
  });

  it('is a token from a file, read anew each time', async () => {
    const path = join(folder, 'token');
    await writeFile(path, 'first-t0ken\n');
    expect(await ask({ bearer: `file:${path}` })).not.toContain('first-t0ken');
    expect(sent.authorization).toBe('Bearer first-t0ken');
    await writeFile(path, 'second-t0ken\n');
    await ask({ bearer: `file:${path}` });
    expect(sent.authorization).toBe('Bearer second-t0ken');
  });

  it('is a name and a password, neither shown as they are nor as they are sent', async () => {
    vi.stubEnv('METRICS_PASSWORD', 'tops3cret');
    const message = await ask({ basic: { username: 'ada', password: 'env:METRICS_PASSWORD' } });
    const encoded = Buffer.from('ada:tops3cret').toString('base64');
    expect(sent.authorization).toBe(`Basic ${encoded}`);
    expect(message).not.toContain(encoded);
  });

  it('is any header, by reference or as it is written', async () => {
    vi.stubEnv('METRICS_KEY', 'tops3cret');
    const message = await ask({ headers: { 'x-api-key': 'env:METRICS_KEY', 'x-tenant': 'shop' } });
    expect(sent).toMatchObject({ 'x-api-key': 'tops3cret', 'x-tenant': 'shop' });
    expect(message).not.toContain('tops3cret');
    expect(message).toContain('shop');
  });

  it('never shows an authorization header, not even one that is written out', async () => {
    expect(await ask({ headers: { Authorization: 'Token tops3cret' } })).not.toContain('tops3cret');
    expect(await ask({ bearer: 'tops3cret' })).not.toContain('tops3cret');
  });

  it('names a variable that is not set and a file that is not there, and sends nothing', async () => {
    expect(await ask({ bearer: 'env:NOT_SET_HERE' })).toContain(
      '"bearer" is taken from NOT_SET_HERE',
    );
    const missing = join(folder, 'missing');
    expect(await ask({ headers: { 'x-key': `file:${missing}` } })).toBe(
      `"x-key" is read from ${missing}, which can't be read where the worker runs (ENOENT)`,
    );
    expect(sent).toEqual({});
  });

  it('is refused where no header can carry it', async () => {
    await writeFile(join(folder, 'token'), 'two\nlines');
    expect(await ask({ bearer: `file:${join(folder, 'token')}` })).not.toContain('lines');
    expect(sent).toEqual({});
  });
});
