import type { Section } from './section.js';

/** Services, where they run, and what puts versions there. */
export const SERVICE_SECTIONS: readonly Section[] = [
  {
    title: null,
    heading: 'Top level',
    at: 'the file itself',
    about: 'Only `services` is required.',
    example: `namespace: shop
services:
  api: { driver: { kind: command, argv: [./deploy.sh, "{target.host}", "{version}"] } }
worker: { concurrency: 20 }`,
  },
  {
    title: 'service',
    heading: 'Services',
    at: '`services.NAME`',
    about: 'One entry for each service. A name has a-z, 0-9, `-`, `.`, `_`.',
    example: `services:
  api:
    driver: { kind: command, argv: [./deploy.sh, "{target.host}", "{version}"] }
    targets: [{ id: web-1, address: "10.0.0.11:8080" }]
    checks: [{ kind: tcp, address: "{target.address}" }]`,
  },
  {
    title: 'environment',
    heading: 'Environments',
    at: '`services.NAME.environments.NAME`',
    about:
      'What differs in one environment. A field here replaces the service’s; of `policy`, `analyses` and `labels` only what is written. An environment that is not listed is allowed, and is as the service says.',
    example: `services:
  api:
    driver: { kind: command, argv: [./deploy.sh, "{target.host}", "{version}"] }
    targets: [{ id: web-1, address: "10.0.0.11:8080" }]
    environments:
      staging:
        targets: [{ id: staging-1, address: "10.0.9.11:8080" }]
        policy: { onFailure: hold }`,
  },
  {
    title: 'target',
    heading: 'Targets',
    at: '`services.NAME.targets[]`',
    about: 'A target is one place where the service runs: a machine, a process, a container.',
    example: `services:
  api:
    targets:
      - id: web-1
        address: 10.0.0.11:8080
        metadata: { zone: eu-1, colour: blue }`,
  },
  {
    title: 'driver',
    heading: 'Drivers',
    at: '`services.NAME.driver`',
    about: 'A driver puts a version on a target.',
    example: `services:
  api:
    driver:
      kind: command
      argv: [./deploy.sh, "{target.host}", "{version}"]
      env: { TOKEN: "env:DEPLOY_TOKEN" }
      timeout: 5m`,
    kinds: {
      command: 'Runs a command of yours on the worker, once for each target.',
      local_process:
        'Runs the service itself on the worker’s machine: one process for each target, on the port of its address.',
    },
  },
  {
    title: 'check',
    heading: 'Checks',
    at: '`services.NAME.checks[]`',
    about:
      'Checks decide whether a deployment is good. They run on every target, those of memory and disk on the worker.',
    example: `services:
  api:
    checks:
      - kind: http
        url: "http://{target.address}/healthz"
        expectedBody: "{version}"
        timeout: 2s`,
    kinds: {
      http: 'Asks a URL.',
      tcp: 'Opens a connection.',
      command: 'Runs a command on the worker.',
      memory: 'Looks at the memory in use on the worker’s machine.',
      disk: 'Looks at the disk in use on the worker’s machine.',
    },
  },
  {
    title: 'router',
    heading: 'Routers',
    at: '`services.NAME.router`',
    about:
      'A router moves traffic between targets, and drains them before they change ([guide](../guides/routers.md)).',
    example: `services:
  api:
    router:
      kind: haproxy
      socket: /run/haproxy/admin.sock
      drainTimeout: 1m`,
    kinds: {
      haproxy: 'HAProxy, through its stats socket.',
      nginx: 'nginx, through an upstream file that it includes.',
      none: 'Nothing moves traffic: for an environment without the service’s router.',
    },
  },
  {
    title: 'flag store',
    heading: 'Flag stores',
    at: '`services.NAME.flags`',
    about: 'Where feature flags are set ([guide](../guides/flags.md)).',
    example: `services:
  api:
    flags: { kind: flagd_file, path: /etc/flagd/flags.json }`,
    kinds: {
      redis: 'In the workers’ Redis; applications read them through `signalbox/openfeature`.',
      flagd_file: 'In flagd’s file.',
      none: 'Nowhere: deployments that set flags are refused.',
    },
  },
];
