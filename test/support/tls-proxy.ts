import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished, vi } from 'vitest';
import { debianTool } from './debian-tool.js';
import { freePort } from './free-port.js';

const EXAMPLES = fileURLToPath(new URL('../../examples/proxy/', import.meta.url));

export const PROXIES = ['nginx', 'haproxy', 'caddy'] as const;
export type ProxyKind = (typeof PROXIES)[number];

/** A name that leads nowhere; who asks goes to 127.0.0.1 and says it. */
export const NAME = 'ops.example.com';

export interface ProxyPlace {
  readonly folder: string;
  /** Where it takes https. */
  readonly port: number;
  /** Its certificate, which vouches for itself. */
  readonly ca: string;
}

/** A port, and a certificate for the name made for this test. */
export async function proxyPlace(): Promise<ProxyPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-proxy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await promisify(execFile)(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`, '-days', '2'],
      ...['-keyout', 'ops.key', '-out', 'ops.pem'],
    ],
    { cwd: folder },
  );
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const ca = await read('ops.pem');
  await writeFile(join(folder, 'ops-with-key.pem'), ca + (await read('ops.key')));
  return { folder, port: await freePort(), ca };
}

/**
 * The real program with the file that the guide shows, which ends with the test.
 *
 * @param path in place of `/signalbox/`
 */
export async function startTlsProxy(
  kind: ProxyKind,
  { folder, port }: ProxyPlace,
  { upstream, path }: { readonly upstream: number; readonly path: string },
): Promise<void> {
  const { file, argv, whole } = KINDS[kind];
  const shown = await readFile(join(EXAMPLES, file), 'utf8');
  const changes: readonly (readonly [string, string])[] = [
    ['127.0.0.1:7300', `127.0.0.1:${upstream}`],
    ['/signalbox/', path],
    ['/etc/ssl/', `${folder}/`],
    kind === 'caddy' ? [`${NAME} {`, `${NAME}:${port} {`] : ['443 ssl', `${port} ssl`],
  ];
  let text = shown;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} does not say ${from} any more`);
    text = text.replaceAll(from, to);
  }
  await writeFile(join(folder, file), whole(text, folder));
  const child = spawn(await debianTool(kind), argv(join(folder, file), folder), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
  }
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });
  await vi.waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`${kind} ended: ${said}`);
    await accepts(port);
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks as a client does that finds the name at the proxy and trusts its certificate. */
export const askThrough =
  ({ port, ca }: ProxyPlace) =>
  (
    method: string,
    path: string,
    { body, ...headers }: Readonly<Record<string, string>> = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request({
        ...{ host: '127.0.0.1', port, servername: NAME, ca, method, path },
        headers: { host: `${NAME}:${port}`, ...headers },
      });
      sent.once('error', reject).once('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        const { statusCode: status = 0, headers: got } = answer;
        answer.once('end', () => resolve({ status, headers: got, body: text }));
      });
      sent.end(body);
    });

interface Kind {
  readonly file: string;
  readonly argv: (file: string, folder: string) => string[];
  /** What the file needs around it to be all that there is. */
  readonly whole: (text: string, folder: string) => string;
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const KINDS: Readonly<Record<ProxyKind, Kind>> = {
  nginx: {
    file: 'nginx.conf',
    argv: (file, folder) => [
      ...['-p', folder, '-e', join(folder, 'error.log'), '-c', file, '-g', 'daemon off;'],
    ],
    whole: (text, folder) =>
      [
        ...(process.getuid?.() === 0 ? ['user root;'] : []),
        `pid ${join(folder, 'nginx.pid')};`,
        'events {}',
        'http {',
        '  access_log off;',
        ...TEMPORARY.map((name) => `  ${name}_temp_path ${join(folder, name)};`),
        text,
        '}',
        '',
      ].join('\n'),
  },
  haproxy: { file: 'haproxy.cfg', argv: (file) => ['-db', '-f', file], whole: (text) => text },
  caddy: {
    file: 'Caddyfile',
    argv: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
    whole: (text) => `{\n  admin off\n  auto_https disable_redirects\n}\n\n${text}`,
  },
};

const accepts = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject).once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
